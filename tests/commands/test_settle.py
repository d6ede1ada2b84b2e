"""`settle`: what it does, says, and ends with."""

import json

import pytest
from django.core.management import call_command
from django_q.models import OrmQ

from issuing.enums import IssuanceStatus
from issuing.models import Issuance
from tests.factories import make_badge, make_issuance

pytestmark = pytest.mark.django_db


def test_settle_has_nothing_left_when_all_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    make_issuance(make_badge())
    call_command("settle", "--now", "--json")
    assert json.loads(capsys.readouterr().out) == {"settled": 0, "left": 0, "to_decide": 0}


def test_settle_wakes_the_worker_and_says_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    row = make_issuance(make_badge())
    consent = row.learner.consent_records.get()
    Issuance.objects.update(status=IssuanceStatus.UNCONFIRMED, attempt_no=1, allowed_by=consent)
    with pytest.raises(SystemExit) as ended:
        call_command("settle")
    assert (ended.value.code, OrmQ.objects.get().task["func"]) == (1, "issuing.tasks.settle")
    assert capsys.readouterr().out == "Settled: 0. Left: 1, of which a person must look at: 0.\n"
