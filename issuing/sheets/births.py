"""Dates of birth in a file: read for who is under 13, and neither kept nor handed on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from issuing.sheets.columns import Matching
from issuing.sheets.dates import order_of, parse_date
from issuing.sheets.shape import Table
from issuing.validators import InvalidValue, clean_text
from issuing.workflow.consent import is_under_13

OLDEST: Final = date(1900, 1, 1)
_HEADING: Final = re.compile(
    r"birth|\bd\.?o\.?b\b|\bborn\b|geburt|geboorte|naissance|nacimiento|nascita|nascimento|urodzenia|na[sșş]terii"
    r"|do[gğ]um|народження|\bgeni\b|breithe|ميلاد|پیدائش|出生",
    re.IGNORECASE,
)
_WHOLE_YEAR: Final = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Births:
    """What a column of dates of birth says.

    Args:
        heading (str): the column's.
        young (frozenset[int]): row numbers in the file of whoever is under 13, or may be as their date is written.
        unread (int): cells with something in them that is no date anybody can have been born on.
    """

    heading: str
    young: frozenset[int]
    unread: int


def is_of_births(heading: str) -> bool:
    """Whether a heading may be that of dates of birth."""
    return bool(_HEADING.search(heading))


def is_young(day: date, cell: str, *, today: date) -> bool:
    """Whether somebody born on this day, as it was read from a cell, is under 13.

    A year of two figures is never one that is still to come.

    Raises:
        InvalidValue: `birth_impossible`.
    """
    born = day.replace(year=day.year - 100) if day > today and not _WHOLE_YEAR.search(cell) else day
    if not OLDEST <= born <= today:
        raise InvalidValue("birth_impossible", "This date of birth cannot be. Correct it in the file.")
    return is_under_13(born, today=today)


def births(table: Table, matching: Matching, *, today: date, day_first: bool | None = None) -> Births | None:
    """Who is under 13 by the first unused column whose heading speaks of birth and which has dates; None without one.

    Args:
        day_first (bool | None): whether 4/5/2026 is 4 May; None: as the column itself shows, else whoever is under 13
            in one of the two ways counts as such.
    """
    used = {column.index for column in matching.used}
    for index, heading in enumerate(table.headings):
        if index not in used and is_of_births(heading):
            cells = {row_no: text for row_no, row in table.rows if (text := clean_text(row[index]))}
            found = _read(heading, cells, today, day_first)
            if found.unread < len(cells):
                return found
    return None


def _read(heading: str, cells: dict[int, str], today: date, day_first: bool | None) -> Births:
    order = order_of(cells.values())
    if day_first is None and order in ("day", "month"):
        day_first = order == "day"
    ways = (True, False) if day_first is None else (day_first,)
    said = {row_no: list(_ages(cell, ways, today)) for row_no, cell in cells.items()}
    young = frozenset(row_no for row_no, ages in said.items() if any(ages))
    return Births(heading, young, sum(not ages for ages in said.values()))


def _ages(cell: str, ways: Iterable[bool], today: date) -> Iterable[bool]:
    """Whether somebody is under 13, in each way in which their date can be read."""
    for day_first in ways:
        try:
            day = parse_date(cell, day_first=day_first)
            if day is not None:
                yield is_young(day, cell, today=today)
        except InvalidValue:
            continue
