"""Any no wins when two histories become one."""

from datetime import UTC, datetime
from itertools import product

import pytest

from issuing.enums import Decision
from issuing.workflow import consent
from issuing.workflow.merging import Said, noes_to_repeat


def said(id: int, day: int, *, no: bool = False, giver: str = "learner", **scope: int) -> Said:
    return Said(id, giver, no, datetime(2026, 3, day, tzinfo=UTC), **scope)


def test_no_is_repeated_when_the_other_entry_said_yes_later() -> None:
    assert noes_to_repeat([said(1, 1, no=True)], [said(2, 2)]) == [(1, 1)]


@pytest.mark.parametrize(
    "yes", [said(2, 1), said(2, 2, giver="guardian:ann"), said(2, 2, provider=2), said(2, 2, provider=1, badge=6)]
)
def test_no_needs_no_repeating_when_no_later_yes_of_the_giver_touches_it(yes: Said) -> None:
    assert noes_to_repeat([said(1, 2, no=True, provider=1, badge=5)], [yes]) == []


def test_no_to_everything_is_repeated_for_what_the_yes_covers() -> None:
    assert noes_to_repeat([said(1, 1, no=True)], [said(2, 2, provider=1)]) == [(1, 2)]


def test_no_is_gone_when_its_own_history_overrode_it() -> None:
    mine = [said(1, 1, no=True), said(2, 2, provider=1)]
    assert noes_to_repeat(mine, [said(3, 3, provider=1)]) == []
    assert noes_to_repeat(mine, [said(3, 3, provider=2)]) == [(1, 3)]


SCOPES = ({}, {"provider": 1}, {"provider": 1, "badge": 5}, {"provider": 1, "badge": 6}, {"provider": 2})
BADGES = ({"provider": 1, "badge": 5}, {"provider": 1, "badge": 6}, {"provider": 2, "badge": 7})


def verdict(history: list[Said], badge: dict[str, int]) -> str:
    wanted = said(0, 1, **badge)
    facts = [
        consent.Fact(
            one.id,
            one.giver,
            Decision.DECLINED if one.is_no else Decision.GIVEN,
            one.decided_at,
            bears_on_badge=one.covers(wanted),
        )
        for one in history
    ]
    return consent.current(facts, now=datetime(2026, 3, 30, tzinfo=UTC)).state


def test_no_of_either_history_stands_for_every_badge_whatever_the_two_hold() -> None:
    answers = [dict(no=no, **scope) for no, scope in product((True, False), SCOPES)]
    for first, second, third in product(answers, repeat=3):
        one, other = [said(1, 1, **first), said(2, 2, **second)], [said(3, 3, **third)]
        known = {record.id: record for record in (*one, *other)}
        repeats = [
            said(10 + no, 20, no=True, provider=known[words].provider, badge=known[words].badge)
            for no, words in noes_to_repeat(one, other)
        ]
        for badge in BADGES:
            before = {verdict(one, badge), verdict(other, badge)}
            if "declined" in before:
                assert verdict([*one, *other, *repeats], badge) == "declined"
