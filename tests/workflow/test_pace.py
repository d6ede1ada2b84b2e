"""The pace against a virtual clock: never too fast, hardly ever too slow."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from issuing.enums import ServedKind
from issuing.workflow.pace import (
    BASE_MARGIN,
    IDLE_AFTER,
    LEAD,
    LOOK_AHEAD,
    MAX_IN_FLIGHT,
    MAX_MARGIN,
    Rate,
    Slot,
    Wait,
    finish_seconds,
    may_be_wanted,
    missed,
    narrowed,
    next_slot,
    preference,
    rest_left,
    widened,
)

RATE = Rate(5, 2.0)
SPACING = 0.408
A_CLOCK = 1_790_000_000.0
TINY = 1e-6


@dataclass
class Caller:
    """Asks for slots as a sender does; time passes only where it is told to.

    `now` is true time; `clock` shows what the database's clock is off by.
    """

    now: float = 0.0
    clock: float = A_CLOCK
    stored: float = 0.0
    calls: list[float] = field(default_factory=list)

    def ask(self) -> Slot | Wait:
        answer = next_slot(self.stored, self.now + self.clock, RATE, BASE_MARGIN)
        if isinstance(answer, Slot):
            self.stored = answer.following
            self.calls.append(answer.at - self.clock)
        return answer

    def saturate(self, calls: int, pauses: Iterable[float] = ()) -> None:
        """Ask again as soon as it is worth it, a little late where there is a pause."""
        until, delays = len(self.calls) + calls, iter(pauses)
        while len(self.calls) < until:
            answer = self.ask()
            self.now += next(delays, 0.0) + (answer.seconds if isinstance(answer, Wait) else 0.0)

    def most_in_a_window(self) -> int:
        """The most calls in any half-open window of the limit."""
        calls = sorted(self.calls)
        counts = (sum(start <= call < start + RATE.seconds - TINY for call in calls) for start in calls)
        return max(counts, default=0)


@given(st.lists(st.floats(0, 3), max_size=60))
@example([0.0] * 60)
@example([SPACING] * 30)
@example([SPACING - LOOK_AHEAD] * 30)
def test_no_window_holds_more_than_its_limit_whenever_slots_are_asked_for(pauses: list[float]) -> None:
    caller = Caller()
    for pause in pauses:
        caller.ask()
        caller.now += pause
    caller.saturate(12)

    assert caller.most_in_a_window() == RATE.calls


@given(back=st.floats(0, 1e7), before=st.integers(1, 20), pause=st.floats(0, 2))
@example(back=3600.0, before=5, pause=0.0)
@example(back=3.7, before=5, pause=0.0)
def test_no_window_holds_more_than_its_limit_when_the_clock_is_set_back(back: float, before: int, pause: float) -> None:
    caller = Caller()
    caller.saturate(before)
    caller.now += pause
    caller.clock -= back
    caller.saturate(12)

    assert caller.most_in_a_window() <= RATE.calls


def test_calls_go_on_at_once_when_the_clock_was_set_back_far() -> None:
    caller = Caller()
    caller.saturate(5)
    caller.clock -= 3600
    caller.saturate(2)

    assert caller.calls[5] - caller.now < LOOK_AHEAD + 2 * SPACING


@given(ahead=st.floats(0, 1e7), before=st.integers(1, 20), pause=st.floats(0, 2))
@example(ahead=3600.0, before=5, pause=0.0)
@example(ahead=0.2, before=5, pause=0.0)
def test_window_holds_two_calls_too_many_at_most_when_the_clock_is_set_forward(
    ahead: float, before: int, pause: float
) -> None:
    """It cannot be told from time that passed; Navigatr turns such calls away without effect."""
    caller = Caller()
    caller.saturate(before)
    caller.now += pause
    caller.clock += ahead
    caller.saturate(12)

    assert caller.most_in_a_window() <= RATE.calls + 2


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_worker_that_dies_after_its_claim_costs_its_own_slot_and_no_more(deaths: list[bool]) -> None:
    caller = Caller()
    for is_dead in deaths:
        caller.saturate(1)
        if is_dead:
            caller.calls.pop()

    assert caller.stored - A_CLOCK == pytest.approx(LEAD + len(deaths) * SPACING, abs=TINY)
    assert caller.most_in_a_window() <= RATE.calls


@settings(max_examples=20)
@given(st.lists(st.floats(0, LOOK_AHEAD - LEAD), max_size=400))
def test_limit_is_used_almost_whole_when_badges_wait_all_the_time(pauses: list[float]) -> None:
    caller = Caller()
    caller.saturate(200, pauses)
    used = (len(caller.calls) - 1) / (caller.calls[-1] - caller.calls[0]) * RATE.seconds / RATE.calls

    assert (used >= 0.979, used < 1.0) == (True, True)


def test_first_slot_comes_at_once_when_none_was_ever_given_out() -> None:
    assert next_slot(0.0, A_CLOCK, RATE, BASE_MARGIN) == Slot(A_CLOCK + LEAD, A_CLOCK + LEAD + SPACING)


def test_slot_is_as_far_ahead_as_asked_when_the_last_one_was_missed() -> None:
    assert next_slot(0.0, 100.0, RATE, BASE_MARGIN, lead=0.4) == Slot(100.4, 100.4 + SPACING)


def test_slot_is_given_out_early_when_it_is_near() -> None:
    assert next_slot(100.1, 100.0, RATE, BASE_MARGIN) == Slot(100.1, 100.1 + SPACING)


@pytest.mark.parametrize(("ahead", "waits"), [(0.11, 0.01), (0.5, 0.4), (9 * SPACING, 9 * SPACING - 0.1)])
def test_slot_is_not_given_out_yet_when_it_is_far(ahead: float, waits: float) -> None:
    assert next_slot(100.0 + ahead, 100.0, RATE, BASE_MARGIN) == Wait(pytest.approx(waits))


def test_slot_however_far_is_given_out_when_a_call_in_flight_needs_another() -> None:
    stored = 100.0 + MAX_IN_FLIGHT * SPACING

    assert next_slot(stored, 100.0, RATE, BASE_MARGIN, look_ahead=float("inf")) == Slot(stored, stored + SPACING)


def test_slots_lie_further_apart_when_the_margin_is_wider() -> None:
    assert next_slot(0.0, 100.0, RATE, 0.25) == Slot(100.0 + LEAD, 100.0 + LEAD + 0.5)


@pytest.mark.parametrize(("late", "is_missed"), [(-1.0, False), (0.0, False), (0.019, False), (0.021, True), (9, True)])
def test_slot_is_missed_when_half_the_margin_is_gone(late: float, is_missed: bool) -> None:
    assert missed(100.0, 100.0 + late, RATE, BASE_MARGIN) == is_missed


@pytest.mark.parametrize(
    ("stored", "is_wanted"),
    [(0.0, False), (100 - IDLE_AFTER - TINY, False), (100 - IDLE_AFTER + TINY, True), (100.1, True), (200.0, False)],
)
def test_slot_is_left_to_badges_when_it_has_just_come_free(stored: float, is_wanted: bool) -> None:
    assert may_be_wanted(stored, 100.0) == is_wanted


def test_rosters_go_first_in_half_of_the_slots_when_both_kinds_wait() -> None:
    first = [preference(number)[0] for number in range(1000)]

    assert [first.count(ServedKind.ROSTER), first.count(ServedKind.SINGLE)] == [500, 500]


def test_both_kinds_are_served_when_only_one_of_them_waits() -> None:
    assert {frozenset(preference(number)) for number in range(10)} == {
        frozenset({ServedKind.SINGLE, ServedKind.ROSTER})
    }


def test_no_more_than_two_slots_in_a_row_go_to_one_kind_when_both_wait() -> None:
    first = [preference(number)[0] for number in range(30)]

    assert max(len(set(first[at : at + 3])) for at in range(27)) == 2
    assert min(len(set(first[at : at + 4])) for at in range(26)) == 2


def test_margin_doubles_to_a_quarter_when_navigatr_says_too_fast() -> None:
    margins = [BASE_MARGIN]
    for _ in range(5):
        margins.append(widened(margins[-1]))

    assert margins == [0.02, 0.04, 0.08, 0.16, MAX_MARGIN, MAX_MARGIN]


def test_margin_narrows_to_the_usual_when_calls_go_well() -> None:
    margin, calls = MAX_MARGIN, 0
    while margin > BASE_MARGIN:
        margin, calls = narrowed(margin), calls + 1

    assert (margin, calls) == (BASE_MARGIN, 126)


@pytest.mark.parametrize(
    ("text", "rate"), [("5/2", Rate(5, 2.0)), ("50/2", Rate(50, 2.0)), ("3", Rate(3, 1.0)), ("1/0.5", Rate(1, 0.5))]
)
def test_rate_is_read_when_it_is_one(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "/", "0/2", "-5/2", "5/0", "5/-2", "5/nan", "5/inf", "five/2", "2.5/2", "5/2/1"])
def test_rate_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        Rate.parse(text)


def test_spacing_is_the_share_of_the_window_with_its_margin_when_computed() -> None:
    assert (RATE.spacing(), RATE.spacing(0.25)) == (pytest.approx(SPACING), 0.5)


@pytest.mark.parametrize(("ahead", "seconds"), [(0, 0.0), (1, 0.408), (1000, 408.0)])
def test_finish_is_told_when_so_many_are_ahead(ahead: int, seconds: float) -> None:
    assert finish_seconds(ahead, RATE) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("until", "left"), [(0.0, 0.0), (A_CLOCK, 0.0), (A_CLOCK + 5, 5.0), (A_CLOCK + 60, 60.0), (A_CLOCK + 61, 0.0)]
)
def test_rest_is_over_when_it_is_longer_than_any_can_be(until: float, left: float) -> None:
    assert rest_left(until, A_CLOCK, 60.0) == left
