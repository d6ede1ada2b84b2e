"""From a file's bytes to its table."""

from issuing.sheets.delimited import read_delimited
from issuing.sheets.faults import fault
from issuing.sheets.kinds import kind_of
from issuing.sheets.table import MAX_BYTES, Choices, Table, build_table, encoding_name
from issuing.sheets.workbooks import read_workbook


def read_table(content: bytes, *, name: str = "", choices: Choices = Choices()) -> Table:  # noqa: B008 - frozen
    """Read a CSV file or an Excel workbook as headings and rows.

    Args:
        content (bytes): the whole file, at most 10 MB.
        name (str): its name, for sentences only.
        choices (Choices): what staff chose in place of what the program would decide.

    Raises:
        SheetError: with a code and a sentence, for every file that cannot be read; nothing else is raised.
    """
    if kind_at_sight(content, name) == "xlsx":
        return build_table(*read_workbook(content))
    how = {"encoding": choices.encoding, "delimiter": choices.delimiter}
    return build_table(*read_delimited(content, name=name, **how))


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
    """The table, for callers that cannot ask anybody whether its letters came out right.

    Raises:
        SheetError: `encoding`, where its encoding is a guess.
    """
    if table.guessed_encoding:
        raise fault("guessed_encoding", encoding=encoding_name(table.encoding))
    return table
