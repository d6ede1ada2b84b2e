"""Rows as people: cleaned, each with what is wrong with it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from typing import Any, Final, NamedTuple

from issuing.sheets.columns import Matching
from issuing.sheets.dates import Order, order_of, parse_date
from issuing.sheets.fields import WHOLE_NAMES, Field
from issuing.sheets.names import split_name
from issuing.sheets.shape import Table
from issuing.sheets.slips import KEEPABLE, Suspect, check_domain, check_letters, probable_address
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
_DATES: Final = frozenset({Field.ISSUE_DATE, Field.END_DATE})

_FORMULA: Final = "=+-@\t\r"
_NONE: Final[Mapping[str, str]] = {}
_DAY_FIRST: Final[Mapping[Order | None, bool]] = {"day": True, "month": False}

_Rules = Mapping[str, Callable[[str], Any]]


class _Part(NamedTuple):
    """A column that is used: the name of its field and its place."""

    name: str
    place: int


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

    Of a value with a problem the first hundred characters are kept, so that it can be shown and is not lost.

    Args:
        row_no (int): row number in the file.
        email (str): as it will be sent, unless it has a problem.
        issue_date, end_date (date | str | None): None where blank; as it was written where it is not understood.
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
    issue_date: date | str | None = None
    end_date: date | str | None = None
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
    if day_first is None:
        day_first = _DAY_FIRST.get(date_orders(table, matching))
    rules = _rules(matching.last_name_required, day_first)
    parts = [_Part(column.field.value, column.index) for column in matching.used]
    width = len(table.headings)
    return [_person(row_no, cells, parts, rules, width=width) for row_no, cells in table.rows]


def date_orders(table: Table, matching: Matching) -> Order | None:
    """What comes first in dates such as 4/5/2026, or that staff are to be asked; None where no date is such."""
    indexes = [column.index for column in matching.used if column.field in _DATES]
    return order_of(cells[index] for _, cells in table.rows for index in indexes)


def person(
    row_no: int, values: Mapping[str, str], *, kept: Collection[str] = (), day_first: bool | None = None
) -> PersonRow:
    """One row as a person, from its values by the names of `PERSON_FIELDS`, as somebody typed them.

    Args:
        kept (Collection[str]): codes among `KEEPABLE` of problems that staff looked at and accept.
        day_first (bool | None): whether 4/5/2026 is 4 May; None: only where the date itself shows it.
    """
    if day_first is None:
        day_first = _DAY_FIRST.get(order_of(values.get(field, "") for field in _DATES))
    parts = [_Part(Field(name).value, index) for index, name in enumerate(values)]
    return _person(row_no, tuple(values.values()), parts, _rules(True, day_first), kept=kept, width=len(values))


def _person(
    row_no: int, cells: tuple[str, ...], parts: list[_Part], rules: _Rules, *, width: int, kept: Collection[str] = ()
) -> PersonRow:
    typed, guessed = _typed(cells, parts)
    values, problems, suggestions = _checked(typed, rules, kept)
    if len(cells) > width:
        problems.append(_MOVED)
    if _ends_first(values):
        problems.append(_ENDS_FIRST)
    return PersonRow(
        row_no,
        **values,
        problems=tuple(problems),
        guessed_name=guessed,
        repaired=_repaired(typed, values, problems),
        suggestions=suggestions or _NONE,
    )


def _checked(
    typed: list[tuple[str, str]], rules: _Rules, kept: Collection[str]
) -> tuple[dict[str, Any], list[Problem], dict[str, str]]:
    """The values as they can be used or shown, what is wrong with them, and what was probably meant."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    suggestions: dict[str, str] = {}
    for name, cell in typed:
        try:
            values[name] = rules[name](cell)
        except InvalidValue as error:
            if isinstance(error, Suspect) and error.code in KEEPABLE and error.code in kept:
                values[name] = error.value
                continue
            problems.append(Problem(name, error.code, str(error)))
            values[name] = clean_text(cell)[:MAX_SHOWN]
            if suggestion := _suggestion(name, cell, error):
                suggestions[name] = suggestion
    return values, problems, suggestions


def _typed(cells: tuple[str, ...], parts: list[_Part]) -> tuple[list[tuple[str, str]], bool]:
    """The cells by name, a whole name as first and last, and whether that was a guess."""
    typed: list[tuple[str, str]] = []
    guessed = False
    for name, index in parts:
        if name in WHOLE_NAMES:
            split = split_name(_plain(cells[index]), last_first=name == Field.SORTABLE_NAME)
            typed += [(Field.FIRST_NAME.value, split.first), (Field.LAST_NAME.value, split.last)]
            guessed = split.guessed
        else:
            typed.append((name, _plain(cells[index])))
    return typed, guessed


def _plain(cell: str) -> str:
    """Without what spreadsheets and our own downloads put around text so that it is no formula."""
    if cell[:1] == "'" and cell[1:2] in _FORMULA and len(cell) > 1:
        return cell[1:]
    return cell[2:-1] if cell[:2] == '="' and cell[-1] == '"' and len(cell) > 2 else cell


def _suggestion(name: str, cell: str, error: InvalidValue) -> str:
    if isinstance(error, Suspect):
        return error.suggestion
    return probable_address(cell) if name == Field.EMAIL and error.code == "not_an_address" else ""


def _repaired(typed: list[tuple[str, str]], values: Mapping[str, Any], problems: list[Problem]) -> tuple[str, ...]:
    """What was put right in an address, apart from space and what nobody sees."""
    cell = next((cell for name, cell in typed if name == Field.EMAIL), "")
    if not any(char in cell for char in "<>:;,'\"") or any(one.field == "email" for one in problems):
        return ()
    written, address = clean_text(cell), values[Field.EMAIL]
    if written.casefold() == address.casefold():
        return ()
    return (f"The address {address} was taken out of “{written[:MAX_SHOWN]}”.",)


def _rules(last_name_required: bool, day_first: bool | None) -> _Rules:
    def first_name(cell: str) -> str:
        return check_letters(clean_name(cell), label="first name")

    def last_name(cell: str) -> str:
        name = clean_name(cell, label="last name", required=last_name_required)
        return check_letters(name, label="last name")

    def day(cell: str) -> date | None:
        return parse_date(cell, day_first=day_first)

    return {
        Field.FIRST_NAME: first_name,
        Field.LAST_NAME: last_name,
        Field.EMAIL: _email,
        Field.STUDENT_NUMBER: clean_student_number,
        Field.ORGANISATION: _organisation,
        Field.ISSUE_DATE: day,
        Field.END_DATE: day,
        Field.EVIDENCE_TEXT: _evidence_text,
        Field.EVIDENCE_URL: _evidence_url,
    }


def _email(cell: str) -> str:
    return check_domain(normalise_email(cell))


def _organisation(cell: str) -> str:
    return clean_line(cell, label="organisation", most=MAX_ORGANISATION)


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
    return isinstance(issued, date) and isinstance(ends, date) and ends < issued
