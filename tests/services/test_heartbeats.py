"""Since when the background worker answers, and the last time it did not."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from issuing import queries
from issuing.models import Issuance
from issuing.services import heartbeats
from tests.factories import make_badge, make_issuance

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)


def beats(*seconds: int) -> queries.Worker:
    """The worker at the last of these moments, having given a sign of life at each."""
    return at(beat_at(seconds))


def beat_at(seconds: Iterable[int]) -> datetime:
    now = NOON
    for second in seconds:
        now = NOON + timedelta(seconds=second)
        with time_machine.travel(now, tick=False):
            heartbeats.beat()
    return now


def at(now: datetime) -> queries.Worker:
    with time_machine.travel(now, tick=False):
        return queries.worker(now)


@pytest.fixture
def waiting() -> Issuance:
    """A badge that waits since before noon."""
    return make_issuance(make_badge())


def test_worker_that_was_never_seen_is_away() -> None:
    worker = at(NOON)
    assert (worker.is_away, worker.seen_at, worker.back_since) == (True, None, None)


def test_first_sign_of_life_is_no_return(waiting: Issuance) -> None:
    worker = beats(0, 15)
    assert (worker.is_away, worker.since, worker.back_since) == (False, NOON, None)


@pytest.mark.parametrize(("seconds", "is_away"), [(120, False), (121, True)])
def test_worker_is_away_after_two_minutes(seconds: int, is_away: bool) -> None:
    assert at(beat_at([0]) + timedelta(seconds=seconds)).is_away is is_away


def test_worker_that_answers_once_in_ninety_seconds_has_no_gap(waiting: Issuance) -> None:
    assert beats(0, 90, 180, 270).since == NOON


def test_gap_begins_anew_and_is_kept(waiting: Issuance) -> None:
    back = NOON + timedelta(seconds=420)
    worker = beats(0, 15, 420, 435)
    assert (worker.since, worker.away_from, worker.back_since) == (back, NOON + timedelta(seconds=15), back)


def test_return_is_news_for_half_an_hour(waiting: Issuance) -> None:
    steady = range(420, 420 + 2400, 60)
    assert beats(0, *(second for second in steady if second <= 420 + 1800)).back_since is not None
    assert beats(*(second for second in steady if second > 420 + 1800)).back_since is None


def test_return_is_no_news_while_the_worker_is_away_again(waiting: Issuance) -> None:
    assert at(beat_at([0, 420]) + timedelta(seconds=121)).back_since is None


@pytest.mark.parametrize("status", ["none", "rejected", "later"])
def test_return_is_no_news_when_nothing_was_kept_waiting(waiting: Issuance, status: str) -> None:
    rows = Issuance.objects.filter(pk=waiting.pk)
    if status == "none":
        rows.delete()
    elif status == "later":
        rows.update(not_before=NOON + timedelta(days=1))
    else:
        rows.update(status="rejected", reason="refused_by_navigatr")
    worker = beats(0, 420)
    assert (worker.since, worker.away_from, worker.back_since) == (NOON + timedelta(seconds=420), None, None)


def test_clock_that_was_set_back_is_no_gap(waiting: Issuance) -> None:
    assert beats(0, -3600, -3585).since == NOON
