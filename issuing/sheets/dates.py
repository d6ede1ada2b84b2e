"""Dates as people write them; which of 4/5/2026 is the day is never guessed."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

from issuing.validators import InvalidValue, clean_text

Order = Literal["day", "month", "ask"]

_YEAR_FIRST: Final = re.compile(r"((?:19|20|21)\d\d)([-/.])(\d\d?)\2(\d\d?)", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d\d?)([-/.])(\d\d?)\2((?:19|20|21)\d\d|(?<=[/.])\d\d)", re.ASCII)
_DAY_NAME: Final = re.compile(
    r"(\d\d?)(?:st|nd|rd|th)?[ .-]*(?:of )?([^\W\d]{3,9})\.?[ ,.-]*((?:19|20|21)?\d\d)", re.IGNORECASE
)
_NAME_DAY: Final = re.compile(r"([^\W\d]{3,9})\.?[ -]*(\d\d?)(?:st|nd|rd|th)?[ ,-]+((?:19|20|21)\d\d)", re.IGNORECASE)
_WEEKDAY: Final = re.compile(r"(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\.?,? +", re.IGNORECASE)
_TIME: Final = re.compile(r"(T|,? +)\d\d?:\d\d(:\d\d(\.\d+)?)?( ?[ap]\.?m\.?)?(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)


def parse_date(cell: str, *, day_first: bool | None = None) -> date | None:
    """A cell as a date; None where it is blank. A time of day after it is dropped.

    Args:
        day_first (bool | None): whether 4/5/2026 is 4 May; None: not known, so only 5/5/2026 is understood.

    Raises:
        InvalidValue: `date_not_understood` or `date_order`.
    """
    text = _without_time(cell)
    if not text:
        return None
    if match := _YEAR_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if day_first is None and first != second:
            raise InvalidValue(
                "date_order", f"In “{text}” either the day or the month may come first. Say which, or write 2026-09-14."
            )
        day, month = (first, second) if day_first else (second, first)
        return _made(year if year > 99 else 2000 + year, month, day, text)
    if match := _YEAR_FIRST.fullmatch(text):
        return _made(int(match[1]), int(match[3]), int(match[4]), text)
    return _named_month(text)


def order_of(cells: Iterable[str]) -> Order | None:
    """What comes first in dates such as 4/5/2026, as their parts above 12 show; None where no date is such."""
    found: set[str] = set()
    for cell in cells:
        match = _YEAR_LAST.fullmatch(_without_time(cell))
        if match and match[1] != match[3]:
            found.add("day" if int(match[1]) > 12 else "month" if int(match[3]) > 12 else "either")
    if not found:
        return None
    if {"day", "month"} <= found or found == {"either"}:
        return "ask"
    return "day" if "day" in found else "month"


def _without_time(cell: str) -> str:
    text = " ".join(clean_text(cell).split())
    if ":" in text and (time := next((match for match in _TIME.finditer(text) if match.end() == len(text)), None)):
        text = text[: time.start()]
    return text


def _named_month(text: str) -> date:
    bare = _WEEKDAY.sub("", text, count=1)
    if match := _DAY_NAME.fullmatch(bare):
        day, name, year = match[1], match[2], match[3]
    elif match := _NAME_DAY.fullmatch(bare):
        name, day, year = match[1], match[2], match[3]
    else:
        raise _not_understood(text)
    month = next((number for number, known in enumerate(_MONTHS, start=1) if known.startswith(name.casefold())), 0)
    return _made(int(year) if len(year) > 2 else 2000 + int(year), month, int(day), text)


def _made(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _not_understood(text) from error


def _not_understood(text: str) -> InvalidValue:
    return InvalidValue("date_not_understood", f"“{text[:30]}” is not understood as a date. Write 2026-09-14.")
