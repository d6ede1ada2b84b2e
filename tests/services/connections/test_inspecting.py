"""An account is tested by reads alone."""

import pytest
import requests

from issuing.enums import StopReason
from issuing.exceptions import NoEffect
from issuing.models import AuditEvent, Connection
from issuing.practice import PracticeServer
from issuing.services import connections
from issuing.services.connections import Organisation
from tests.factories import LONG_AGO, make_provider, make_user
from tests.services.connections.conftest import OWNER, calls, connect

pytestmark = pytest.mark.django_db


def revoke(practice: PracticeServer) -> None:
    requests.post(f"{practice.origin}/practice/tokens/{OWNER.token}/revoke", timeout=5).raise_for_status()


def test_inspect_says_whose_token_it_is_and_what_it_sees(practice: PracticeServer) -> None:
    account, by = connect(practice).connection, make_user()
    Connection.objects.update(verified_at=LONG_AGO)
    found = connections.inspect(account, by=by)

    assert (found.user_name, found.is_good) == ("Olivia Owner", True)
    assert found.organisations == [Organisation(12, "Example College", issues_here=True, badges=64)]
    assert Connection.objects.get().verified_at > LONG_AGO
    assert AuditEvent.objects.filter(verb="verify").values_list("actor", "details").get() == (by.pk, {"good": True})


def test_inspect_issues_nothing(practice: PracticeServer) -> None:
    account = connect(practice).connection
    connections.inspect(account, by=None)

    assert {call.split()[0] for call in calls(practice)} == {"GET"}


def test_inspect_tells_what_the_token_sees_no_more(practice: PracticeServer) -> None:
    account = connect(practice).connection
    make_provider(account, navigatr_id=99, name="Old College")
    found = connections.inspect(account, by=None)

    assert (found.is_good, found.missing) == (False, ["Old College"])


def test_inspect_tells_that_the_token_is_somebody_else_s_now(practice: PracticeServer) -> None:
    account = connect(practice).connection
    Connection.objects.update(navigatr_user_id="1")
    account.refresh_from_db()

    assert connections.inspect(account, by=None).is_whose_it_was is False


def test_account_stops_when_its_token_is_refused_in_a_test(practice: PracticeServer) -> None:
    account = connect(practice).connection
    revoke(practice)
    with pytest.raises(NoEffect):
        connections.inspect(account, by=None)

    assert Connection.objects.get().stop_reason == StopReason.TOKEN_REFUSED


def test_stopped_account_is_tested_all_the_same(practice: PracticeServer) -> None:
    account = connect(practice).connection
    connections.stop(account, reason=StopReason.BY_STAFF)

    assert connections.inspect(account, by=None).is_good
    assert Connection.objects.get().stop_reason == StopReason.BY_STAFF
