"""What every kind of answer comes to in our rows: the outcome table of the design, over real sockets."""

import threading
import time
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import Settings

from issuing import queries
from issuing.enums import BadgeHold, Effect, IssuanceStatus, Outcome, RosterStatus, StatusReason, StopReason
from issuing.models import Assertion, Attempt, AuditEvent, Badge, Connection, Issuance, Pace, Roster
from issuing.practice import PracticeServer
from issuing.services import connections, issuances, rosters
from issuing.services.issuances import recording
from issuing.services.issuances.calls import Ended
from issuing.workflow.pace import BASE_MARGIN
from tests.factories import (
    make_agreed,
    make_badge,
    make_connection,
    make_issuance,
    make_provider,
    make_running,
    make_user,
)
from tests.services.rosters.test_racing import at_once

S = IssuanceStatus


def send_to(badge: Badge, email: str) -> Issuance:
    """One issuance to an address, sent and read again."""
    issuance = make_issuance(badge, make_agreed(badge, email))
    issuances.send(badge.provider.connection_id)
    issuance.refresh_from_db()
    return issuance


def claimed(badge: Badge, issuance: Issuance | None = None) -> issuances.Claimed:
    issuance = issuance or make_issuance(badge)
    found = issuances.claim(badge.provider.connection_id, worker="test")
    assert isinstance(found, issuances.Claimed)
    assert found.issuance == issuance
    return found


def read(issuance: Issuance) -> tuple[str, str]:
    issuance.refresh_from_db()
    return issuance.status, issuance.reason


@pytest.mark.parametrize(
    ("tag", "status", "outcome", "effect"),
    [
        ("ok", S.ISSUED, Outcome.ISSUED, Effect.ONE),
        ("201", S.ISSUED, Outcome.ISSUED, Effect.ONE),
        ("bare-badge", S.ISSUED, Outcome.ISSUED, Effect.ONE),
        ("422", S.REJECTED, Outcome.REJECTED, Effect.NONE),
        ("400", S.REJECTED, Outcome.REJECTED, Effect.NONE),
        ("500-before", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("500-after", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("502-html", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("404-html", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("409", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("reset-before", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("reset-after", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("hang-after", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("cut-body", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("bad-json", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("empty-object", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("200-detail", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("wrong-person", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
        ("redirect", S.UNCONFIRMED, Outcome.UNKNOWN, Effect.UNKNOWN),
    ],
)
def test_outcome_is_recorded_as_the_table_says_when_an_answer_comes(
    badge: Badge, settings: Settings, tag: str, status: str, outcome: str, effect: str
) -> None:
    settings.NAVIGATR_READ_TIMEOUT = 0.5
    issuance = send_to(badge, f"anna+{tag}@example.org")
    attempt = Attempt.objects.get()
    assert (issuance.status, attempt.outcome, attempt.effect) == (status, outcome, effect)
    assert (attempt.ended_at is not None, attempt.number) == (True, 1)


def test_issued_row_keeps_navigatrs_record_without_the_person(badge: Badge) -> None:
    issuance = send_to(badge, "anna@example.org")
    attempt, assertion = Attempt.objects.get(), Assertion.objects.get()
    assert (assertion.issuance, assertion.navigatr_id, assertion.status) == (issuance, attempt.assertion_id, "Pending")
    assert assertion.email_key == issuance.email_key
    assert not any("recipient" in name or "anna" in str(value) for name, value in attempt.answer.items())


def test_issued_row_has_no_record_yet_when_the_answer_is_the_badge_itself(badge: Badge) -> None:
    issuance = send_to(badge, "anna+bare-badge@example.org")
    assert (issuance.status, Attempt.objects.get().assertion_id, Assertion.objects.count()) == (S.ISSUED, "", 0)


def test_rejected_row_keeps_navigatrs_words(badge: Badge) -> None:
    issuance = send_to(badge, "anna+400@example.org")
    assert (issuance.reason, issuance.detail) == (
        StatusReason.REFUSED_BY_NAVIGATR,
        "This recipient cannot receive badges",
    )


def test_connection_rests_and_widens_its_margin_when_navigatr_says_too_fast(badge: Badge) -> None:
    issuance = send_to(badge, "anna+429-retry-after-50@example.org")
    pace = Pace.objects.get()
    assert (issuance.status, issuance.reason) == (S.QUEUED, StatusReason.SENT_BACK)
    assert 45 < pace.rests_until - timezone.now().timestamp() <= 50
    assert (pace.margin, pace.refused_in_a_row) == (BASE_MARGIN * 2, 1)


def test_row_is_issued_in_the_end_when_navigatr_says_too_fast_once(badge: Badge, practice: PracticeServer) -> None:
    issuance = send_to(badge, "anna+429-retry-after-1-once@example.org")
    assert (issuance.status, issuance.attempt_no) == (S.ISSUED, 2)
    assert practice.practice.summary()["emails"] == 1


def test_connection_stops_and_nothing_is_burnt_when_the_token_is_refused(
    badge: Badge, practice: PracticeServer
) -> None:
    practice.practice.ledger.set_revoked("practice-pat-owner", True)
    rows = [make_issuance(badge) for _ in range(3)]
    issuances.send(badge.provider.connection_id)
    connection = Connection.objects.get()
    assert (connection.stop_reason, connection.stop_detail) == (
        StopReason.TOKEN_REFUSED,
        "Could not validate credentials",
    )
    assert {read(row)[0] for row in rows} == {S.QUEUED}
    assert AuditEvent.objects.filter(verb="stop").count() == 1


@pytest.mark.parametrize(("outcome", "status_code"), [(Outcome.UNAUTHORISED, 401), (Outcome.FORBIDDEN, 403)])
def test_connection_goes_on_when_a_replaced_token_is_refused_late(
    badge: Badge, outcome: Outcome, status_code: int
) -> None:
    claim = claimed(badge)
    Connection.objects.update(secret_version=2)
    recording.record(claim, Ended(outcome, "Could not validate credentials", status_code))
    assert (Connection.objects.get().stop_reason, read(claim.issuance)[0]) == ("", S.QUEUED)


def test_password_token_is_fetched_anew_when_it_is_refused(practice: PracticeServer, transactional_db: None) -> None:
    login = '{"username": "owner@example.org", "password": "practice-password"}'
    badge = make_badge(make_provider(make_connection(practice.base_url, token=login, scheme="password")))
    connections.renew_token(badge.provider.connection)
    practice.practice.expire_sessions()
    issuance = send_to(badge, "anna@example.org")
    outcomes = list(Attempt.objects.order_by("number").values_list("outcome", flat=True))
    assert (issuance.status, outcomes) == (S.ISSUED, [Outcome.UNAUTHORISED, Outcome.ISSUED])


def test_connection_stops_when_a_fresh_password_token_is_refused_again(
    practice: PracticeServer, transactional_db: None
) -> None:
    login = '{"username": "owner@example.org", "password": "practice-password"}'
    badge = make_badge(make_provider(make_connection(practice.base_url, token=login, scheme="password")))
    issuance = send_to(badge, "anna+401@example.org")
    assert (Connection.objects.get().stop_reason, issuance.status) == (StopReason.TOKEN_REFUSED, S.QUEUED)
    assert Attempt.objects.count() == 2


def test_connection_stops_when_a_403_turns_out_to_be_the_account(badge: Badge, practice: PracticeServer) -> None:
    claim = claimed(badge)
    practice.practice.ledger.set_revoked("practice-pat-owner", True)
    recording.record(claim, Ended(Outcome.FORBIDDEN, "Not enough permissions", 403))
    assert (Connection.objects.get().stop_reason, read(claim.issuance)[0]) == (StopReason.TOKEN_REFUSED, S.QUEUED)


@pytest.mark.parametrize("tag", ["403", "404"])
def test_row_is_rejected_when_nothing_is_wrong_with_account_and_badge(badge: Badge, tag: str) -> None:
    issuance = send_to(badge, f"anna+{tag}@example.org")
    assert (issuance.status, Badge.objects.get().hold) == (S.REJECTED, "")


@pytest.mark.parametrize(("navigatr_id", "hold"), [(9999, BadgeHold.GONE), (54, BadgeHold.NOT_PUBLISHED)])
def test_badge_is_held_and_its_row_waits_when_it_cannot_be_issued(badge: Badge, navigatr_id: int, hold: str) -> None:
    other = make_badge(badge.provider, navigatr_id=navigatr_id)
    claim = claimed(other)
    recording.record(claim, Ended(Outcome.NOT_FOUND, "Badge not found", 404))
    other.refresh_from_db()
    assert (other.hold, read(claim.issuance)) == (hold, (S.QUEUED, StatusReason.SENT_BACK))


def test_row_waits_when_navigatr_cannot_say_why_it_refused(badge: Badge, practice: PracticeServer) -> None:
    claim = claimed(badge)
    practice.stop()
    recording.record(claim, Ended(Outcome.NOT_FOUND, "Badge not found", 404))
    claim.issuance.refresh_from_db()
    assert claim.issuance.status == S.QUEUED
    assert claim.issuance.not_before > timezone.now() + timedelta(seconds=20)


def test_row_backs_off_when_navigatr_was_not_reached(badge: Badge) -> None:
    claim = claimed(badge)
    recording.record(claim, Ended(Outcome.UNREACHABLE, "Navigatr could not be reached."))
    claim.issuance.refresh_from_db()
    assert claim.issuance.status == S.QUEUED
    assert claim.issuance.not_before > timezone.now() + timedelta(seconds=3)


def test_row_waits_at_once_when_the_call_was_given_up_before_its_first_byte(badge: Badge) -> None:
    claim = claimed(badge)
    recording.record(claim, Ended(Outcome.ABORTED, "The moment had passed."))
    claim.issuance.refresh_from_db()
    assert (claim.issuance.status, claim.issuance.not_before) == (S.QUEUED, None)


def test_row_of_a_stopped_run_is_cancelled_when_its_call_had_no_effect(badge: Badge) -> None:
    roster = make_running(badge)
    claim = claimed(badge, make_issuance(badge, roster=roster))
    Roster.objects.update(status=RosterStatus.STOPPED)
    recording.record(claim, Ended(Outcome.ABORTED, "The moment had passed."))
    assert read(claim.issuance) == (S.CANCELLED, StatusReason.STOPPED_BY_STAFF)


def test_row_of_a_run_that_is_stopped_as_it_comes_back_is_cancelled(
    badge: Badge, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster, by = make_running(badge), make_user()
    claim = claimed(badge, make_issuance(badge, roster=roster))
    comes_back, look = threading.Event(), queries.accepted_attempts

    def look_slowly(issuance_id: int) -> QuerySet[Attempt]:
        comes_back.set()
        time.sleep(0.2)
        return look(issuance_id)

    monkeypatch.setattr(queries, "accepted_attempts", look_slowly)
    at_once(
        lambda: recording.record(claim, Ended(Outcome.RATE_LIMITED, "Too many requests", 429)),
        lambda: comes_back.wait(10) and rosters.stop(roster=roster, by=by),
    )
    assert read(claim.issuance)[0] == S.CANCELLED
