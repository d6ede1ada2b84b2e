"""The breaker opens after three calls without a usable answer, and lets one call through before all the others."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuing.enums import BreakerState, Outcome
from issuing.workflow.breaker import FAILURES, Breaker, asked, begun, ended
from issuing.workflow.pace import MAX_IN_FLIGHT

OPEN = Breaker(BreakerState.OPEN, opened_in_a_row=1)
TRYING = Breaker(BreakerState.HALF_OPEN, opened_in_a_row=1, probe=7)
FAILED = [Outcome.UNKNOWN, Outcome.UNREACHABLE, Outcome.ABORTED]
USABLE = [outcome for outcome in Outcome if outcome not in FAILED]


def after(*outcomes: Outcome) -> Breaker:
    """A closed breaker after calls that ended so."""
    return reduce(lambda breaker, outcome: ended(breaker, 1, outcome), outcomes, Breaker())


@pytest.mark.parametrize("outcome", FAILED)
def test_breaker_opens_when_three_in_a_row_gave_no_usable_answer(outcome: Outcome) -> None:
    assert after(outcome, outcome).may_begin
    assert after(outcome, outcome, outcome) == OPEN
    assert not OPEN.may_begin


@pytest.mark.parametrize("outcome", USABLE)
def test_count_begins_anew_when_an_answer_is_usable(outcome: Outcome) -> None:
    assert after(Outcome.UNKNOWN, Outcome.UNKNOWN, outcome) == Breaker()
    assert after(Outcome.UNKNOWN, Outcome.UNKNOWN, outcome, Outcome.UNKNOWN, Outcome.UNKNOWN).may_begin


def test_fewer_calls_may_be_under_way_the_more_have_failed() -> None:
    assert [after(*[Outcome.UNKNOWN] * failed).most_in_flight for failed in range(FAILURES)] == [8, 7, 6]


def test_one_call_is_begun_when_a_read_was_answered() -> None:
    trying = asked(OPEN, answered=True)
    assert (trying.state, trying.may_begin) == (BreakerState.HALF_OPEN, True)
    assert begun(trying, 7) == TRYING
    assert not TRYING.may_begin


@pytest.mark.parametrize("outcome", USABLE)
def test_breaker_closes_when_the_probe_s_answer_is_usable(outcome: Outcome) -> None:
    assert ended(TRYING, 7, outcome) == Breaker()


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.UNREACHABLE])
def test_breaker_opens_again_when_the_probe_gave_none(outcome: Outcome) -> None:
    assert ended(TRYING, 7, outcome) == Breaker(BreakerState.OPEN, opened_in_a_row=2)


def test_another_is_the_probe_when_the_first_never_left() -> None:
    assert begun(ended(TRYING, 7, Outcome.ABORTED), 8).probe == 8


@pytest.mark.parametrize("breaker", [OPEN, TRYING])
@pytest.mark.parametrize("outcome", Outcome)
def test_call_from_before_changes_nothing_when_it_ends_late(breaker: Breaker, outcome: Outcome) -> None:
    assert ended(breaker, 3, outcome) == breaker


def test_rest_doubles_to_ten_times_the_first() -> None:
    breaker, rests = OPEN, []
    for _ in range(6):
        rests.append(breaker.rests)
        breaker = asked(breaker, answered=False)
    assert rests == [1, 2, 4, 8, 10, 10]


def test_read_of_a_breaker_that_is_not_open_changes_nothing() -> None:
    assert [asked(breaker, answered=False) for breaker in (Breaker(), TRYING)] == [Breaker(), TRYING]


@given(st.lists(st.sampled_from([Outcome.UNKNOWN, Outcome.UNREACHABLE, Outcome.ISSUED]), max_size=300))
def test_an_outage_leaves_eight_open_at_most_and_one_for_each_probe(ends: list[Outcome]) -> None:
    """Calls are begun whenever they may be, and end one after another, until three in a row fail: then all fail."""
    breaker, flying, failed, number = Breaker(), 0, 0, 0
    for outcome in ends:
        while breaker.may_begin and flying < breaker.most_in_flight and breaker.state == BreakerState.CLOSED:
            number, flying = number + 1, flying + 1
        breaker, flying = ended(breaker, number, outcome), flying - 1
        failed = failed + 1 if outcome in FAILED else 0
        if breaker.state == BreakerState.OPEN:
            break
    if breaker.state == BreakerState.OPEN:
        assert failed + flying <= MAX_IN_FLIGHT
