"""The limit: never more calls in any window, and never a call refused that fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuing.practice.rate import Rate, SlidingWindow, busiest


@pytest.mark.parametrize(
    ("text", "rate"), [("5/2", Rate(5, 2.0)), ("1/0.5", Rate(1, 0.5)), ("100000/1", Rate(100_000, 1))]
)
def test_rate_is_calls_and_seconds_when_it_is_parsed(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate
    assert Rate.parse(str(rate)) == rate


@pytest.mark.parametrize(
    "text", ["", "5", "5/", "/2", "0/2", "-5/2", "5/0", "5/-2", "5.5/2", "5/inf", "5/nan", "a/b", "5/2/1"]
)
def test_rate_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="A rate is calls/seconds, such as 5/2"):
        Rate.parse(text)


def admitted(arrivals: list[float], rate: str = "5/2") -> list[bool]:
    window = SlidingWindow(Rate.parse(rate))
    return [window.admit(arrived) for arrived in arrivals]


def test_window_slides_when_time_passes() -> None:
    assert admitted([0.0, 0.1, 0.2, 0.3, 1.9, 1.99, 2.0, 2.05, 2.1]) == [True] * 5 + [False, True, False, True]


def test_burst_at_the_edge_of_two_windows_is_refused_when_it_is_too_much() -> None:
    assert admitted([1.5] * 5 + [2.5] * 5) == [True] * 5 + [False] * 5


def test_refused_calls_do_not_count_when_the_next_one_comes() -> None:
    assert admitted([0.0, 0.1, 0.2, 0.3, 0.4] + [1.0] * 9 + [2.0]) == [True] * 5 + [False] * 9 + [True]


def test_window_is_empty_when_it_was_cleared() -> None:
    window = SlidingWindow(Rate(1, 60.0))
    assert (window.admit(1.0), window.admit(2.0)) == (True, False)
    window.clear()
    assert window.admit(3.0) is True


# Whole seconds: with fractions the test's own sums would round otherwise than the window's.
MOMENTS = st.lists(st.integers(0, 200).map(float), max_size=60).map(sorted)


@given(arrivals=MOMENTS, calls=st.integers(1, 6))
def test_limit_is_kept_and_used_up_when_calls_come_at_any_time(arrivals: list[float], calls: int) -> None:
    window = SlidingWindow(Rate(calls, 20.0))
    let_in: list[float] = []
    for arrived in arrivals:
        in_window = sum(arrived - other < 20.0 for other in let_in)
        assert window.admit(arrived) is (in_window < calls)
        let_in += [arrived] if in_window < calls else []
    assert busiest(let_in, 20.0) <= calls


@pytest.mark.parametrize(
    ("arrivals", "most"),
    [
        ([], 0),
        ([1.0], 1),
        ([1.0, 2.9, 3.0], 2),
        ([1.0, 2.9, 2.95], 3),
        ([5.0, 5.2, 5.1], 3),
        ([900.0, 901.0, 1.0, 1.5, 2.0], 3),
    ],
)
def test_busiest_window_is_found_when_clocks_start_anew(arrivals: list[float], most: int) -> None:
    assert busiest(arrivals, 2.0) == most


@given(arrivals=MOMENTS)
def test_busiest_window_is_as_counted_when_the_clock_went_on(arrivals: list[float]) -> None:
    counted = [sum(start <= other < start + 20.0 for other in arrivals) for start in arrivals]
    assert busiest(arrivals, 20.0) == max(counted, default=0)
