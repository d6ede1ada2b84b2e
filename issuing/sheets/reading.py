"""From a file's bytes to its table."""

from issuing.sheets.delimited import read_delimited
from issuing.sheets.faults import fault
from issuing.sheets.kinds import kind_of
from issuing.sheets.table import MAX_BYTES, Table, build_table
from issuing.sheets.workbooks import read_workbook


def read_table(content: bytes, *, name: str = "", encoding: str | None = None, delimiter: str | None = None) -> Table:
    """Read a CSV file or an Excel workbook as headings and rows.

    Args:
        content (bytes): the whole file, at most 10 MB.
        name (str): its name, for sentences only.
        encoding (str | None): of a CSV file, where staff chose one; None: UTF-8, or what its byte order mark says.
        delimiter (str | None): of a CSV file, where staff chose one; None: the one that explains the file best.

    Raises:
        SheetError: with a code and a sentence, for every file that cannot be read; nothing else is raised.
    """
    if not content:
        raise fault("empty")
    if len(content) > MAX_BYTES:
        raise fault("too_big", limit=MAX_BYTES // (1024 * 1024))
    if kind_of(content, name) == "xlsx":
        return build_table(*read_workbook(content))
    return build_table(*read_delimited(content, name=name, encoding=encoding, delimiter=delimiter))
