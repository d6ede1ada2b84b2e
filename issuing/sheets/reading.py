"""From a file's bytes to its table."""

from issuing.sheets.columns import candidates
from issuing.sheets.delimited import read_delimited
from issuing.sheets.encodings import encoding_name
from issuing.sheets.faults import fault
from issuing.sheets.fields import WHOLE_NAMES, Field
from issuing.sheets.kinds import kind_of
from issuing.sheets.names import split_name
from issuing.sheets.shape import NO_CHOICES, Choices, Table
from issuing.sheets.table import MAX_BYTES, build_table
from issuing.sheets.workbooks import read_workbook


def read_table(content: bytes, *, name: str = "", choices: Choices = NO_CHOICES) -> Table:
    """Read a delimited text file or a workbook as headings and rows.

    Args:
        content (bytes): the whole file, at most 10 MB.
        name (str): its name, for sentences only.
        choices (Choices): what staff chose in place of what the program would decide.

    Raises:
        SheetError: with a code and a sentence, for every file that cannot be read; nothing else is raised.
    """
    kind = kind_at_sight(content, name)
    if kind == "csv":
        reading, records = read_delimited(content, name=name, choices=choices)
    else:
        reading, records = read_workbook(content, kind=kind, sheet=choices.sheet)
    return build_table(reading, records, header_row=choices.header_row)


def kind_at_sight(content: bytes, name: str = "") -> str:
    """What a file is, without reading it: `csv`, `xlsx`, `xls` or `ods`.

    Raises:
        SheetError: it is none of them, empty, too big, or protected with a password.
    """
    if not content:
        raise fault("empty")
    if len(content) > MAX_BYTES:
        raise fault("too_big", limit=MAX_BYTES // (1024 * 1024))
    return kind_of(content, name)


def certain(table: Table) -> Table:
    """The table, for callers that cannot ask anybody whether its letters and names came out right.

    Raises:
        SheetError: `encoding` or `missing_column`, where its encoding or the splitting of whole names is a guess.
    """
    if table.guessed_encoding:
        raise fault("guessed_encoding", encoding=encoding_name(table.encoding))
    for column in candidates(table):
        if column.field in WHOLE_NAMES:
            last_first = column.field == Field.SORTABLE_NAME
            if any(split_name(cells[column.index], last_first=last_first).guessed for _, cells in table.rows):
                raise fault("guessed_names", heading=column.heading[:60])
    return table
