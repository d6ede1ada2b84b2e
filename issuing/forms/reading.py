"""How an uploaded file is to be read, as the page about it asks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issuing.enums import Question
from issuing.forms.base import StyledForm
from issuing.forms.rosters import LABELS
from issuing.services.rosters import HowToRead, ReadFile
from issuing.sheets import ENCODINGS, Candidate, Field, candidates

TAB = "tab"
DELIMITERS = (
    (",", gettext_lazy("Commas")),
    (";", gettext_lazy("Semicolons")),
    (TAB, gettext_lazy("Tabs")),
    ("|", gettext_lazy("Vertical bars")),
)
WHOLE_NAMES = {
    "full_name": gettext_lazy("Whole name, first name first"),
    "sortable_name": gettext_lazy("Whole name, last name first"),
}
COLUMN = "column-"
SHOWN = "shown-"
TABLE = ("encoding", "delimiter", "sheet", "header_row")
MOST_SHOWN = 90
MOST_DIGITS = 8


class TableForm(StyledForm):
    """What makes the table: letters, separators, sheet and headings, prefilled with how the file was read.

    It is never bound: what is posted is tried, and the reader says what is wrong with it.
    """

    encoding = forms.ChoiceField(label=gettext_lazy("Letters are stored as"), choices=list(ENCODINGS.items()))
    delimiter = forms.ChoiceField(label=gettext_lazy("Cells are separated by"), choices=DELIMITERS)
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"))
    header_row = forms.ChoiceField(label=gettext_lazy("The headings are"))

    def __init__(self, found: ReadFile) -> None:
        table = found.table
        given = {"encoding": table.encoding, "sheet": table.sheet, "header_row": str(table.header_row)}
        super().__init__(initial=given | {"delimiter": TAB if table.delimiter == "\t" else table.delimiter})
        rows = dict(table.top) | {table.header_row: table.headings}
        self._offer("encoding", ENCODINGS if table.encoding else {})
        self._offer("delimiter", dict(DELIMITERS) if table.delimiter else {})
        self._offer("sheet", {name: name for name in (table.sheet, *table.other_sheets)} if table.other_sheets else {})
        self._offer("header_row", {str(number): _row(number, rows[number]) for number in sorted(rows)})

    def _offer(self, name: str, choices: Mapping[str, Any]) -> None:
        if choices:
            self.fields[name].choices = list(choices.items())  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    @property
    def shown(self) -> list[tuple[str, Any]]:
        """What the page is made of, by names of hidden fields: `table_of` compares it with what is posted."""
        return [(f"{SHOWN}{name}", self[name].initial) for name in self.fields]


def table_of(data: QueryDict) -> tuple[HowToRead, bool]:
    """How the file is to be read as a table, and whether the page showed it so: else its columns are other ones."""
    posted, shown = ({name: str(data.get(prefix + name, "")) for name in TABLE} for prefix in ("", SHOWN))
    is_other_sheet = posted["sheet"] != shown["sheet"]
    row = posted["header_row"]
    how = HowToRead(
        encoding=posted["encoding"],
        delimiter="\t" if posted["delimiter"] == TAB else posted["delimiter"],
        sheet=posted["sheet"],
        header_row=int(row) if row.isascii() and row.isdigit() and len(row) < MOST_DIGITS and not is_other_sheet else 0,
    )
    return how, posted == shown


def columns_of(data: QueryDict) -> dict[str, int]:
    """Which column was said to hold what; `AnswersForm` says where two hold the same."""
    chosen: dict[str, int] = {}
    for name, meaning in data.items():
        index = name.removeprefix(COLUMN)
        if name != index and index.isascii() and index.isdigit() and len(index) < MOST_DIGITS and meaning:
            chosen.setdefault(str(meaning), int(index))
    return {meaning: index for meaning, index in chosen.items() if meaning in dict(_meanings())}


class AnswersForm(StyledForm):
    """What the columns hold, which part of a date comes first, and that guessed names were looked at."""

    day_first = forms.TypedChoiceField(
        label=Question.DATES.label,
        choices=(
            ("day", gettext_lazy("The day: 4/5/2026 is 4 May")),
            ("month", gettext_lazy("The month: 4/5/2026 is 5 April")),
        ),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "day",
        empty_value=None,
    )
    names_seen = forms.BooleanField(
        label=gettext_lazy("These names are told apart rightly, and the others like them too"),
    )

    def __init__(self, *args: Any, found: ReadFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in (("day_first", Question.DATES), ("names_seen", Question.NAMES)):
            if question not in found.questions:
                del self.fields[name]
        used = {column.index: column.field for column in found.matching.used} if found.matching else {}
        for column in candidates(found.table):
            if column.heading:
                guess = used.get(column.index) if found.matching else column.field or _by_content(column)
                self.fields[f"{COLUMN}{column.index}"] = _column_field(column.heading, guess)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        seen = set()
        for name, meaning in list(given.items()):
            if name.startswith(COLUMN) and meaning:
                if meaning in seen:
                    self.add_error(name, _("Two columns cannot both hold this. Choose one."))
                seen.add(meaning)
        return given


def _by_content(column: Candidate) -> Field | None:
    """What the first values look like, for staff to confirm; only an address has a look of its own."""
    return Field.EMAIL if column.samples and all("@" in text for text in column.samples) else None


def _column_field(heading: str, guess: Field | None) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select", "aria-label": heading})
    return forms.ChoiceField(choices=_meanings(), required=False, initial=guess or "", label=heading, widget=widget)


def _meanings() -> list[tuple[str, Any]]:
    return [("", _("Not needed")), *LABELS.items(), *WHOLE_NAMES.items()]


def _row(number: int, cells: tuple[str, ...]) -> str:
    shown = " · ".join(cell for cell in cells if cell)[:MOST_SHOWN]
    return _("in row %(row)s: %(cells)s") % {"row": number, "cells": shown}
