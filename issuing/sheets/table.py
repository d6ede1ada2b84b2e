"""From records to a table: headings and rows under the file's own row numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import chain, islice
from typing import Final

from issuing.sheets.faults import fault
from issuing.sheets.heading import Record, find_headings
from issuing.sheets.saying import samples, say
from issuing.sheets.shape import Reading, Row, Table
from issuing.sheets.sorting import LeftOut, sort_out
from issuing.validators import clean_text

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 500
SHOWN: Final = 12
"""Records from which staff choose the headings; of each so many cells and characters are shown."""
SHOWN_CELLS: Final = 8
SHOWN_CHARACTERS: Final = 40


def build_table(reading: Reading, records: Iterable[Record], *, header_row: int | None = None) -> Table:
    """Find the headings and the people in a file's records.

    Args:
        header_row (int | None): row number of the headings, where staff chose it.

    Raises:
        SheetError: `empty`, `no_header`, `too_many_rows` or `too_many_columns`.
    """
    filled = _filled(records)
    first = list(islice(filled, SHOWN))
    if not first:
        raise fault("empty" if reading.kind == "csv" else "empty_workbook")
    above, (row_no, header), body = find_headings(chain(first, filled), header_row=header_row)
    rows, left_out = sort_out(header, body, most=MAX_ROWS)
    if not rows:
        raise fault("no_rows", row=row_no)
    # In CSV a longer row keeps its surplus, for its cells have moved; elsewhere it only reaches further.
    width = len(header) if reading.kind == "csv" else max(len(header), *(len(cells) for _, cells in rows))
    padded = [(number, _padded(cells, width)) for number, cells in rows]
    table = Table(
        **asdict(reading),
        header_row=row_no,
        headings=tuple(_heading(header, index, padded) for index in range(width)),
        rows=padded,
        blank_rows=_blank(row_no, rows, left_out),
        top=tuple((number, _shown(cells)) for number, cells in first),
        above=len(above),
        left_out=tuple(left_out),
    )
    return replace(table, said=say(table), samples=samples(table))


def column_letter(index: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _blank(header_row: int, rows: list[Record], left_out: LeftOut) -> int:
    """Rows between the headings and the last person with nothing in them."""
    last = rows[-1][0]
    return last - header_row - len(rows) - sum(number < last for number, _ in left_out)


def _shown(cells: list[str]) -> tuple[str, ...]:
    return tuple(" ".join(clean_text(cell).split())[:SHOWN_CHARACTERS] for cell in cells[:SHOWN_CELLS])


def _filled(records: Iterable[Record]) -> Iterator[Record]:
    for number, cells in records:
        while cells and _is_blank(cells[-1]):
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise fault("too_many_columns", limit=MAX_COLUMNS)
        if cells:
            yield number, cells


def _is_blank(cell: str) -> bool:
    return not cell or (not cell.isalnum() and not clean_text(cell))


def _heading(header: list[str], index: int, rows: list[Row]) -> str:
    text = " ".join(clean_text(header[index]).split()) if index < len(header) else ""
    if not text and any(not _is_blank(cells[index]) for _, cells in rows):
        return f"Column {column_letter(index)}"
    return text


def _padded(cells: list[str], width: int) -> tuple[str, ...]:
    return tuple(cells) if len(cells) >= width else (*cells, *[""] * (width - len(cells)))
