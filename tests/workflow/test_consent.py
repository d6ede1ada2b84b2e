"""The rule by which a learner's records come to a yes, a no or a contradiction."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from issuing.enums import ConsentState, Decision, Giver, StatusReason
from issuing.exceptions import InvalidInput
from issuing.workflow.consent import Fact, Refusal, Verdict, current, deciding, giver_key, moment_of_day, refusal

MONDAY = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
NOW = MONDAY + timedelta(days=7)
GIVEN, DECLINED, WITHDRAWN = Decision.GIVEN, Decision.DECLINED, Decision.WITHDRAWN
NONE = Verdict(ConsentState.NONE)


def fact(number: int, decision: Decision = GIVEN, at: datetime = MONDAY, **fields: Any) -> Fact:
    return Fact(**{"id": number, "giver": "learner", "decision": decision, "decided_at": at, **fields})


def verdict(*facts: Fact, now: datetime = NOW) -> Verdict:
    """What the facts come to, whatever their order."""
    found = current(facts, now=now)
    assert current(reversed(facts), now=now) == found
    return found


def test_current_is_none_when_nobody_said_anything() -> None:
    assert verdict() == NONE


@pytest.mark.parametrize(
    ("first", "then", "state"),
    [
        (GIVEN, WITHDRAWN, ConsentState.WITHDRAWN),
        (GIVEN, DECLINED, ConsentState.DECLINED),
        (DECLINED, WITHDRAWN, ConsentState.WITHDRAWN),
    ],
)
def test_current_is_what_was_said_last_when_it_was_a_no(first: Decision, then: Decision, state: ConsentState) -> None:
    assert verdict(fact(1, first), fact(2, then, TUESDAY)) == Verdict(state)


def test_current_is_the_later_yes_when_a_no_came_before_it() -> None:
    assert verdict(fact(1, DECLINED), fact(2, GIVEN, TUESDAY)) == Verdict(ConsentState.GIVEN, 2)


def test_current_goes_by_when_it_was_decided_when_a_yes_was_written_down_late() -> None:
    assert verdict(fact(1, WITHDRAWN, TUESDAY), fact(2, GIVEN, MONDAY)) == Verdict(ConsentState.WITHDRAWN)


@pytest.mark.parametrize("no", [DECLINED, WITHDRAWN])
@pytest.mark.parametrize("numbers", [(1, 2), (2, 1)])
def test_current_is_the_no_when_both_were_said_at_one_moment(no: Decision, numbers: tuple[int, int]) -> None:
    assert verdict(fact(numbers[0], GIVEN), fact(numbers[1], no)) == Verdict(ConsentState(no))


def test_current_names_the_later_record_when_two_say_yes_at_one_moment() -> None:
    assert verdict(fact(1), fact(2)) == Verdict(ConsentState.GIVEN, 2)


@pytest.mark.parametrize(
    ("learner", "guardian", "state"),
    [
        (GIVEN, GIVEN, ConsentState.GIVEN),
        (GIVEN, DECLINED, ConsentState.CONFLICT),
        (WITHDRAWN, GIVEN, ConsentState.CONFLICT),
        (DECLINED, WITHDRAWN, ConsentState.WITHDRAWN),
    ],
)
def test_current_is_a_conflict_when_learner_and_guardian_differ(
    learner: Decision, guardian: Decision, state: ConsentState
) -> None:
    assert verdict(fact(1, learner), fact(2, guardian, TUESDAY, giver="guardian:ann")).state == state


def test_current_stays_a_no_when_the_only_yes_against_it_has_ended() -> None:
    ended = fact(2, GIVEN, TUESDAY, giver="guardian:ann", ends_at=NOW)

    assert verdict(fact(1, DECLINED), ended) == Verdict(ConsentState.DECLINED)


@pytest.mark.parametrize(("left", "expected"), [(0, NONE), (1, Verdict(ConsentState.GIVEN, 1))])
def test_current_counts_a_yes_when_it_has_not_ended(left: int, expected: Verdict) -> None:
    assert verdict(fact(1, ends_at=NOW + timedelta(seconds=left))) == expected


def test_current_is_none_when_the_words_of_a_yes_were_replaced() -> None:
    assert verdict(fact(1, superseded=True)) == NONE


def test_current_stays_a_no_when_the_words_of_the_no_were_replaced() -> None:
    assert verdict(fact(1, DECLINED, superseded=True)) == Verdict(ConsentState.DECLINED)


def test_current_goes_back_to_the_yes_when_a_later_no_was_recorded_in_error() -> None:
    wrong = fact(2, WITHDRAWN, TUESDAY, invalidated=True)

    assert verdict(fact(1), wrong) == Verdict(ConsentState.GIVEN, 1)


def test_current_goes_back_to_the_no_when_a_later_yes_was_recorded_in_error() -> None:
    wrong = fact(2, GIVEN, TUESDAY, invalidated=True)

    assert verdict(fact(1, DECLINED), wrong) == Verdict(ConsentState.DECLINED)


@pytest.mark.parametrize("decision", list(Decision))
def test_current_passes_over_what_was_said_when_it_was_about_another_badge(decision: Decision) -> None:
    elsewhere = fact(2, decision, TUESDAY, bears_on_badge=False)

    assert (verdict(elsewhere), verdict(fact(1), elsewhere)) == (NONE, Verdict(ConsentState.GIVEN, 1))


@pytest.mark.parametrize(
    ("one", "other"), [("Ann  Lee", " ann lee"), ("Zoe\u0308 Groß", "ZOË GROSS"), ("İnci", "i̇nci")]
)
def test_giver_key_is_equal_when_a_guardian_is_spelt_otherwise(one: str, other: str) -> None:
    assert giver_key(Giver.GUARDIAN, one) == giver_key(Giver.GUARDIAN, other)


def test_giver_key_differs_when_guardians_do_and_never_for_the_learner() -> None:
    keys = {giver_key(Giver.GUARDIAN, "Ann"), giver_key(Giver.GUARDIAN, "Bo"), giver_key(Giver.LEARNER, "Ann")}

    assert (len(keys), giver_key(Giver.LEARNER, "Bo") in keys) == (3, True)


LONDON = ZoneInfo("Europe/London")
DAY = date(2026, 7, 14)
MIDNIGHT = datetime(2026, 7, 13, 23, 0, tzinfo=UTC)


def test_moment_of_day_takes_a_yes_early_and_a_no_late_when_only_the_day_is_known() -> None:
    yes, no = (moment_of_day(DAY, decision, zone=LONDON, now=NOW) for decision in (GIVEN, DECLINED))

    assert (yes, no) == (MIDNIGHT, MIDNIGHT + timedelta(days=1, microseconds=-1))
    assert (yes.astimezone(LONDON).date(), no.astimezone(LONDON).date()) == (DAY, DAY)


@pytest.mark.parametrize("decision", list(Decision))
def test_moment_of_day_is_never_later_than_now_when_the_day_is_today(decision: Decision) -> None:
    now = MIDNIGHT + timedelta(minutes=30)  # the day before by UTC

    assert MIDNIGHT <= moment_of_day(DAY, decision, zone=LONDON, now=now) <= now


@pytest.mark.parametrize(("day", "now"), [(DAY, MIDNIGHT - timedelta(seconds=1)), (date(1999, 12, 31), NOW)])
def test_moment_of_day_refuses_a_day_when_nobody_can_have_decided_on_it(day: date, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        moment_of_day(day, GIVEN, zone=LONDON, now=now)


def test_deciding_is_the_latest_of_each_giver_that_counts_newest_first() -> None:
    facts = [
        fact(1, GIVEN),
        fact(2, WITHDRAWN, TUESDAY),
        fact(3, GIVEN, NOW, giver="guardian:ann"),
        fact(4, DECLINED, NOW, bears_on_badge=False),
        fact(5, DECLINED, NOW, invalidated=True),
    ]
    assert [one.id for one in deciding(facts)] == [3, 2]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ([], Refusal(StatusReason.NO_CONSENT)),
        ([fact(1), fact(2, DECLINED, TUESDAY)], Refusal(StatusReason.SAID_NO, TUESDAY)),
        ([fact(1), fact(2, WITHDRAWN, TUESDAY)], Refusal(StatusReason.WITHDREW, TUESDAY)),
        ([fact(1, ends_at=TUESDAY)], Refusal(StatusReason.CONSENT_ENDED, TUESDAY)),
        ([fact(1, superseded=True, void_since=TUESDAY)], Refusal(StatusReason.WORDS_REPLACED, TUESDAY)),
        ([fact(1, invalidated=True, void_since=TUESDAY)], Refusal(StatusReason.RECORDED_IN_ERROR, TUESDAY)),
        ([fact(1), fact(2, DECLINED, giver="guardian:ann")], Refusal(StatusReason.CONTRADICTION)),
        ([fact(1, WITHDRAWN, bears_on_badge=False)], Refusal(StatusReason.NO_CONSENT)),
        ([fact(1, WITHDRAWN, invalidated=True, void_since=TUESDAY)], Refusal(StatusReason.NO_CONSENT)),
    ],
)
def test_refusal_says_why_nothing_is_sent_and_since_when(facts: list[Fact], why: Refusal) -> None:
    assert refusal(facts, now=NOW) == why
    assert refusal(reversed(facts), now=NOW) == why


def test_refusal_is_the_latest_end_where_a_yes_ended_in_several_ways() -> None:
    ended = fact(1, ends_at=MONDAY + timedelta(hours=1))
    slip = fact(2, at=MONDAY, invalidated=True, void_since=TUESDAY)
    assert refusal([ended, slip], now=NOW) == Refusal(StatusReason.RECORDED_IN_ERROR, TUESDAY)


def test_refusal_is_the_age_whatever_was_said() -> None:
    assert refusal([fact(1, WITHDRAWN)], now=NOW, under_13=True) == Refusal(StatusReason.UNDER_13)
