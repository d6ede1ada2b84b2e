"""Accounts are connected, replaced, stopped and resumed, against the practice server."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django_q.models import OrmQ

from issuing.enums import AuthScheme, Outcome, StopReason
from issuing.exceptions import AlreadyTaken, InvalidInput, NoEffect
from issuing.models import AuditEvent, Connection, Pace, Provider
from issuing.practice import PracticeServer
from issuing.practice.catalogue import USERS, USERS_BY_PAT
from issuing.services import connections
from issuing.services.connections import Login, accounts
from tests.factories import make_connection, make_provider, make_user
from tests.services.connections.conftest import OWNER, PASSWORD, calls, connect

pytestmark = pytest.mark.django_db
COLLEAGUE = Login(token="practice-pat-colleague")
STRANGER = Login(token="practice-pat-stranger")
EVERYWHERE = Login(token="practice-pat-everywhere")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def numbers(providers: list[Provider]) -> list[int]:
    return [provider.navigatr_id for provider in providers]


@pytest.mark.parametrize(
    ("scheme", "login", "kept"),
    [
        ("auto", OWNER, AuthScheme.ACCESS_TOKEN),
        ("access-token", OWNER, AuthScheme.ACCESS_TOKEN),
        ("bearer", OWNER, AuthScheme.BEARER),
        ("password", PASSWORD, AuthScheme.PASSWORD),
    ],
)
def test_account_is_connected_when_navigatr_knows_its_login(
    scheme: str, login: Login, kept: AuthScheme, practice: PracticeServer
) -> None:
    found = connect(practice, login, scheme=scheme)
    account = Connection.objects.get(pk=found.connection.pk)

    assert (account.scheme, account.navigatr_user_id, account.navigatr_user_name) == (kept, "7", "Olivia Owner")
    assert (account.secret.reveal(), account.secret_version) == (login.stored(kept), 1)
    assert (found.is_new, numbers(found.providers), found.elsewhere) == (True, [12], [])


def test_older_scheme_is_tried_once_and_remembered_when_the_current_one_is_refused(practice: PracticeServer) -> None:
    bearer_only = practice.practice.sign_in(USERS[7])["access_token"]
    connect(practice, Login(token=bearer_only))

    assert Connection.objects.get().scheme == AuthScheme.BEARER
    assert calls(practice) == ["GET /user_detail/0 401", "GET /user_detail/0 200", "GET /user_detail/0/providers 200"]


@pytest.mark.parametrize(
    ("scheme", "login", "tries"),
    [
        ("auto", Login(token="wrong"), ["GET /user_detail/0 401"] * 2),
        ("access-token", Login(token="wrong"), ["GET /user_detail/0 401"]),
        ("bearer", Login(token="wrong"), ["GET /user_detail/0 401"]),
        ("password", replace(PASSWORD, password="wrong"), ["POST /token 401"]),
    ],
)
def test_nothing_is_saved_when_navigatr_refuses_the_login(
    scheme: str, login: Login, tries: list[str], practice: PracticeServer
) -> None:
    with pytest.raises(NoEffect) as caught:
        connect(practice, login, scheme=scheme)

    assert (caught.value.outcome, calls(practice)) == (Outcome.UNAUTHORISED, tries)
    assert (Connection.objects.count(), Provider.objects.count()) == (0, 0)


def test_older_scheme_is_not_tried_when_navigatr_is_out_of_order(practice: PracticeServer) -> None:
    practice.practice.change(replace(practice.practice.settings, outage="429"))

    with pytest.raises(NoEffect):
        connect(practice)
    assert calls(practice) == ["GET /user_detail/0 429"]


@pytest.mark.parametrize(
    ("given", "login", "sentence"),
    [
        ({}, Login(token=" \n"), "No access token"),
        ({"scheme": "password"}, Login(username="owner@example.org"), "user name and a password"),
        ({"scheme": "password"}, OWNER, "user name and a password"),
        ({"base_url": "http://127.0.0.1:9/v1"}, OWNER, "NAVIGATR_HOSTS"),
        ({"base_url": "https://api.navigatr.app"}, OWNER, "end in /v1"),
        ({"name": " "}, OWNER, "needs a name"),
        ({"name": "N" * 101}, OWNER, "needs a name"),
    ],
)
def test_nobody_is_called_when_what_was_typed_cannot_be_right(
    given: dict[str, Any], login: Login, sentence: str, practice: PracticeServer
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        connect(practice, login, **given)

    assert calls(practice) == []


def test_token_is_stripped_when_pasted_with_white_space(practice: PracticeServer) -> None:
    assert connect(practice, Login(token=f"  {OWNER.token}\n")).connection.secret.reveal() == OWNER.token


@pytest.mark.parametrize(("named", "issues_for"), [((), [12, 13]), ((13,), [13]), ((14, 12), [12, 14])])
def test_account_issues_for_those_named_or_all_active_when_connected(
    named: tuple[int, ...], issues_for: list[int], practice: PracticeServer
) -> None:
    assert numbers(connect(practice, EVERYWHERE, provider_ids=named).providers) == issues_for


def test_nothing_is_saved_when_an_organisation_is_not_the_account_s(practice: PracticeServer) -> None:
    with pytest.raises(InvalidInput, match=r"does not see organisation 13\. It sees: 12 Example College"):
        connect(practice, provider_ids=[12, 13])

    assert Connection.objects.count() == 0


def test_token_is_replaced_when_the_account_is_known(practice: PracticeServer) -> None:
    first = connect(practice, PASSWORD, scheme="password").connection
    again = connect(practice, OWNER, name="New name")
    account = Connection.objects.get()

    assert (again.is_new, account.pk, account.name, account.secret_version) == (False, first.pk, "New name", 2)
    assert (account.scheme, account.secret.reveal()) == (AuthScheme.ACCESS_TOKEN, OWNER.token)
    assert (account.access_token, account.access_token_expires_at) == (None, None)


@pytest.mark.parametrize(
    ("reason", "stays"), [(StopReason.TOKEN_REFUSED, StopReason.NONE), (StopReason.BY_STAFF, StopReason.BY_STAFF)]
)
def test_stopped_account_goes_on_when_only_its_token_was_bad(
    reason: StopReason, stays: StopReason, practice: PracticeServer
) -> None:
    account = connect(practice).connection
    connections.stop(account, reason=reason)
    connect(practice)

    assert Connection.objects.get().stop_reason == stays


def test_token_is_refused_when_it_no_longer_sees_the_organisation(
    practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = connect(practice).connection
    monkeypatch.setitem(USERS_BY_PAT, OWNER.token, replace(USERS[7], providers=(13,)))

    with pytest.raises(InvalidInput, match=r"does not see Example College \(12\)"):
        connect(practice)
    assert Connection.objects.values_list("secret_version", flat=True).get() == before.secret_version
    assert Provider.objects.values_list("navigatr_id", flat=True).get() == 12


@pytest.mark.parametrize("login", [COLLEAGUE, STRANGER])
def test_token_of_somebody_else_is_refused_when_given_for_an_account(login: Login, practice: PracticeServer) -> None:
    connect(practice)

    with pytest.raises(InvalidInput, match="'Main' is the account of Olivia Owner"):
        connect(practice, login)
    assert Connection.objects.values_list("navigatr_user_id", "secret_version").get() == ("7", 1)


def test_organisation_stays_with_its_account_when_a_colleague_connects_too(practice: PracticeServer) -> None:
    first = connect(practice).connection
    second = connect(practice, COLLEAGUE, name="Colleague")

    assert (second.providers, numbers(second.elsewhere)) == ([], [12])
    assert list(Provider.objects.values_list("navigatr_id", "connection")) == [(12, first.pk)]


def test_same_organisation_of_another_host_is_another_when_connected(practice: PracticeServer) -> None:
    elsewhere = make_provider(make_connection("https://stagapi.navigatr.app/v1"), navigatr_id=12)
    found = connect(practice)

    assert (numbers(found.providers), found.providers[0].pk == elsewhere.pk) == ([12], False)


def test_organisation_is_described_anew_when_the_token_is_replaced(practice: PracticeServer) -> None:
    connect(practice)
    Provider.objects.update(name="Old name", status="Draft")
    connect(practice)

    assert Provider.objects.values_list("name", "status").get() == ("Example College", "Active")


def test_connecting_is_audited_without_the_secret_when_done(practice: PracticeServer) -> None:
    by = make_user()
    account = connect(practice, by=by).connection
    connect(practice, by=by)
    events = list(AuditEvent.objects.order_by("pk").values_list("verb", "subject_uuid", "actor"))
    details = AuditEvent.objects.values_list("details", flat=True)

    assert events == [("connect", account.uuid, by.pk), ("replace", account.uuid, by.pk)]
    said = {"scheme": "access-token", "fingerprint": account.fingerprint, "providers": [12]}
    assert list(details) == [said, said]


def test_sender_is_woken_and_badges_are_read_when_an_account_is_connected(practice: PracticeServer) -> None:
    account = connect(practice).connection

    assert [(task.func(), task.args()) for task in OrmQ.objects.order_by("pk")] == [
        ("issuing.tasks.send", (account.pk,)),
        ("issuing.tasks.sync_badges", (account.pk,)),
    ]


def test_name_taken_at_the_same_moment_is_told_when_the_database_refuses(
    practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = accounts.verify

    def verify_while_another_connects(*given: Any) -> Any:
        verified = verify(*given)
        monkeypatch.setattr(Connection.objects, "filter", lambda **_: Connection.objects.none())
        return verified

    make_connection(practice.base_url, navigatr_user_id="7", name="Main")
    monkeypatch.setattr(accounts, "verify", verify_while_another_connects)
    with pytest.raises(AlreadyTaken, match="just now"):
        connect(practice)


def test_stop_is_kept_with_its_cause_when_the_account_runs() -> None:
    account, by = make_connection(), make_user()
    connections.stop(account, reason=StopReason.TOKEN_REFUSED, detail="Could not validate" + "x" * 600, by=by)
    account.refresh_from_db()

    assert (account.stop_reason, len(account.stop_detail), account.stopped_at is None) == ("token_refused", 500, False)
    assert AuditEvent.objects.values_list("verb", "actor", "details").get() == (
        "stop",
        by.pk,
        {"reason": "token_refused"},
    )


def test_first_cause_stays_when_an_account_is_stopped_again() -> None:
    account = make_connection()
    connections.stop(account, reason=StopReason.BY_STAFF)
    connections.stop(account, reason=StopReason.TOKEN_REFUSED)

    assert (Connection.objects.get().stop_reason, AuditEvent.objects.count()) == ("by_staff", 1)


@pytest.mark.parametrize(("version", "reason"), [(1, ""), (2, "token_refused")])
def test_account_is_stopped_only_for_its_present_token_when_one_is_named(version: int, reason: str) -> None:
    account = make_connection(secret_version=2)
    connections.stop(account, reason=StopReason.TOKEN_REFUSED, secret_version=version)

    assert Connection.objects.get().stop_reason == reason


def test_account_goes_on_and_its_sender_is_woken_when_resumed() -> None:
    account, by = make_connection(stop_reason="by_staff", stop_detail="x", stopped_at=LONG_AGO), make_user()
    connections.resume(account, by=by)
    account.refresh_from_db()

    assert (account.stop_reason, account.stop_detail, account.stopped_at) == ("", "", None)
    assert (AuditEvent.objects.values_list("verb", "actor").get(), OrmQ.objects.count()) == (("resume", by.pk), 1)


def test_nothing_happens_when_a_running_account_is_resumed() -> None:
    connections.resume(make_connection(), by=None)

    assert (AuditEvent.objects.count(), OrmQ.objects.count()) == (0, 0)


def test_pace_of_a_new_account_begins_behind_the_calls_made_for_it(practice: PracticeServer) -> None:
    account = connect(practice).connection

    pace = Pace.objects.get()
    # On a busy machine a slot may pass before its call begins: another is taken.
    assert (pace.connection_id, len(calls(practice)), pace.slot_no >= 2) == (account.pk, 2, True)
