"""Waiting for badges to leave the queue, by a clock of the test's own, and saying why they do not."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from issuing.enums import BadgeHold
from issuing.management.commands import _waiting
from issuing.management.commands._waiting import Waited, wait_for, why_waiting
from issuing.models import Badge, Connection, Heartbeat, Issuance, Pace
from tests.factories import make_badge, make_connection, make_provider, make_roster, make_user

ALL = Issuance.objects.none()
Said = list[tuple[int, int]]


def counts(queued: int, issued: int, sending: int = 0) -> dict[str, int]:
    return {"queued": queued, "sending": sending, "issued": issued}


class Clock:
    """Time that passes only while somebody sleeps; what is counted at each moment is given."""

    def __init__(self, *seen: dict[str, int] | Exception) -> None:
        self.now = 0.0
        self.seen = list(seen)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def status_counts(self, _rows: object) -> dict[str, int]:
        found = self.seen.pop(0) if len(self.seen) > 1 else self.seen[0]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_waiting, "time", clock)
    monkeypatch.setattr(_waiting.queries, "status_counts", clock.status_counts)
    return clock


def wait(clock: Clock, timeout: float | None = None) -> tuple[Waited, float, Said]:
    """How it ended, after how many seconds, and what was said of queued and issued."""
    said: Said = []
    ended = wait_for(ALL, timeout=timeout, say=lambda now: said.append((now["queued"], now["issued"])))
    return ended, clock.now, said


def test_wait_ends_when_nothing_is_queued_or_being_sent(watched: Clock) -> None:
    watched.seen = [counts(2, 0), counts(0, 1, sending=1), counts(0, 2)]
    assert wait(watched) == (Waited.ENDED, 1.0, [(2, 0), (0, 2)])


def test_wait_ends_at_once_when_nothing_is_open(watched: Clock) -> None:
    watched.seen = [counts(0, 2)]
    assert wait(watched) == (Waited.ENDED, 0.0, [(0, 2)])


def test_wait_gives_up_when_nothing_moved_for_two_minutes(watched: Clock) -> None:
    watched.seen = [counts(9, 0), *[counts(9, 0)] * 100, counts(8, 1)]
    assert wait(watched) == (Waited.NOTHING_MOVED, 50.5 + 120.0, [(9, 0), (8, 1)])


def test_wait_speaks_every_five_seconds_at_most(watched: Clock) -> None:
    watched.seen = [counts(99 - step, step) for step in range(100)]
    ended, seconds, said = wait(watched)
    assert (ended, seconds, said[:3], said[-1]) == (Waited.ENDED, 49.5, [(99, 0), (89, 10), (79, 20)], (0, 99))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [([counts(9, 0), counts(8, 1)], Waited.TIME_UP), ([counts(9, 0)], Waited.NOTHING_MOVED)],
)
def test_wait_ends_when_the_time_is_up(watched: Clock, seen: list[dict[str, int]], expected: Waited) -> None:
    watched.seen = list(seen)
    assert wait(watched, timeout=7.2)[:2] == (expected, 7.2)


def test_wait_goes_on_when_the_database_was_away(watched: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_waiting.database, "close", lambda: None)
    watched.seen = [counts(1, 0), *[OperationalError("gone")] * 3, counts(0, 1)]
    assert wait(watched) == (Waited.ENDED, 2.0, [(1, 0), (0, 1)])


# Why


@pytest.fixture
def badge(db: None) -> Badge:
    Heartbeat.objects.create(name="canary", answered_at=timezone.now())
    return make_badge(make_provider(make_connection(name="Example")))


def test_why_says_that_a_worker_comes_when_nothing_is_in_the_way(badge: Badge) -> None:
    assert why_waiting(badge.pk) == "A worker is there; it will come to it."


@pytest.mark.parametrize("age", [None, timedelta(minutes=3)])
def test_why_names_the_worker_when_none_gave_a_sign_of_life(badge: Badge, age: timedelta | None) -> None:
    Heartbeat.objects.all().delete()
    if age:
        Heartbeat.objects.create(name="canary", answered_at=timezone.now() - age)
    assert why_waiting(badge.pk) == "No worker? Run `manage.py supervise`."


def test_why_names_the_account_when_it_is_stopped(badge: Badge) -> None:
    Connection.objects.update(stop_reason="token_refused", stopped_at=timezone.now())
    assert why_waiting(badge.pk) == "Sending over Example is stopped: Navigatr refused the access token."


def test_why_names_the_account_when_it_rests(badge: Badge) -> None:
    Pace.objects.update(rests_until=timezone.now().timestamp() + 60)
    expected = "Example rests because Navigatr asked for it or cannot be reached; it goes on by itself."
    assert why_waiting(badge.pk) == expected


def test_why_names_the_badge_when_it_is_held(badge: Badge) -> None:
    Badge.objects.update(hold=BadgeHold.GONE, held_at=timezone.now())
    assert why_waiting(badge.pk) == "The badge is held: Navigatr has no such badge any more."


def test_why_names_whoever_paused_the_run(badge: Badge) -> None:
    ann, now = make_user("ann", first_name="Ann", last_name="Lee"), timezone.now()
    who = {"confirmed_at": now, "confirmed_by": ann, "changed_at": now, "changed_by": ann}
    roster = make_roster(badge, status="paused", **who)
    assert why_waiting(badge.pk, roster.pk) == "It is paused by Ann Lee."
