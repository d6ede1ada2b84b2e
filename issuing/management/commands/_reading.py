"""Options that say how a file is to be read, for whoever has no page to be asked on."""

from typing import Any

from django.core.management.base import CommandParser

from issuing import sheets
from issuing.exceptions import InvalidInput
from issuing.services.rosters import HowToRead

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


def add_options(parser: CommandParser) -> None:
    """The options; all may be left out where the file leaves nothing to ask."""
    group = parser.add_argument_group("how the file is read")
    group.add_argument("--encoding", default="", help="of a CSV file that is not UTF-8, e.g. cp1252")
    group.add_argument("--delimiter", choices=DELIMITERS, help="of a CSV file")
    group.add_argument("--sheet", default="", help="of a workbook")
    group.add_argument("--header-row", type=int, default=0, metavar="N", help="the headings' row number in the file")
    group.add_argument(
        "--column", action="append", default=[], metavar="FIELD=HEADING",
        help=f"what a column holds; may be repeated. FIELD is one of {', '.join(sheets.Field)}",
    )  # fmt: skip
    dates = group.add_mutually_exclusive_group()
    dates.add_argument("--day-first", action="store_true", default=None, help="4/5/2026 is 4 May")
    dates.add_argument("--month-first", action="store_false", dest="day_first", help="4/5/2026 is 5 April")
    group.add_argument("--names-seen", action="store_true", help="whole names may be told apart as the dry run shows")


def how_to_read(content: bytes, file_name: str, options: dict[str, Any]) -> HowToRead:
    """What the options say of a file.

    Raises:
        InvalidInput: a column or field is not there.
        SheetError: the file cannot be read so.
    """
    how = HowToRead(
        encoding=options["encoding"],
        delimiter=DELIMITERS.get(options["delimiter"] or "", ""),
        sheet=options["sheet"],
        header_row=options["header_row"],
        columns=None,
        day_first=options["day_first"],
        names_seen=options["names_seen"],
    )
    if not options["column"]:
        return how
    table = sheets.read_table(content, name=file_name, choices=how.of_table)
    columns = {column.field.value: column.index for column in sheets.candidates(table) if column.field}
    chosen = dict(_column(table, text) for text in options["column"])
    left = {field: index for field, index in columns.items() if index not in chosen.values()}
    return HowToRead.of(how.choices | {"columns": left | chosen})


def _column(table: sheets.Table, text: str) -> tuple[str, int]:
    field, _equals, heading = text.partition("=")
    if field not in list(sheets.Field):
        raise InvalidInput(f"“{field}” is no field. Fields are: {', '.join(sheets.Field)}.")
    if heading not in table.headings:
        raise InvalidInput(f"No column is called “{heading}”. Columns are: {', '.join(filter(None, table.headings))}.")
    return field, table.headings.index(heading)
