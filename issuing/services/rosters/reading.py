"""How staff want a file to be read, what must be asked of them first, and headings that are known from before."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from issuing import sheets
from issuing.enums import Question
from issuing.exceptions import SheetError
from issuing.models import KnownHeader, User

LETTERED = ("first_name", "last_name", "email", "organisation", "evidence_text")
UNDER_13 = "under_13"
MOST_LETTERS = 3
MOST_SHOWN = 40
ASKABLE = ("missing_column", "doubled_column")
"""Faults of a table that staff can settle by saying what its columns are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead:
    """What staff said of a file; what they left alone is empty.

    Args:
        header_row (int): the headings' row number in the file, from 1; 0: as the program finds them.
        columns (Mapping[str, int] | None): every field that is used and its column's place from 0; None: by headings.
        day_first (bool | None): whether 4/5/2026 is 4 May.
        names_seen (bool): somebody looked at whole names that were told apart by a guess.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0
    columns: Mapping[str, int] | None = None
    day_first: bool | None = None
    names_seen: bool = False

    @classmethod
    def of(cls, choices: Mapping[str, Any]) -> "HowToRead":
        """What `Roster.choices` holds."""
        return cls(**choices)

    @property
    def choices(self) -> dict[str, Any]:
        """As `Roster.choices` keeps it."""
        return {name: value for name, value in asdict(self).items() if value not in ("", 0, None) or value is False}

    @property
    def of_table(self) -> sheets.Choices:
        return sheets.Choices(
            encoding=self.encoding or None,
            delimiter=self.delimiter or None,
            sheet=self.sheet or None,
            header_row=self.header_row or None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file that can be read as a table, and how far it is understood.

    Args:
        matching (Matching | None): None where staff have to say what the columns are.
        people (list[PersonRow]): empty where there is no matching.
        questions (tuple[Question, ...]): what staff have to answer before the rows can be checked.
        why (str): a sentence on the columns that could not be found; empty where they were.
        recalled (datetime | None): when staff said what headings like these mean, where the columns are taken from it.
        births (Births | None): what a column of dates of birth says; whoever is under 13 by it has a problem.
    """

    file_name: str
    sha256: str
    table: sheets.Table
    matching: sheets.Matching | None
    people: list[sheets.PersonRow]
    questions: tuple[Question, ...]
    why: str = ""
    recalled: datetime | None = None
    births: sheets.Births | None = None

    @property
    def letters(self) -> tuple[str, ...]:
        """A few values with letters beyond ASCII, names first, by which a wrong encoding is seen; of columns we use."""
        if self.matching is None:
            return self.table.samples
        values = (getattr(person, name) for name in LETTERED for person in self.people)
        return tuple(islice(dict.fromkeys(value[:MOST_SHOWN] for value in values if not value.isascii()), MOST_LETTERS))

    @property
    def asked(self) -> str:
        """The first question as a sentence, for whoever has no page to answer it on."""
        return self.why or f"{self.questions[0].label} {_HINTS[self.questions[0]]}" if self.questions else ""


_HINTS = {
    Question.ENCODING: "They are not stored as UTF-8. Say how they are, or save the file as CSV UTF-8.",
    Question.COLUMNS: "Say so, or name the headings First name, Last name and Email.",
    Question.DATES: "4/5/2026 can be read in two ways. Say which, or write 2026-05-04.",
    Question.NAMES: "Look at them and say so, or use two columns, First name and Last name.",
}


_TOO_YOUNG = sheets.Problem(
    "",
    UNDER_13,
    "Under 13 by the date of birth in the file: Navigatr is for people of 13 and over, so nothing is sent to them, "
    "whoever agrees. If the date is wrong, correct it in the file and upload it again.",
)

AS_FOUND = HowToRead()
"""Nobody said anything yet."""


def read(*, content: bytes, file_name: str, how: HowToRead) -> ReadFile:
    """Read a file as far as it goes without guessing.

    Raises:
        SheetError: it cannot be read as a table, with the sentence that says what to do.
    """
    table = sheets.read_table(content, name=file_name, choices=how.of_table)
    known = _recalled(table) if how.columns is None else None
    matching, why = _matching(table, known.columns if known else how.columns)
    today = timezone.localdate()
    births = sheets.births(table, matching, today=today, day_first=how.day_first) if matching else None
    people = _of_age(sheets.people(table, matching, day_first=how.day_first), births) if matching else []
    sha256 = hashlib.sha256(content).hexdigest()
    found = ReadFile(
        file_name=file_name,
        sha256=sha256,
        table=table,
        matching=matching,
        people=people,
        questions=(),
        why=why,
        recalled=known.changed_at if known and matching else None,
        births=births,
    )
    return replace(found, questions=tuple(_questions(found, how)))


def _of_age(people: list[sheets.PersonRow], births: sheets.Births | None) -> list[sheets.PersonRow]:
    """The same with a problem for whoever is under 13: their row cannot be used, whatever anybody agreed to."""
    young = births.young if births else frozenset()
    return [replace(one, problems=(*one.problems, _TOO_YOUNG)) if one.row_no in young else one for one in people]


def _matching(table: sheets.Table, columns: Mapping[str, int] | None) -> tuple[sheets.Matching | None, str]:
    chosen = None if columns is None else {sheets.Field(name): index for name, index in columns.items()}
    try:
        return sheets.match_columns(table, chosen=chosen), ""
    except SheetError as error:
        if error.code not in ASKABLE:
            raise
        return None, str(error)


def _questions(found: ReadFile, how: HowToRead) -> list[Question]:
    table, matching, people = found.table, found.matching, found.people
    asked = {
        Question.ENCODING: table.guessed_encoding and bool(found.letters or matching is None),
        Question.COLUMNS: matching is None,
        Question.DATES: matching is not None and how.day_first is None and sheets.date_orders(table, matching) == "ask",
        Question.NAMES: not how.names_seen and any(person.guessed_name for person in people),
    }
    return [question for question, is_asked in asked.items() if is_asked]


def _recalled(table: sheets.Table) -> KnownHeader | None:
    """What staff said of the columns of an earlier file with the same headings."""
    return KnownHeader.objects.filter(key=_key(table)).first()


def remember(table: sheets.Table, columns: Mapping[str, int], *, by: User) -> None:
    """Keep what staff said of these headings for the next file that has them, where the headings do not say so."""
    known = KnownHeader.objects.filter(key=_key(table))
    if dict(columns) == _by_headings(table):
        known.delete()
    elif not known.filter(columns=dict(columns)).exists():
        changes = {"columns": dict(columns), "changed_at": timezone.now(), "changed_by": by}
        KnownHeader.objects.update_or_create(key=_key(table), defaults=changes)


def _by_headings(table: sheets.Table) -> dict[str, int] | None:
    try:
        return {column.field.value: column.index for column in sheets.match_columns(table).used}
    except SheetError:
        return None


def _key(table: sheets.Table) -> str:
    return hashlib.sha256(json.dumps(table.headings).encode()).hexdigest()
