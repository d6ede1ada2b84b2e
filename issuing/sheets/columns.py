"""Which column is what, by its heading; never by its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from issuing.sheets.faults import fault, listed
from issuing.sheets.fields import EXAMPLES, NAMES, WHOLE_NAMES, Field
from issuing.sheets.headings import fields_of
from issuing.sheets.shape import Table
from issuing.validators import clean_text

SAMPLE: Final = 40
"""Characters of a cell that are shown beside its heading."""


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


_PARTS: Final = dict.fromkeys(WHOLE_NAMES, (Field.FIRST_NAME, Field.LAST_NAME))


def candidates(table: Table) -> tuple[Candidate, ...]:
    """Every column of a table, whether it is used or not; two may be guessed to be the same field."""
    used = _guessed(table)
    return tuple(
        Candidate(index, heading, _samples(table, index), field if field in used else None)
        for index, (heading, field) in enumerate(zip(table.headings, fields_of(table.headings), strict=True))
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
    found = _guessed(table) if chosen is None else _chosen(table, chosen)
    if not found.keys() & set(WHOLE_NAMES):
        needed = [Field.FIRST_NAME, *([Field.LAST_NAME] if require_last_name else []), Field.EMAIL]
    else:
        needed = [Field.EMAIL]
    if missing := [field for field in needed if field not in found]:
        raise _missing(table, missing)
    used = {_only(table, field, indexes): field for field, indexes in found.items()}
    return Matching(
        used=tuple(Column(used[index], index, table.headings[index]) for index in sorted(used)),
        unused=tuple(heading for index, heading in enumerate(table.headings) if heading and index not in used),
        last_name_required=require_last_name,
    )


def _guessed(table: Table) -> dict[Field, list[int]]:
    """The columns of each field by their headings, with a whole name only where neither of its parts is known."""
    found: dict[Field, list[int]] = {}
    for index, field in enumerate(fields_of(table.headings)):
        if field:
            found.setdefault(field, []).append(index)
    return _without_spare_names(found)


def _chosen(table: Table, chosen: Mapping[Field, int]) -> dict[Field, list[int]]:
    by_index: dict[int, list[Field]] = {}
    for field, index in chosen.items():
        if 0 <= index < len(table.headings):
            by_index.setdefault(index, []).append(field)
    for index, fields in by_index.items():
        if len(fields) > 1:
            names = " and ".join(NAMES[field] for field in fields)
            raise fault("column_twice", heading=table.headings[index][:60], fields=names)
    return _without_spare_names({field: [index] for index, (field,) in by_index.items()})


def _without_spare_names(found: dict[Field, list[int]]) -> dict[Field, list[int]]:
    whole = [field for field in WHOLE_NAMES if field in found]
    spare = whole if {Field.FIRST_NAME, Field.LAST_NAME} & found.keys() else whole[1:]
    return {field: indexes for field, indexes in found.items() if field not in spare}


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
