"""What looks at the list come to: presence, absence, or a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuing.workflow.settling import Doubt, Judged, Seen, Verdict, judge

CALL = datetime(2026, 9, 14, 14, 2, 11, tzinfo=UTC)
SETTLE = timedelta(minutes=10)
FIRST = CALL + SETTLE
SECOND = FIRST + timedelta(seconds=60)
LATE = CALL + 3 * SETTLE


def decide(*looks: Seen, has_rival: bool = False) -> Judged:
    return judge(looks, attempt_at=CALL, settle=SETTLE, has_rival=has_rival)


def absent(at: datetime, *, newer: bool = False, older: bool = False) -> Seen:
    return Seen(at, newer_control=newer, older_control=older)


def test_first_look_comes_after_the_settle_time() -> None:
    assert decide() == Judged(Verdict.AGAIN, at=FIRST)


def test_one_record_that_can_be_this_one_only_is_found_at_once() -> None:
    assert decide(Seen(FIRST, matches=("8812",))) == Judged(Verdict.FOUND, "8812")


def test_found_record_waits_for_a_person_when_a_rival_may_own_it() -> None:
    assert decide(Seen(FIRST, matches=("8812",)), has_rival=True) == Judged(Verdict.PERSON, why=Doubt.RIVAL)


def test_two_records_of_one_address_wait_for_a_person() -> None:
    assert decide(Seen(FIRST, matches=("8812", "8813"))) == Judged(Verdict.PERSON, why=Doubt.SEVERAL)


@pytest.mark.parametrize("doubt", [Doubt.HIDDEN, Doubt.OTHER_ADDRESS, Doubt.NO_TIME])
def test_doubtful_list_waits_for_a_person(doubt: Doubt) -> None:
    assert decide(Seen(FIRST, doubt=doubt, newer_control=True)) == Judged(Verdict.PERSON, why=doubt)


def test_list_that_leaves_something_out_is_looked_at_again_and_then_by_a_person() -> None:
    gap = Seen(FIRST, doubt=Doubt.NO_CONTROL, newer_control=True)
    assert decide(gap) == Judged(Verdict.AGAIN, at=FIRST + SETTLE)
    assert decide(absent(FIRST, newer=True), replace(gap, began_at=SECOND)).verdict == Verdict.AGAIN
    assert decide(gap, replace(gap, began_at=LATE)) == Judged(Verdict.PERSON, why=Doubt.NO_CONTROL)
    assert decide(replace(gap, matches=("8812",))) == Judged(Verdict.FOUND, "8812")


def test_record_of_an_unclear_time_is_no_presence() -> None:
    look = Seen(FIRST, matches=("8812",), doubt=Doubt.NO_TIME)
    assert decide(look) == Judged(Verdict.PERSON, why=Doubt.NO_TIME)


def test_second_look_comes_a_minute_after_the_first() -> None:
    assert decide(absent(FIRST, newer=True)) == Judged(Verdict.AGAIN, at=SECOND)


def test_absence_is_proved_by_two_looks_that_show_a_later_call() -> None:
    assert decide(absent(FIRST, newer=True), absent(SECOND, newer=True)) == Judged(Verdict.ABSENT)


def test_last_row_of_a_run_waits_for_three_settle_times() -> None:
    first, second = absent(FIRST, older=True), absent(SECOND, older=True)
    assert decide(first, second) == Judged(Verdict.AGAIN, at=LATE)
    assert decide(first, second, absent(LATE, older=True)) == Judged(Verdict.ABSENT)


def test_first_row_of_a_badge_without_any_control_waits_for_a_person() -> None:
    assert decide(absent(FIRST), absent(SECOND)) == Judged(Verdict.PERSON, why=Doubt.NO_CONTROL)


def test_control_in_one_of_two_looks_is_not_enough() -> None:
    assert decide(absent(FIRST), absent(SECOND, newer=True)) == Judged(Verdict.PERSON, why=Doubt.NO_CONTROL)


LOOKS = st.builds(
    Seen,
    st.datetimes(FIRST.replace(tzinfo=None), LATE.replace(tzinfo=None), timezones=st.just(UTC)),
    matches=st.lists(st.sampled_from(["8812", "8813"]), max_size=2, unique=True).map(tuple),
    doubt=st.sampled_from(Doubt),
    newer_control=st.booleans(),
    older_control=st.booleans(),
)


@given(st.lists(LOOKS, max_size=4))
def test_absence_is_never_said_without_two_clear_looks_and_a_control_in_each(looks: list[Seen]) -> None:
    if decide(*looks).verdict == Verdict.ABSENT:
        assert all(look.is_clear_absence and (look.newer_control or look.older_control) for look in looks[-2:])
        assert len(looks) >= 2


@given(st.lists(LOOKS, max_size=4), st.booleans())
def test_presence_is_never_said_of_anything_but_the_one_record(looks: list[Seen], has_rival: bool) -> None:
    judged = decide(*looks, has_rival=has_rival)
    if judged.verdict == Verdict.FOUND:
        assert (looks[-1].matches, has_rival) == ((judged.assertion_id,), False)
