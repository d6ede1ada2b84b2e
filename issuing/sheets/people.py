"""Rows as people: cleaned, each with what is wrong with it."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date, datetime
from typing import Any, Final, Literal

from issuing.sheets.aliases import Field
from issuing.sheets.columns import Matching
from issuing.sheets.table import Table
from issuing.validators import (
    InvalidValue,
    check_url,
    clean_line,
    clean_name,
    clean_student_number,
    clean_text,
    has_control_characters,
    normalise_email,
)

MAX_EVIDENCE: Final = 2000
MAX_ORGANISATION: Final = 200
MAX_SHOWN: Final = 100
_DATE: Final = re.compile(r"(19|20|21)\d\d-\d\d-\d\d", re.ASCII)
_DATES: Final = frozenset({Field.ISSUE_DATE, Field.END_DATE})

_NONE: Final[Mapping[str, str]] = {}
_Wanted = tuple[str, int, Callable[[str], Any]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a row from being used.

    Args:
        field (str): the attribute of `PersonRow` it is about; empty where it is about the whole row.
        code (str): stable name of the fault, e.g. `missing`, `not_an_address`.
        sentence (str): what is wrong and what to do, in words for staff.
    """

    field: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row as a person.

    Of a value with a problem the first hundred characters are kept, where it is text, so that it can be shown.

    Args:
        row_no (int): row number in the file.
        email (str): as it will be sent, unless it has a problem.
        issue_date (date | None): None where blank or not understood.
        end_date (date | None): None where blank or not understood.
        problems (tuple[Problem, ...]): empty where the row can be used.
        guessed_name (bool): first and last name were told apart by a guess that somebody should look at.
        repaired (tuple[str, ...]): sentences on what was put right without asking.
        suggestions (Mapping[str, str]): by field with a problem, the value that was probably meant.
    """

    row_no: int
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    student_number: str = ""
    organisation: str = ""
    issue_date: date | None = None
    end_date: date | None = None
    evidence_text: str = ""
    evidence_url: str = ""
    problems: tuple[Problem, ...] = ()
    guessed_name: bool = False
    repaired: tuple[str, ...] = ()
    suggestions: Mapping[str, str] = attribute(default_factory=lambda: _NONE)


_MOVED: Final = Problem(
    "",
    "too_many_cells",
    "This row has more cells than there are headings, so its values may stand in the wrong columns. A value with a "
    "separator in it needs quotation marks around it.",
)
_ENDS_FIRST: Final = Problem("end_date", "ends_before_issue", "The expiry date is before the issue date.")


def people(table: Table, matching: Matching, *, day_first: bool | None = None) -> list[PersonRow]:
    """Every row of a table as a person, in the file's order; cells of unused columns are not looked at.

    Args:
        day_first (bool | None): whether 4/5/2026 is 4 May; None: as the file itself shows, else a problem of the row.
    """
    rules = _rules(matching)
    wanted = [(column.field.value, column.index, rules[column.field]) for column in matching.used]
    width = len(table.headings)
    return [_person(row_no, cells, wanted, width) for row_no, cells in table.rows]


def date_orders(table: Table, matching: Matching) -> Literal["day", "month", "ask"] | None:
    """What comes first in dates such as 4/5/2026, or that staff are to be asked; None where no date is such."""
    return None


def person(row_no: int, values: Mapping[str, str], *, kept: Collection[str] = ()) -> PersonRow:
    """One row as a person, from its values by the names of `PERSON_FIELDS`, as somebody typed them.

    Args:
        kept (Collection[str]): codes of problems that staff looked at and accept, e.g. `look_alike_domain`.
    """
    rules = _rules(Matching(used=(), unused=()))
    wanted = [(name, index, rules[Field(name)]) for index, name in enumerate(values)]
    return _person(row_no, tuple(values.values()), wanted, len(values))


def _person(row_no: int, cells: tuple[str, ...], wanted: list[_Wanted], width: int) -> PersonRow:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field, index, rule in wanted:
        try:
            values[field] = rule(cells[index])
        except InvalidValue as error:
            problems.append(Problem(field, error.code, str(error)))
            if field not in _DATES:
                values[field] = clean_text(cells[index])[:MAX_SHOWN]
    if len(cells) > width:
        problems.append(_MOVED)
    if _ends_first(values):
        problems.append(_ENDS_FIRST)
    return PersonRow(row_no, **values, problems=tuple(problems))


def _rules(matching: Matching) -> Mapping[Field, Callable[[str], Any]]:
    def last_name(cell: str) -> str:
        return clean_name(cell, label="last name", required=matching.last_name_required)

    return {
        Field.FIRST_NAME: clean_name,
        Field.LAST_NAME: last_name,
        Field.EMAIL: normalise_email,
        Field.STUDENT_NUMBER: clean_student_number,
        Field.ORGANISATION: _organisation,
        Field.ISSUE_DATE: _date,
        Field.END_DATE: _date,
        Field.EVIDENCE_TEXT: _evidence_text,
        Field.EVIDENCE_URL: _evidence_url,
    }


def _organisation(cell: str) -> str:
    return clean_line(cell, label="organisation", most=MAX_ORGANISATION)


def _date(cell: str) -> date | None:
    text = clean_text(cell)
    if not text:
        return None
    try:
        if not _DATE.match(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).date()
    except ValueError as error:
        raise InvalidValue(
            "date_not_understood", f"“{text[:30]}” is not understood as a date. Write 2026-09-14."
        ) from error


def _evidence_text(cell: str) -> str:
    text = clean_text(cell)
    if len(text) > MAX_EVIDENCE:
        raise InvalidValue("too_long", f"The evidence text is longer than {MAX_EVIDENCE:,} characters.")
    if has_control_characters(text.replace("\n", "")):
        raise InvalidValue("control_characters", "The evidence text holds a character that cannot be sent.")
    return text


def _evidence_url(cell: str) -> str:
    return check_url(cell) if clean_text(cell) else ""


def _ends_first(values: Mapping[str, Any]) -> bool:
    issued, ends = values.get(Field.ISSUE_DATE), values.get(Field.END_DATE)
    return issued is not None and ends is not None and ends < issued
