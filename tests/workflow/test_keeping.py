"""When the time of what is kept is over."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuing.workflow.keeping import LIMITS, RULE_OF, Kind, Rule, Unit, is_time, kept_since, next_day

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("rule", "amount", "day", "since"),
    [
        (Rule.UNCONFIRMED_FILE, 7, date(2026, 11, 24), date(2026, 11, 17)),
        (Rule.ROWS, 12, date(2028, 2, 29), date(2027, 2, 28)),
        (Rule.ROWS, 1, date(2026, 3, 31), date(2026, 2, 28)),
        (Rule.RECORDS, 6, date(2026, 11, 24), date(2020, 11, 24)),
        (Rule.YEAR_END, 8, date(2026, 8, 31), date(2025, 9, 1)),
        (Rule.YEAR_END, 8, date(2026, 9, 1), date(2026, 8, 2)),
        (Rule.YEAR_END, 8, date(2026, 10, 2), date(2026, 9, 1)),
        (Rule.YEAR_END, 12, date(2026, 5, 4), date(2026, 1, 1)),
    ],
)
def test_kept_since_counts_whole_days_months_and_years(rule: Rule, amount: int, day: date, since: date) -> None:
    assert kept_since(rule, amount, day) == since


@given(rule=st.sampled_from(Rule), day=DAYS, data=st.data())
def test_longer_keeps_more_and_a_later_day_keeps_less(rule: Rule, day: date, data: st.DataObject) -> None:
    limit = LIMITS[rule]
    amount = data.draw(st.integers(limit.least, limit.most))
    since = kept_since(rule, amount, day)
    assert since <= day
    assert kept_since(rule, amount, day + timedelta(days=1)) >= since
    if limit.unit != Unit.MONTH and amount < limit.most:
        assert kept_since(rule, amount + 1, day) < since


def test_every_kind_follows_a_rule_and_every_rule_has_sane_bounds() -> None:
    assert set(RULE_OF) == set(Kind)
    assert set(RULE_OF.values()) == set(Rule) == set(LIMITS)
    assert all(limit.least <= limit.default <= limit.most for limit in LIMITS.values())


@pytest.mark.parametrize(
    ("latest", "here", "begins", "on"),
    [
        (None, datetime(2026, 11, 24, 3), False, date(2026, 11, 25)),
        (date(2026, 11, 23), datetime(2026, 11, 24, 1, 59), False, date(2026, 11, 24)),
        (date(2026, 11, 23), datetime(2026, 11, 24, 2), True, date(2026, 11, 24)),
        (date(2026, 11, 24), datetime(2026, 11, 24, 3), False, date(2026, 11, 25)),
        (date(2026, 11, 23), datetime(2026, 11, 24, 14), False, date(2026, 11, 25)),
        (date(2026, 11, 22), datetime(2026, 11, 24, 14), True, date(2026, 11, 24)),
        (date(2026, 11, 25), datetime(2026, 11, 24, 14), False, date(2026, 11, 26)),
    ],
)
def test_removal_begins_at_night_or_by_day_where_a_night_was_missed(
    latest: date | None, here: datetime, begins: bool, on: date
) -> None:
    assert (is_time(latest, here), next_day(latest, here)) == (begins, on)
