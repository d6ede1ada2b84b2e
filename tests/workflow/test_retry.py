import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuing.enums import Outcome
from issuing.workflow import retry


@pytest.mark.parametrize(
    ("asked", "rests"), [(1.0, 1.0), (3.0, 3.0), (59.5, 59.5), (60.0, 60.0), (86400.0, 60.0), (float("inf"), 60.0)]
)
def test_rest_lasts_as_long_as_navigatr_asks_when_it_says_so(asked: float, rests: float) -> None:
    assert retry.rest_seconds(asked, 7, 1.0) == rests


@pytest.mark.parametrize("asked", [0.0, 0.9, -5.0, -1e9, float("nan")])
def test_rest_doubles_when_navigatr_asks_for_none_and_refuses_all_the_same(asked: float) -> None:
    assert [retry.rest_seconds(asked, in_a_row, 0.0) for in_a_row in (1, 2, 3)] == [2, 4, 8]


@pytest.mark.parametrize(("in_a_row", "rests"), [(0, 2), (1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 60), (500, 60)])
def test_rest_doubles_when_navigatr_says_nothing(in_a_row: int, rests: float) -> None:
    assert retry.rest_seconds(None, in_a_row, 0.0) == rests


@pytest.mark.parametrize(("jitter", "rests"), [(0.0, 8.0), (0.5, 9.0), (1.0, 10.0)])
def test_rest_grows_by_a_quarter_at_most_when_jittered(jitter: float, rests: float) -> None:
    assert retry.rest_seconds(None, 3, jitter) == rests


@pytest.mark.parametrize(("attempt", "waits"), [(1, 5), (2, 10), (3, 20), (4, 40), (7, 300), (10**6, 300)])
def test_row_waits_longer_each_time_when_navigatr_cannot_be_reached(attempt: int, waits: float) -> None:
    assert retry.back_off_seconds(Outcome.UNREACHABLE, attempt, 0.0) == waits


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.UNREACHABLE}))
def test_row_waits_not_at_all_when_its_connection_rests_or_stops_instead(outcome: Outcome) -> None:
    assert retry.back_off_seconds(outcome, 3, 1.0) == 0.0


@given(asked=st.none() | st.floats(-1e6, 1e9), in_a_row=st.integers(0, 10**6), jitter=st.floats(0, 1))
def test_rest_is_never_longer_than_a_minute_whatever_happens(asked: float | None, in_a_row: int, jitter: float) -> None:
    assert 1 <= retry.rest_seconds(asked, in_a_row, jitter) <= retry.REST_CAP
