"""Which column is what, by its heading; never by its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from issuing.sheets.aliases import ALIASES, EXAMPLES, NAMES, Field
from issuing.sheets.faults import fault, listed
from issuing.sheets.table import Table
from issuing.validators import clean_text

SAMPLE: Final = 40
"""Characters of a cell that are shown beside its heading."""

_NOTES: Final = re.compile(
    r"[(\[]\s*(required|optional|mandatory|if any|text|yyyy[-/]mm[-/]dd|dd[-/]mm[-/]yyyy|mm[-/]dd[-/]yyyy)\s*[)\]]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is used.

    Args:
        field (Field): what it means.
        index (int): its place in a row's cells, from 0.
        heading (str): its heading in the file.
    """

    field: Field
    index: int
    heading: str


@dataclass(frozen=True, slots=True)
class Matching:
    """Which columns are used.

    Args:
        used (tuple[Column, ...]): in the order of the file.
        unused (tuple[str, ...]): headings of the columns whose cells are never copied; empty columns are none.
        last_name_required (bool): whether a row without a last name has a problem.
    """

    used: tuple[Column, ...]
    unused: tuple[str, ...]
    last_name_required: bool = True

    def index(self, field: Field) -> int | None:
        """The place of a field's column in a row's cells, or None."""
        return next((column.index for column in self.used if column.field == field), None)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of a person that are filled, in the file's order; a whole name fills first and last name."""
        return tuple(dict.fromkeys(part for column in self.used for part in _PARTS.get(column.field, (column.field,))))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column as the page shows it where staff say what it means.

    Args:
        index (int): its place in a row's cells, from 0.
        heading (str): its heading in the file; empty where the column is.
        samples (tuple[str, ...]): its first three cells with something in them.
        field (Field | None): what its heading says it is; None where that is not known.
    """

    index: int
    heading: str
    samples: tuple[str, ...]
    field: Field | None


_PARTS: Final = dict.fromkeys((Field.FULL_NAME, Field.SORTABLE_NAME), (Field.FIRST_NAME, Field.LAST_NAME))


def candidates(table: Table) -> tuple[Candidate, ...]:
    """Every column of a table, whether it is used or not; two may be guessed to be the same field."""
    return tuple(
        Candidate(index, heading, _samples(table, index), _FIELDS.get(heading_key(heading)))
        for index, heading in enumerate(table.headings)
    )


def _samples(table: Table, index: int) -> tuple[str, ...]:
    filled = (text for _, cells in table.rows if (text := clean_text(cells[index])))
    return tuple(text[:SAMPLE] for text in islice(filled, 3))


def match_columns(
    table: Table, *, require_last_name: bool = True, chosen: Mapping[Field, int] | None = None
) -> Matching:
    """Find the columns we know by their headings.

    Where two could be the same field and all but one hold nothing, the one that holds something is taken; a form's
    "anonymous" in place of an address is nothing.

    Args:
        table (Table): a table that was read.
        require_last_name (bool): whether a file without last names is refused.
        chosen (Mapping[Field, int] | None): all columns that are used, as staff chose; None: what their headings say.

    Raises:
        SheetError: `missing_column` or `doubled_column`, naming the headings that were found.
    """
    found: dict[Field, list[int]] = {}
    for index, heading in enumerate(table.headings):
        if chosen is None and (field := _FIELDS.get(heading_key(heading))):
            found.setdefault(field, []).append(index)
    found |= {field: [index] for field, index in (chosen or {}).items() if index < len(table.headings)}
    needed = [Field.FIRST_NAME, *([Field.LAST_NAME] if require_last_name else []), Field.EMAIL]
    if missing := [field for field in needed if field not in found]:
        raise _missing(table, missing)
    used = {_only(table, field, indexes): field for field, indexes in found.items()}
    return Matching(
        used=tuple(Column(used[index], index, table.headings[index]) for index in sorted(used)),
        unused=tuple(heading for index, heading in enumerate(table.headings) if heading and index not in used),
        last_name_required=require_last_name,
    )


def heading_key(heading: str) -> str:
    """A heading by its letters and digits alone, without a note such as "(required)"."""
    return "".join(char for char in _NOTES.sub("", clean_text(heading)).casefold() if char.isalnum())


_FIELDS: Final = {heading_key(alias): field for field, aliases in ALIASES.items() for alias in aliases}


def _only(table: Table, field: Field, indexes: list[int]) -> int:
    if len(indexes) > 1:
        filled = [index for index in indexes if any(_holds(cells[index]) for _, cells in table.rows)]
        if len(filled) != 1:
            headings = listed([table.headings[index] for index in indexes])
            raise fault("doubled_column", field=NAMES[field], headings=headings)
        return filled[0]
    return indexes[0]


def _holds(cell: str) -> bool:
    return clean_text(cell).casefold() not in {"", "anonymous"}


def _missing(table: Table, fields: list[Field]) -> Exception:
    return fault(
        "missing_column",
        fields=" and ".join(NAMES[field] for field in fields),
        examples=" and ".join(f"“{EXAMPLES[field]}”" for field in fields),
        row=table.header_row,
        headings=listed(table.headings),
    )
