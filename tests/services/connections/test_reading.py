"""A read draws the consequences of its refusals: a password token anew, a rest, a stop."""

from dataclasses import replace

import pytest

from issuing.enums import Outcome
from issuing.exceptions import NoEffect, OutcomeUnknown
from issuing.models import AuditEvent, Connection, Pace
from issuing.navigatr import NavigatrClient
from issuing.practice import PracticeServer
from issuing.services import connections
from issuing.workflow.pace import BASE_MARGIN
from tests.factories import LONG_AGO, make_connection
from tests.services.connections.conftest import PASSWORD, calls, connect, expire_sessions

pytestmark = pytest.mark.django_db


def whose(client: NavigatrClient) -> str:
    return client.user().id


@pytest.fixture
def account(practice: PracticeServer) -> Connection:
    return make_connection(practice.base_url)


@pytest.fixture
def refused(practice: PracticeServer) -> Connection:
    return make_connection(practice.base_url, token="wrong")


def break_down(practice: PracticeServer, outage: str) -> None:
    practice.practice.change(replace(practice.practice.settings, outage=outage))


@pytest.mark.parametrize("idle", [False, True])
def test_reading_gives_what_was_read_when_all_is_well(idle: bool, account: Connection) -> None:
    assert connections.read(account, whose, idle=idle) == "7"


def test_good_call_is_noted_when_all_is_well(account: Connection) -> None:
    Pace.objects.update(margin=0.04, refused_in_a_row=2)
    connections.read(account, whose)

    assert Pace.objects.values_list("margin", "refused_in_a_row").get() == (pytest.approx(0.0392), 0)
    assert Connection.objects.filter(last_good_call_at__gt=LONG_AGO).count() == 1


def test_password_token_is_fetched_anew_once_when_the_session_ended(practice: PracticeServer) -> None:
    account = connect(practice, PASSWORD, scheme="password").connection
    expire_sessions(practice)

    assert connections.read(account, whose) == "7"
    assert calls(practice)[3:] == ["GET /user_detail/0 401", "POST /token 200", "GET /user_detail/0 200"]


def test_account_stops_when_a_fresh_password_token_is_refused_too(
    practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = connect(practice, PASSWORD, scheme="password").connection
    monkeypatch.setattr(practice.practice, "user_of", lambda token, bearer: None)

    with pytest.raises(NoEffect, match="Could not validate"):
        connections.read(account, whose)
    assert calls(practice)[3:] == ["GET /user_detail/0 401", "POST /token 200", "GET /user_detail/0 401"]
    assert Connection.objects.get().stop_reason == "token_refused"


def test_account_stops_and_says_why_when_its_token_is_refused(refused: Connection) -> None:
    with pytest.raises(NoEffect):
        connections.read(refused, whose)
    stopped = Connection.objects.values_list("stop_reason", "stop_detail").get()

    assert stopped == ("token_refused", "Could not validate credentials")
    assert AuditEvent.objects.values_list("verb", "actor").get() == ("stop", None)


def test_account_goes_on_when_the_refused_token_was_replaced_meanwhile(refused: Connection) -> None:
    Connection.objects.update(secret_version=2)
    with pytest.raises(NoEffect):
        connections.read(refused, whose)

    assert Connection.objects.get().stop_reason == ""


def test_nobody_is_called_when_the_account_is_stopped(account: Connection, practice: PracticeServer) -> None:
    Connection.objects.update(stop_reason="by_staff", stopped_at=LONG_AGO)

    with pytest.raises(NoEffect, match="is stopped: Stopped by staff") as caught:
        connections.read(account, whose)
    assert (caught.value.outcome, calls(practice)) == (Outcome.ABORTED, [])


def test_account_rests_as_long_as_asked_when_it_is_told_too_fast(account: Connection, practice: PracticeServer) -> None:
    break_down(practice, "429-retry-after")
    with pytest.raises(NoEffect):
        connections.read(account, whose)
    pace = Pace.objects.get()

    assert (pace.refused_in_a_row, pace.margin, pace.rests_until - pace.next_slot > 2.5) == (1, 2 * BASE_MARGIN, True)


@pytest.mark.parametrize(("outage", "error"), [("500-before", OutcomeUnknown), ("403", NoEffect)])
def test_account_goes_on_when_the_answer_says_nothing_of_it(
    outage: str, error: type, account: Connection, practice: PracticeServer
) -> None:
    break_down(practice, outage)
    with pytest.raises(error):
        connections.read(account, whose)

    assert (Connection.objects.get().stop_reason, Pace.objects.get().rests_until) == ("", 0.0)
