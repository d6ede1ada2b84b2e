"""What is kept how long: the rules, their bounds, and when the next removal is due. Pure."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

NIGHT_BEGINS, NIGHT_ENDS = 2, 6
"""Hours in the site's time zone."""
DAY = timedelta(days=1)
QUIET_DAYS = 30
"""Nobody goes sooner after a sign of life: who agreed as an academic year ended is sent a badge as the next begins."""


class Rule(StrEnum):
    """What staff can say how long is kept."""

    UNCONFIRMED_FILE = "unconfirmed_file"
    """Uploaded files of class lists that were never confirmed, from the upload."""
    ENDED_FILE = "ended_file"
    """Those that were, from the end of the run."""
    ROWS = "rows"
    """Rows of class lists, from the end of the run, or from the upload where none was confirmed."""
    YEAR_END = "year_end"
    """The month with which the academic year ends, until when whoever was never sent a badge is kept."""
    RECORDS = "records"
    """Learners who were sent a badge, with their answers, from the last badge or withdrawal."""
    LOGS = "logs"
    """Logs, and the words of an answer to a call, from the day they were written."""


class Unit(StrEnum):
    """What a rule's number counts."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    MONTH = "month"
    """It counts nothing but names a month of the year, 1 to 12."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a rule keeps where nobody said otherwise, and what may be said."""

    unit: Unit
    default: int
    least: int
    most: int


LIMITS: Mapping[Rule, Limit] = {
    Rule.UNCONFIRMED_FILE: Limit(Unit.DAYS, 7, 1, 60),
    Rule.ENDED_FILE: Limit(Unit.DAYS, 30, 1, 365),
    Rule.ROWS: Limit(Unit.MONTHS, 12, 1, 60),
    Rule.YEAR_END: Limit(Unit.MONTH, 8, 1, 12),
    Rule.RECORDS: Limit(Unit.YEARS, 6, 1, 25),
    Rule.LOGS: Limit(Unit.DAYS, 90, 7, 365),
}


class Kind(StrEnum):
    """What a removal takes, in this order, in which nothing that it does makes more or less of what comes later."""

    UNREAD = "unread"
    """Uploads that were never read: they go whole."""
    FILE = "file"
    """Uploaded files of checked lists that were never confirmed; the rows stay."""
    ENDED_FILE = "ended_file"
    """Uploaded files of runs that ended; the rows stay."""
    CALLS = "calls"
    """Words of Navigatr's about a call, which could name somebody."""
    UNISSUED = "unissued"
    """Learners who were never sent a badge: blanked."""
    ISSUED = "issued"
    """Learners who were: blanked, with their badges and answers."""
    ROWS = "rows"
    """Rows of class lists; their counts stay."""
    LOGS = "logs"
    """Log files, and ended tasks of the background worker."""


RULE_OF: Mapping[Kind, Rule] = {
    Kind.UNREAD: Rule.UNCONFIRMED_FILE,
    Kind.FILE: Rule.UNCONFIRMED_FILE,
    Kind.ENDED_FILE: Rule.ENDED_FILE,
    Kind.CALLS: Rule.LOGS,
    Kind.UNISSUED: Rule.YEAR_END,
    Kind.ISSUED: Rule.RECORDS,
    Kind.ROWS: Rule.ROWS,
    Kind.LOGS: Rule.LOGS,
}


def kept_since(rule: Rule, amount: int, day: date) -> date:
    """The first day of which everything is still kept on `day`; what ended before it goes."""
    unit = LIMITS[rule].unit
    if unit == Unit.DAYS:
        return day - timedelta(days=amount)
    if unit == Unit.MONTHS:
        return _months_before(day, amount)
    if unit == Unit.YEARS:
        return _months_before(day, amount * 12)
    first = date(day.year + amount // 12, amount % 12 + 1, 1)
    began = first if first <= day else first.replace(year=first.year - 1)
    return min(began, day - timedelta(days=QUIET_DAYS))


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_day(latest: date | None, here: datetime) -> date:
    """The day for which is removed next.

    Args:
        latest (date | None): the day of the last removal; None before the first one.
        here (datetime): now, in the site's time zone.
    """
    today = here.date()
    if latest is None or latest >= today:
        return max(latest or today, today) + DAY
    is_night, was_missed = here.hour < NIGHT_ENDS, latest < today - DAY
    return today if is_night or was_missed else today + DAY


def is_time(latest: date | None, here: datetime) -> bool:
    """Whether to begin: at night, or by day where the machine was off for a whole night."""
    return latest is not None and here.hour >= NIGHT_BEGINS and next_day(latest, here) == here.date()
