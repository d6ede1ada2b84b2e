"""Reads across models: clocks, who has a badge, what is due, counts and estimates."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from issuing import queries
from issuing.enums import BadgeHold, Disposition, IssuanceStatus
from issuing.models import Assertion, Attempt, Badge, Connection, ConsentRecord, Heartbeat, Issuance, Pace, Roster
from issuing.workflow.pace import Rate
from tests.factories import (
    make_agreed,
    make_badge,
    make_connection,
    make_issuance,
    make_provider,
    make_roster,
    make_row,
    make_user,
)

pytestmark = pytest.mark.django_db

S = IssuanceStatus


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def badge() -> Badge:
    return make_badge()


def connection_of(badge: Badge) -> int:
    return badge.provider.connection_id


def a_run(badge: Badge, status: str = "running", **fields: Any) -> Roster:
    return make_roster(badge, status=status, confirmed_at=timezone.now(), confirmed_by=make_user(), **fields)


def sending(badge: Badge, **fields: Any) -> Issuance:
    learner = make_agreed(badge)
    given = {"status": S.SENDING, "attempt_no": 1, "allowed_by": ConsentRecord.objects.get(learner=learner)} | fields
    return make_issuance(badge, learner, **given)


# Clocks and settings


def test_database_time_is_this_moment_in_seconds_since_the_epoch() -> None:
    before = time.time()
    found = queries.database_time()
    assert before - 1 < found < time.time() + 1


def test_moment_is_the_same_time_as_the_seconds_it_was_made_of() -> None:
    assert queries.moment(1_700_000_000.5) == datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC)


def test_rate_is_what_the_settings_name(settings: Any) -> None:
    settings.NAVIGATR_RATE = "3/7"
    assert queries.rate() == Rate(3, 7.0)


@pytest.mark.parametrize(("size", "parts"), [(0, []), (1, [1]), (500, [500]), (501, [500, 1]), (1500, [500, 500, 500])])
def test_batched_gives_every_value_once_in_parts_of_five_hundred(size: int, parts: list[int]) -> None:
    found = list(queries.batched(range(size)))
    assert ([len(part) for part in found], [one for part in found for one in part]) == (parts, list(range(size)))


# Who has a badge already


def holders(badge: Badge, *keys: str) -> set[str]:
    return {key for key, one in queries.holdings(badge, dict.fromkeys(keys)).items() if one.is_held}


def test_holders_are_those_whom_navigatr_shows_with_this_badge(badge: Badge, now: datetime) -> None:
    other = make_badge(badge.provider, navigatr_id=52)
    for number, (owner, key, status) in enumerate(
        [(badge, "a", "Pending"), (badge, "b", "REVOKED"), (badge, "", "Claimed"), (other, "c", "Claimed")]
    ):
        Assertion.objects.create(badge=owner, navigatr_id=str(number), email_key=key, status=status, read_at=now)
    assert holders(badge, "a", "b", "c", "d") == {"a"}


def test_holders_has_somebody_whose_revoked_badge_was_issued_again(badge: Badge, now: datetime) -> None:
    for number, status in enumerate(["Revoked", "Pending"]):
        Assertion.objects.create(badge=badge, navigatr_id=str(number), email_key="a", status=status, read_at=now)
    assert holders(badge, "a") == {"a"}


def test_standings_are_those_of_live_issuances_of_this_badge(badge: Badge, now: datetime) -> None:
    ana, bo, cy = (make_agreed(badge) for _ in range(3))
    make_issuance(badge, ana, status=S.ISSUED, issued_at=now)
    make_issuance(badge, ana, reissue_no=1, reissue_reason="lost")
    make_issuance(badge, bo, status=S.CANCELLED, reason="no_consent")
    make_issuance(make_badge(badge.provider, navigatr_id=52), cy)
    found = queries.holdings(badge, dict.fromkeys([ana.email_key, bo.email_key, cy.email_key]))
    assert {key: one.statuses for key, one in found.items()} == {ana.email_key: {S.ISSUED, S.QUEUED}}


# What is due


@pytest.mark.parametrize(
    ("fields", "is_due"),
    [
        ({}, True),
        ({"not_before": timedelta(seconds=-1)}, True),
        ({"not_before": timedelta(seconds=1)}, False),
        ({"status": S.CANCELLED, "reason": "no_consent"}, False),
        ({"status": S.REJECTED, "reason": "refused_by_navigatr"}, False),
    ],
)
def test_single_is_due_when_it_waits_and_its_time_has_come(
    badge: Badge, now: datetime, fields: dict[str, Any], is_due: bool
) -> None:
    if "not_before" in fields:
        fields = {"not_before": now + fields["not_before"]}
    issuance = make_issuance(badge, **fields)
    assert list(queries.due_singles(connection_of(badge), now)) == ([issuance] if is_due else [])


def test_single_is_not_due_when_its_badge_is_held_or_it_is_another_accounts(badge: Badge, now: datetime) -> None:
    make_issuance(make_badge(badge.provider, navigatr_id=52, hold=BadgeHold.GONE, held_at=now))
    make_issuance(make_badge(make_provider(make_connection("http://127.0.0.1:8/v1"))))
    make_issuance(badge, roster=a_run(badge))
    assert list(queries.due_singles(connection_of(badge), now)) == []


def test_rosters_are_due_in_the_order_in_which_they_were_served(badge: Badge, now: datetime) -> None:
    rosters = [a_run(badge, served_slot=slot) for slot in (7, 3, 3)]
    idle = [a_run(badge, status=status) for status in ("paused", "stopped")]
    for roster in (*rosters, *idle):
        make_issuance(badge, roster=roster)
    a_run(badge)
    assert list(queries.due_rosters(connection_of(badge), now)) == [rosters[1], rosters[2], rosters[0]]


def test_roster_is_not_due_when_its_rows_wait_for_their_time(badge: Badge, now: datetime) -> None:
    make_issuance(badge, roster=a_run(badge), not_before=now + timedelta(seconds=1))
    assert list(queries.due_rosters(connection_of(badge), now)) == []


def test_next_due_is_now_when_something_is_due(badge: Badge, now: datetime) -> None:
    make_issuance(badge, not_before=now + timedelta(hours=1))
    make_issuance(badge, roster=a_run(badge))
    assert queries.next_due(connection_of(badge), now) == now


def test_next_due_is_the_earliest_time_when_all_wait_for_theirs(badge: Badge, now: datetime) -> None:
    for hours in (3, 2):
        make_issuance(badge, not_before=now + timedelta(hours=hours))
    make_issuance(badge, not_before=now + timedelta(hours=1), roster=a_run(badge, "paused"))
    assert queries.next_due(connection_of(badge), now) == now + timedelta(hours=2)


def test_next_due_is_none_when_nothing_waits(badge: Badge, now: datetime) -> None:
    make_issuance(badge, roster=a_run(badge, "paused"))
    make_issuance(make_badge(badge.provider, navigatr_id=52, hold=BadgeHold.GONE, held_at=now))
    assert queries.next_due(connection_of(badge), now) is None


def accounts_with_something_due(*hosts: int) -> list[Connection]:
    made = [make_badge(make_provider(make_connection(f"http://127.0.0.1:{host}/v1"))) for host in hosts]
    for badge in made:
        make_issuance(badge)
    return [badge.provider.connection for badge in made]


def test_connections_are_due_the_longest_unserved_first(now: datetime) -> None:
    first, second, third = accounts_with_something_due(1, 2, 3)
    Pace.objects.filter(pk=first.pk).update(lease_until=50.0)
    Pace.objects.filter(pk=third.pk).update(lease_until=40.0)
    assert list(queries.due_connections(now)) == [second, third, first]


def test_connection_is_not_due_when_it_is_stopped_or_rests_or_has_nothing(now: datetime) -> None:
    stopped, resting, due, paused = accounts_with_something_due(1, 2, 3, 4)
    Connection.objects.filter(pk=stopped.pk).update(stop_reason="by_staff", stopped_at=now)
    Pace.objects.filter(pk=resting.pk).update(rests_until=now.timestamp() + 1)
    badge = Badge.objects.get(provider__connection=paused)
    Issuance.objects.filter(badge=badge).update(roster=a_run(badge, "paused"))
    make_connection("http://127.0.0.1:5/v1")
    assert list(queries.due_connections(now)) == [due]


def test_in_flight_counts_calls_of_this_account_claimed_since(badge: Badge, now: datetime) -> None:
    sending(badge, changed_at=now)
    sending(badge, changed_at=now - timedelta(seconds=78))
    sending(make_badge(make_provider(make_connection("http://127.0.0.1:8/v1"))), changed_at=now)
    make_issuance(badge, changed_at=now)
    assert queries.in_flight(connection_of(badge), now - timedelta(seconds=77)) == 1


def test_accepted_attempts_are_those_answered_with_a_badge(badge: Badge, now: datetime) -> None:
    issuance = sending(badge)
    common = {"issuance": issuance, "connection": badge.provider.connection, "secret_version": 1, "worker": "w"}
    common |= {"claimed_at": now, "slot_at": now}
    for number, effect in enumerate(["none", "unknown", "one"], start=1):
        Attempt.objects.create(number=number, outcome="issued", effect=effect, ended_at=now, **common)
    Attempt.objects.create(number=4, **common)
    assert [attempt.number for attempt in queries.accepted_attempts(issuance.pk)] == [3]


# Counts and estimates


def test_status_counts_names_every_status(badge: Badge, now: datetime) -> None:
    make_issuance(badge)
    make_issuance(badge, status=S.ISSUED, issued_at=now)
    make_issuance(badge)
    nothing = dict.fromkeys([status.value for status in S], 0)
    assert queries.status_counts(Issuance.objects.all()) == nothing | {"queued": 2, "issued": 1}
    assert queries.status_counts(Issuance.objects.none()) == nothing


def test_dispositions_counts_the_rows_of_one_roster(badge: Badge) -> None:
    roster, other = make_roster(badge), make_roster(badge)
    for row_no, disposition in enumerate([Disposition.READY, Disposition.READY, Disposition.INVALID]):
        make_row(roster, f"{row_no}@example.org", row_no=row_no, disposition=disposition)
    make_row(other, "a@example.org", row_no=1)
    assert queries.dispositions(roster) == {"ready": 2, "invalid": 1}


@pytest.mark.parametrize(
    ("state", "reason"), [("idle", ""), ("sending", ""), ("resting", ""), ("stopped", "Stopped by staff")]
)
def test_standing_says_in_one_word_how_an_account_stands(badge: Badge, now: datetime, state: str, reason: str) -> None:
    if state != "idle":
        make_issuance(badge)
        sending(badge)
    if state in ("resting", "stopped"):
        Pace.objects.update(rests_until=now.timestamp() + 60)
    if state == "stopped":
        Connection.objects.update(stop_reason="by_staff", stopped_at=now)
    connection = Connection.objects.select_related("pace").get()
    open_calls = int(state != "idle")
    expected = {"name": connection.name, "state": state, "reason": reason, "due": open_calls, "in_flight": open_calls}
    assert queries.standing_of(connection, now) == expected


def test_finish_is_the_pace_times_what_waits(badge: Badge, now: datetime, settings: Any) -> None:
    settings.NAVIGATR_RATE = "5/2"
    assert queries.finish_at(connection_of(badge), now) is None
    for _ in range(5):
        make_issuance(badge)
    make_issuance(badge, roster=a_run(badge, "paused"))
    Pace.objects.update(margin=0.0)
    assert queries.finish_at(connection_of(badge), now) == now + timedelta(seconds=2)
    Pace.objects.update(rests_until=now.timestamp() + 10, margin=0.5)
    later = queries.finish_at(connection_of(badge), now)
    assert later is not None
    assert (later - now).total_seconds() == pytest.approx(13)


def test_canary_age_is_none_until_a_worker_answered(now: datetime) -> None:
    assert queries.canary_age(now) is None
    Heartbeat.objects.create(name="canary", answered_at=now - timedelta(seconds=40))
    assert queries.canary_age(now) == 40.0
