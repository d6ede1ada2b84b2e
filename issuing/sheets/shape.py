"""What a file is read into, and what staff may choose about it."""

from dataclasses import dataclass
from typing import Final

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


NO_CHOICES: Final = Choices()


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
            of `instructions`, `points_possible`, `repeated_header`, `total`, `footer`, `another_section`.
    """

    header_row: int
    headings: tuple[str, ...]
    rows: list[Row]
    blank_rows: int
    said: str = ""
    samples: tuple[str, ...] = ()
    top: tuple[tuple[int, tuple[str, ...]], ...] = ()
    above: int = 0
    left_out: tuple[tuple[int, str], ...] = ()
