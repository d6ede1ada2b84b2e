"""What every file is read into: headings and rows under the file's own row numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Final

from issuing.sheets.faults import fault
from issuing.validators import clean_text

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 500

Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What staff chose about a file; None leaves it to the program.

    Args:
        encoding (str | None): of a CSV file, by Python's name.
        delimiter (str | None): of a CSV file.
        sheet (str | None): of a workbook, by its name.
        header_row (int | None): the headings' row number in the file, from 1.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file was read.

    Args:
        kind (str): `csv`, `xlsx`, `xls` or `ods`, from the bytes, not the name.
        encoding (str): Python's name of the encoding; empty for a workbook.
        guessed_encoding (bool): neither a byte order mark nor strict UTF-8 said so: for staff to confirm.
        delimiter (str): what stands between cells; empty for a workbook.
        sheet (str): name of the sheet that was read; empty for CSV.
        other_sheets (tuple[str, ...]): visible sheets that were not read.
    """

    kind: str
    encoding: str = ""
    guessed_encoding: bool = False
    delimiter: str = ""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Reading):
    """A file as headings and rows, and how it was read.

    Args:
        header_row (int): the headings' row number in the file, from 1.
        headings (tuple[str, ...]): cleaned; a column without one is called e.g. `Column F`, and nothing at all where
            it is empty.
        rows (list[Row]): row number in the file and its cells as text, as many as headings. In CSV a longer row
            keeps its surplus cells, for they mean that its cells have moved.
        blank_rows (int): rows below the headings that were left out because nothing was in them.
        said (str): one sentence on how the file was read.
        samples (tuple[str, ...]): up to five cells with accents, names first, by which a wrong encoding is seen.
        top (tuple[tuple[int, tuple[str, ...]], ...]): the first records with anything in them, for choosing the
            headings: row number and the first cells, each cut short.
        above (int): records above the headings that were passed over.
        left_out (tuple[tuple[int, str], ...]): records below the headings that are no people: row number and why, one
            of `instructions`, `points_possible`, `repeated_header`, `total`, `another_section`.
    """

    header_row: int
    headings: tuple[str, ...]
    rows: list[Row]
    blank_rows: int
    said: str
    samples: tuple[str, ...] = ()
    top: tuple[tuple[int, tuple[str, ...]], ...] = ()
    above: int = 0
    left_out: tuple[tuple[int, str], ...] = ()


def build_table(reading: Reading, records: Iterable[tuple[int, list[str]]]) -> Table:
    """Make a table of a file's records, the first with anything in it being the headings.

    Raises:
        SheetError: `empty`, `no_header`, `too_many_rows` or `too_many_columns`.
    """
    filled = _filled(records)
    first = next(filled, None)
    if first is None:
        raise fault("empty" if reading.kind == "csv" else "empty_workbook")
    header_row, header = first
    if any(_is_address(cell) for cell in header):
        raise fault("no_header", row=header_row)
    rows = _limited(filled)
    if not rows:
        raise fault("no_rows", row=header_row)
    width = len(header)
    if reading.kind != "csv":
        width = max(width, *(len(cells) for _, cells in rows))
    padded = [(number, _padded(cells, width)) for number, cells in rows]
    blank = rows[-1][0] - header_row - len(rows)
    return Table(
        **asdict(reading),
        header_row=header_row,
        headings=tuple(_heading(header, index, padded) for index in range(width)),
        rows=padded,
        blank_rows=blank,
        said=_say(reading, header_row, len(rows), blank),
    )


def column_letter(index: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def encoding_name(encoding: str) -> str:
    """What staff may know an encoding by."""
    return _ENCODING_NAMES.get(encoding, encoding.upper())


def _filled(records: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in records:
        while cells and _is_blank(cells[-1]):
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise fault("too_many_columns", limit=MAX_COLUMNS)
        if cells:
            yield number, cells


def _limited(filled: Iterable[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for record in filled:
        rows.append(record)
        if len(rows) > MAX_ROWS:
            raise fault("too_many_rows", limit=f"{MAX_ROWS:,}")
    return rows


def _is_blank(cell: str) -> bool:
    return not cell or (not cell.isalnum() and not clean_text(cell))


def _is_address(cell: str) -> bool:
    local, _, domain = clean_text(cell).partition("@")
    return bool(local) and "." in domain and " " not in local + domain


def _heading(header: list[str], index: int, rows: list[Row]) -> str:
    text = " ".join(clean_text(header[index]).split()) if index < len(header) else ""
    if not text and any(not _is_blank(cells[index]) for _, cells in rows):
        return f"Column {column_letter(index)}"
    return text


def _padded(cells: list[str], width: int) -> tuple[str, ...]:
    return tuple(cells) if len(cells) >= width else (*cells, *[""] * (width - len(cells)))


_DELIMITER_NAMES: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_ENCODING_NAMES: Final = {"cp1252": "Windows Western", "cp1250": "Windows Central European"}


def _say(reading: Reading, header_row: int, rows: int, blank: int) -> str:
    if reading.kind == "csv":
        between = _DELIMITER_NAMES[reading.delimiter]
        how = f"CSV in {encoding_name(reading.encoding)} with {between}"
    else:
        how = f"Excel workbook, sheet “{reading.sheet}”"
    said = f"{how}, headings in row {header_row}, {rows:,} {'row' if rows == 1 else 'rows'} below"
    if blank:
        said += f", {blank:,} blank left out"
    if reading.other_sheets:
        said += f"; not read: {', '.join(f'“{name}”' for name in reading.other_sheets[:5])}"
    return f"{said}."
