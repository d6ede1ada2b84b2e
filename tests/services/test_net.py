"""The minute's net: whatever falls due is woken, though every other waking was lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from issuing import tasks
from issuing.enums import IssuanceStatus, StatusReason
from issuing.models import Issuance
from issuing.services import issuances
from tests.factories import make_badge, make_issuance


def woken() -> set[str]:
    return {queued.task["func"] for queued in OrmQ.objects.all()}


@pytest.mark.django_db
def test_net_finds_a_call_whose_worker_is_gone_and_wakes_its_look_and_what_waits() -> None:
    gone = make_issuance(make_badge())
    issuances.claim(gone.badge.provider.connection_id, worker="gone")
    Issuance.objects.update(changed_at=timezone.now() - issuances.reap_age() - timedelta(seconds=1))
    make_issuance(gone.badge)
    tasks.every_minute()
    gone.refresh_from_db()
    assert (gone.status, gone.reason) == (IssuanceStatus.UNCONFIRMED, StatusReason.WORKER_GONE)
    assert woken() == {"issuing.tasks.send", "issuing.tasks.settle"}
