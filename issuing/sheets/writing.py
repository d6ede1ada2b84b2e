"""Rows to files that spreadsheets open, in which no cell is ever a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from issuing.sheets.table import column_letter

BOM: Final = "\ufeff"
"""Without it Excel reads a CSV file as Windows Western."""
MAX_CELL: Final = 32_767
"""Characters that Excel takes in one cell."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_MEMORY: Final = 4 * 1024 * 1024
_WIDEST: Final = 40


class Marked(str):
    """A cell that is to be looked at; a workbook shows it coloured."""

    __slots__ = ()


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def csv_lines(
    rows: Iterable[Sequence[str]], headings: Sequence[str], *, delimiter: str = ",", bom: str = BOM
) -> Iterator[str]:
    """A CSV file line by line, the first beginning with the mark that tells Excel it is UTF-8."""
    writer = csv.writer(_Echo(), delimiter=delimiter)
    yield bom + writer.writerow([harmless(cell) for cell in headings])
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def xlsx(rows: Iterable[Sequence[str | int]], headings: Sequence[str], *, sheet: str = "Sheet1") -> IO[bytes]:
    """A workbook with one sheet, as an open file at its beginning; text stays text (007 too), numbers can be added up.

    Rows are written as they come and held on the disk; whoever gets the file closes it.
    """
    book = Workbook(write_only=True)
    page = cast(WriteOnlyWorksheet, book.create_sheet(sheet))
    page.freeze_panes = "A2"
    for index, heading in enumerate(headings):
        page.column_dimensions[column_letter(index)].width = min(_WIDEST, max(14, len(heading) + 2))
    page.append([_cell(page, heading, is_heading=True) for heading in headings])
    for row in rows:
        page.append([_cell(page, cell) for cell in row])
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed out open
    book.save(file)
    file.seek(0)
    return cast(IO[bytes], file)


class _Echo:
    """Hands back what the CSV writer writes."""

    def write(self, line: str) -> str:
        return line


_BOLD: Final = Font(bold=True)
_MARK: Final = PatternFill("solid", fgColor="FFF2CC")


def _cell(page: WriteOnlyWorksheet, text: str | int, *, is_heading: bool = False) -> object:
    if isinstance(text, int):
        return text
    value = harmless(_NOT_IN_XML.sub("", text))[:MAX_CELL]
    is_marked = isinstance(text, Marked)
    if not (is_heading or is_marked or value.startswith("#")):
        return value
    made = WriteOnlyCell(page, value)
    # Words such as #N/A would else become Excel's own errors.
    made.data_type = "s"
    if is_heading:
        made.font = _BOLD
    if is_marked:
        made.fill = _MARK
    return made
