"""How a file was read, in a sentence, and the cells by which a wrong reading is seen."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from issuing.sheets.encodings import encoding_name
from issuing.sheets.fields import NAME_FIELDS
from issuing.sheets.headings import fields_of
from issuing.sheets.shape import Table
from issuing.validators import clean_text

MOST_SAMPLES: Final = 5
_SAMPLE_CHARACTERS: Final = 40
_LOOKED_AT: Final = 20_000
"""Rows in which accents are looked for."""
_NAMED_ROWS: Final = 5

_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_WORKBOOKS: Final = {"xlsx": "Excel workbook", "xls": "Excel workbook (.xls)", "ods": "OpenDocument spreadsheet"}
_LEFT_OUT: Final = {
    "instructions": "instructions",
    "points_possible": "points",
    "repeated_header": "headings again",
    "total": "totals",
    "footer": "a note at the end",
    "another_section": "another section",
}


def say(table: Table) -> str:
    """One sentence on how a table was read and what was not taken for people."""
    parts = [_how(table), f"headings in row {table.header_row}"]
    if table.above:
        parts.append(f"{_rows(table.above)} above passed over")
    parts.append(f"{_rows(len(table.rows))} below")
    if table.blank_rows:
        parts.append(f"{table.blank_rows:,} blank left out")
    parts += _left_out(table.left_out)
    said = ", ".join(parts)
    if table.other_sheets:
        said += f"; not read: {', '.join(f'“{name}”' for name in table.other_sheets[:5])}"
    return f"{said}."


def samples(table: Table) -> tuple[str, ...]:
    """Up to five different names with letters beyond ASCII, or other such cells where no column is known for names."""
    fields = fields_of(table.headings)
    names = [index for index, field in enumerate(fields) if field in NAME_FIELDS]
    found = dict.fromkeys(islice(_accented(table, names or range(len(fields))), MOST_SAMPLES * 4))
    return tuple(islice(found, MOST_SAMPLES))


def _accented(table: Table, indexes: list[int] | range) -> Iterator[str]:
    for _, cells in islice(table.rows, _LOOKED_AT):
        for index in indexes:
            if not cells[index].isascii() and (text := " ".join(clean_text(cells[index]).split())):
                yield text[:_SAMPLE_CHARACTERS]


def _how(table: Table) -> str:
    if table.kind == "csv":
        how = ", probably in {}," if table.guessed_encoding else " in {}"
        return f"CSV{how.format(encoding_name(table.encoding))} with {_DELIMITERS[table.delimiter]}"
    return f"{_WORKBOOKS[table.kind]}, sheet “{table.sheet}”"


def _left_out(left_out: tuple[tuple[int, str], ...]) -> list[str]:
    by_why: dict[str, list[int]] = {}
    for number, why in left_out:
        by_why.setdefault(why, []).append(number)
    return [f"{_numbered(numbers)} left out ({_LEFT_OUT[why]})" for why, numbers in by_why.items()]


def _numbered(numbers: list[int]) -> str:
    if len(numbers) > _NAMED_ROWS:
        return f"{len(numbers):,} rows from {numbers[0]} to {numbers[-1]}"
    *most, last = map(str, numbers)
    return f"rows {', '.join(most)} and {last}" if most else f"row {last}"


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
