"""Reads wait for slots of the pace: on a virtual clock to the hundredth, and over sockets from four threads."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection as database
from pytest_django import Settings

from issuing.exceptions import NoEffect
from issuing.models import Connection, Pace
from issuing.practice import PracticeServer
from issuing.services import connections
from issuing.services.connections import pacing
from issuing.workflow import pace as rules
from tests.factories import make_connection
from tests.services.connections.conftest import VirtualClock

SPACING = 0.408
START = 1000.0


@pytest.fixture
def pace(db: None) -> Pace:
    return make_connection().pace


def set_pace(pace: Pace, **values: float) -> None:
    Pace.objects.filter(pk=pace.pk).update(**values)
    pace.refresh_from_db()


def leaves(pace: Pace, clock: VirtualClock, **how: bool) -> float:
    """When the next read leaves, in seconds from the start."""
    connections.wait_for_slot(pace.pk, **how)
    return round(clock.now - START, 3)


def test_reads_leave_one_spacing_apart_when_they_come_at_once(pace: Pace, clock: VirtualClock) -> None:
    assert [leaves(pace, clock) for _ in range(4)] == [0.01, 0.418, 0.826, 1.234]


def test_every_read_is_counted_when_it_leaves(pace: Pace, clock: VirtualClock) -> None:
    leaves(pace, clock)
    leaves(pace, clock)
    pace.refresh_from_db()

    assert (pace.slot_no, pace.next_slot) == (2, pytest.approx(START + 0.01 + 2 * SPACING))


def test_read_waits_when_the_connection_rests(pace: Pace, clock: VirtualClock) -> None:
    set_pace(pace, rests_until=START + 30)

    assert leaves(pace, clock) == 30.01


def test_read_gives_up_at_once_when_the_rest_is_too_long(pace: Pace, clock: VirtualClock) -> None:
    set_pace(pace, rests_until=START + 121)

    with pytest.raises(NoEffect, match="busy or was asked to wait"):
        connections.wait_for_slot(pace.pk)
    assert (clock.naps, Pace.objects.get().slot_no) == ([], 0)


def test_read_takes_another_slot_when_it_missed_its_own(pace: Pace, clock: VirtualClock) -> None:
    clock.late = [0.03]

    assert (leaves(pace, clock), Pace.objects.get().slot_no) == (0.01 + SPACING, 2)


def test_read_keeps_its_slot_when_it_is_hardly_late(pace: Pace, clock: VirtualClock) -> None:
    clock.late = [0.015]

    assert (leaves(pace, clock), Pace.objects.get().slot_no) == (0.025, 1)


def test_slots_are_taken_further_ahead_when_the_machine_is_slow(pace: Pace, clock: VirtualClock) -> None:
    set_pace(pace, next_slot=0.0)
    clock.late = [1.0]
    leaves(pace, clock)

    assert clock.naps == [pytest.approx(0.01), pytest.approx(rules.LOOK_AHEAD + SPACING)]


def test_idle_read_leaves_a_slot_to_badges_when_it_has_just_come_free(pace: Pace, clock: VirtualClock) -> None:
    set_pace(pace, next_slot=START)

    assert leaves(pace, clock, idle=True) == round(rules.IDLE_AFTER + rules.LEAD, 3)


def test_idle_read_leaves_at_once_when_nobody_wanted_the_slot(pace: Pace, clock: VirtualClock) -> None:
    set_pace(pace, next_slot=START - 1)

    assert leaves(pace, clock, idle=True) == rules.LEAD


def test_idle_read_gives_up_when_badges_take_every_slot(
    pace: Pace, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep_while_badges_leave(seconds: float) -> None:
        clock.now += seconds
        set_pace(pace, next_slot=clock.now + SPACING)

    set_pace(pace, next_slot=START + SPACING)
    monkeypatch.setattr(pacing.time, "sleep", sleep_while_badges_leave)
    monkeypatch.setattr(pacing, "LONGEST_WAIT", 12.0)

    with pytest.raises(NoEffect, match="busy"):
        connections.wait_for_slot(pace.pk, idle=True)
    assert clock.now - START == pytest.approx(12.0, abs=1)


def test_joint_slot_suits_the_latest_when_several_paces_count(pace: Pace, clock: VirtualClock) -> None:
    other, own = make_connection().pace, Pace(next_slot=START + 2)
    set_pace(other, next_slot=START + 3)
    pacing.wait_for_joint_slot([other.pk, pace.pk], own=own)

    moved = [*Pace.objects.values_list("next_slot", flat=True), own.next_slot]
    assert (clock.now, moved, own.pk) == (START + 3, [START + 3 + SPACING] * 3, None)


def test_joint_slot_waits_for_every_rest_when_several_paces_count(pace: Pace, clock: VirtualClock) -> None:
    set_pace(pace, rests_until=START + 5)
    pacing.wait_for_joint_slot([make_connection().pk, pace.pk])

    assert clock.now == START + 5 + rules.LEAD


def rest(pace: Pace, retry_after: float | None = None) -> tuple[float, float]:
    """How long it rests after a 429, and its margin then."""
    connections.rest(connections.lock(pace.pk), retry_after=retry_after)
    pace.refresh_from_db()
    return pace.rests_until - START, pace.margin


def test_connection_rests_as_long_as_asked_when_told_too_fast(pace: Pace, clock: VirtualClock) -> None:
    assert rest(pace, retry_after=7.0) == (7.0, 0.04)


def test_rests_double_when_one_429_follows_another(pace: Pace, clock: VirtualClock) -> None:
    rests = []
    for _ in range(4):
        before = clock.now
        clock.now = START + rest(pace)[0]
        rests.append(clock.now - before)

    assert [2 <= rests[0] <= 2.5, 4 <= rests[1] <= 5, 8 <= rests[2] <= 10, 16 <= rests[3] <= 20] == [True] * 4


def test_rest_is_counted_once_when_several_calls_in_flight_are_refused(pace: Pace, clock: VirtualClock) -> None:
    rest(pace)
    seconds, margin = rest(pace)

    assert (2 <= seconds <= 2.5, margin, pace.refused_in_a_row) == (True, 0.04, 1)


def test_rest_is_never_shortened_when_a_later_answer_asks_for_less(pace: Pace, clock: VirtualClock) -> None:
    rest(pace, retry_after=30.0)

    assert rest(pace, retry_after=1.0)[0] == 30.0


@pytest.mark.parametrize(("pauses", "until"), [([10.0], 10.0), ([10.0, 3.0], 10.0), ([3.0, 10.0], 10.0)])
def test_pause_lasts_as_long_as_the_longest_when_asked_twice(
    pauses: list[float], until: float, pace: Pace, clock: VirtualClock
) -> None:
    for seconds in pauses:
        connections.pause(pace.pk, seconds)

    assert Pace.objects.get().rests_until - START == until


def test_margin_narrows_when_a_call_is_taken_again(pace: Pace, clock: VirtualClock) -> None:
    set_pace(pace, margin=0.04, refused_in_a_row=3)
    connections.recover(pace.pk)
    pace.refresh_from_db()

    assert (pace.margin, pace.refused_in_a_row) == (pytest.approx(0.0392), 0)


def test_nothing_is_written_when_there_is_nothing_to_recover_from(
    pace: Pace, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        connections.recover(pace.pk)


@pytest.mark.django_db(transaction=True)
def test_limit_is_kept_when_four_threads_read_at_once(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots: list[float] = []
    spend = pacing.spend
    monkeypatch.setattr(pacing, "spend", lambda pace, slot: (slots.append(slot.at), spend(pace, slot)))
    with PracticeServer(tmp_path / "ledger.sqlite3", rate="50/1") as practice:
        settings.NAVIGATR_HOSTS, settings.NAVIGATR_RATE = [f"{practice.host}:{practice.port}"], "50/1"
        account = make_connection(practice.base_url)
        set_pace(account.pace, margin=rules.MAX_MARGIN)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(_read_fifteen_times, [account] * 4))
        summary = practice.practice.summary()

    spacing = (1 + rules.MAX_MARGIN) / 50
    assert min(later - slot for slot, later in pairwise(slots)) >= spacing - 1e-6
    assert (summary["calls"], summary["refused_429"], summary["max_calls_in_window"] <= 50) == (60, 0, True)


def _read_fifteen_times(account: Connection) -> None:
    try:
        for _ in range(15):
            connections.client_for(account).user()
    finally:
        database.close()
