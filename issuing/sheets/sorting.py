"""Which records below the headings are people, and what the others are."""

import re
from collections.abc import Iterable
from typing import Final

from issuing.sheets.faults import fault
from issuing.sheets.fields import NAME_FIELDS, Field
from issuing.sheets.heading import Record, is_address
from issuing.sheets.headings import fields_of, heading_key, known_fields
from issuing.validators import clean_text

LeftOut = list[tuple[int, str]]

_UNDER: Final = 5
"""Records under the headings among which instructions and points may stand."""
_LONG: Final = 30
"""Characters from which a cell alone in its row is a sentence."""
_FEW: Final = 3
"""Cells a footer has at most."""

_EXPLAINS: Final = re.compile(
    r"[\[(*\"“]*(required|mandatory|optional|compulsory|e\.?\s?g\b|i\.e\.|for example|example|sample|enter|type|please"
    r"|must|use|max(imum)?\.?\s+\d|maximum|up to|format|text|number|numeric|date|yyyy|dd[/.-]mm|mm[/.-]dd|do not|leave"
    r"|delete this|write|as (it|on|shown)|the (learner|student|pupil|recipient|person|e-?mail)|this (column|field)"
    r"|(learner|student|pupil|recipient)([’']?s)?\b|name of|instructions?)",
    re.IGNORECASE,
)
_POINTS: Final = frozenset(
    {
        *("points possible", "possible points", "points", "max points", "maximum points", "out of", "max score"),
        *("manual posting", "date", "due date", "due", "class average"),
    }
)
_TOTAL: Final = re.compile(
    r"(grand |sub[- ]?|overall |class )?(totals?|averages?|mean|count|sum|median)( ?[:=(].*| (of|number)\b.*| ?\d+)?"
    r"|total (students|learners|pupils|participants|attendees|people|records|rows)\b.*|(number|no\.) of .*|n ?= ?\d+",
    re.IGNORECASE,
)
_FOOTER: Final = re.compile(
    r"page \d|printed|generated|exported|report|produced|created|run (on|by|at)\b|end of|copyright|©|source\b"
    r"|notes?:|\*",
    re.IGNORECASE,
)
_HEADINGS_AGAIN: Final = ("repeated_header", "another_section")
_SECTION: Final = re.compile(r"\d{1,2}\. ?[^\W\d]")


def sort_out(header: list[str], body: Iterable[Record], *, most: int) -> tuple[list[Record], LeftOut]:
    """The people below the headings, and by row number why each other record is none.

    Nothing with an address in it is left out, but for what stands below the end of the table.

    Args:
        most (int): records that are taken or left out together.

    Raises:
        SheetError: `too_many_rows`.
    """
    rows: list[Record] = []
    left_out: LeftOut = []
    below = _Below(header)
    for number, cells in body:
        if why := below.why(cells):
            if why in _HEADINGS_AGAIN and rows and below.is_title(rows[-1][1]):
                left_out.append((rows.pop()[0], why))
            left_out.append((number, why))
        else:
            rows.append((number, cells))
        if len(rows) + len(left_out) > most:
            raise fault("too_many_rows", limit=f"{most:,}")
    while rows and (why := below.why_last(rows[-1][1])):
        left_out.append((rows.pop()[0], why))
    return rows, sorted(left_out)


class _Below:
    """What is known of a table's records by its headings and by the records before."""

    def __init__(self, header: list[str]) -> None:
        self._width = len(header)
        self._keys = [heading_key(cell) for cell in header]
        self._fields = fields_of(header)
        self._names = [index for index, field in enumerate(self._fields) if field in NAME_FIELDS]
        self._is_over = False
        self._has_people = False
        self._under = _UNDER

    def why(self, cells: list[str]) -> str:
        """Why a record is no person; empty where it may be one."""
        if self._is_over:
            return "another_section"
        if self._under and (why := self._why_under(cells)):
            self._under -= 1
            return why
        self._under = 0
        if any("@" in cell for cell in cells):
            self._has_people = True
            return ""
        if self._is_header(cells):
            return "repeated_header"
        if self._ends(cells):
            # Other headings right under the first are the same in other words.
            self._is_over = self._has_people
            return "another_section" if self._is_over else "repeated_header"
        self._has_people = True
        return ""

    def is_title(self, cells: list[str]) -> bool:
        """Whether a record that stands above headings is their title."""
        return self._width > 1 and len(_texts(cells)) == 1 and "@" not in "".join(cells)

    def why_last(self, cells: list[str]) -> str:
        """Why the last record is no person; empty where it may be one."""
        texts = _texts(cells)
        if self._names_somebody(cells):
            return ""
        if _TOTAL.fullmatch(texts[0]):
            return "total"
        return "footer" if len(texts) <= _FEW and _FOOTER.match(texts[0]) else ""

    def _why_under(self, cells: list[str]) -> str:
        texts = _texts(cells)
        if any(map(is_address, texts)):
            return ""
        if texts[0].casefold() in _POINTS and not self._names_somebody(cells):
            return "points_possible"
        if len(texts) == 1:
            is_sentence = len(texts[0]) > _LONG or _EXPLAINS.match(texts[0])
            return "instructions" if self._width >= _FEW and is_sentence else ""
        explaining = sum(bool(_EXPLAINS.match(text)) for text in texts)
        return "instructions" if explaining > 1 and explaining * 2 >= len(texts) else ""

    def _names_somebody(self, cells: list[str]) -> bool:
        filled = sum(bool(clean_text(cells[index])) for index in self._names if index < len(cells))
        return filled > 1 or any("@" in cell for cell in cells)

    def _is_header(self, cells: list[str]) -> bool:
        """Whether the headings stand here again, be it in another language."""
        if len(cells) == 1:
            return False
        keys = [heading_key(cell) for cell in cells]
        if keys == self._keys[: len(keys)]:
            return True
        again = fields_of(cells)
        return sum(map(bool, again)) > 1 and again == self._fields[: len(again)]

    def _ends(self, cells: list[str]) -> bool:
        """Whether another section or table begins: a numbered title, or other headings."""
        if len(cells) == 1:
            return self._width > 1 and bool(_SECTION.match(clean_text(cells[0])))
        fields = known_fields(cells)
        return len(fields) > (1 if Field.EMAIL in fields else 2)


def _texts(cells: list[str]) -> list[str]:
    return [text for cell in cells if (text := clean_text(cell))]
