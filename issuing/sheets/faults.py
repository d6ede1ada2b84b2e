"""Every fault of a file or its columns: its code and the sentence that says what to do."""

from collections.abc import Mapping

from issuing.exceptions import SheetError

_SAVE_AS = "Open it in Excel and save it as “Excel Workbook (.xlsx)” or “CSV UTF-8”, then upload that."

_FAULTS: Mapping[str, tuple[str, str]] = {
    "empty": ("empty", "This file is empty. Was the right one chosen?"),
    "empty_workbook": (
        "empty",
        "No visible sheet of this workbook has anything in it. Show the sheet with the people, or choose another file.",
    ),
    "too_big": ("too_big", "This file is larger than {limit} MB. Split it, or save only the sheet with the people."),
    "unpacks_too_big": (
        "too_big",
        "This workbook unpacks to more than can be read here. Copy only the people into a new workbook, or save the "
        "sheet as CSV UTF-8.",
    ),
    "too_many_rows": ("too_many_rows", "This file has more than {limit} rows. Split it into several files."),
    "too_many_columns": (
        "too_many_columns",
        "This file has more than {limit} columns. Delete those that are not needed.",
    ),
    "no_rows": (
        "no_header",
        "This file has headings in row {row} but no rows below them. Was the right file or sheet chosen?",
    ),
    "no_header": (
        "no_header",
        "Row {row} already holds a person, so the file has no headings. Add a row above it that names each column, "
        "e.g. First name, Last name, Email.",
    ),
    "unclosed_quote": (
        "damaged",
        "A quotation mark in row {row} is never closed, so the rows after it cannot be told apart. Close or delete "
        "it, then upload the file again.",
    ),
    "damaged": ("damaged", f"This workbook is damaged or incomplete. {_SAVE_AS}"),
    "password_protected": (
        "password_protected",
        "This workbook is protected with a password. Remove the password in Excel (File, Info, Protect Workbook), "
        "save it and upload it again.",
    ),
    "took_too_long": ("took_too_long", "Reading this file took too long. Save the sheet with the people as CSV UTF-8."),
    "reader_failed": (
        "reader_failed",
        "Workbooks cannot be read at the moment. Save the file as CSV UTF-8, or try again later.",
    ),
    "not_a_table": ("not_a_table", "{name} is {what}, not a table. Upload an Excel workbook (.xlsx) or a CSV file."),
    "web_page": ("not_a_table", f"{{name}} is {{what}}, not a table, whatever its name says. {_SAVE_AS}"),
    "unsupported": ("unsupported_kind", f"{{name}} is {{what}}, which cannot be read yet. {_SAVE_AS}"),
    "mixed_encodings": (
        "encoding",
        "The letters in this file are stored in two different ways, as if rows of two programs had been put together; "
        "the first that does not fit is in line {line}. Open it in Excel, correct the names that look odd and save it "
        "as a workbook (.xlsx).",
    ),
    "guessed_encoding": (
        "encoding",
        "Letters such as é or ø in this file are not stored as UTF-8 but probably as {encoding}, so names could come "
        "out wrong. In Excel choose File, Save As, “CSV UTF-8 (Comma delimited)”, or save it as a workbook (.xlsx).",
    ),
    "encoding_named": ("encoding", "This file cannot be read as {encoding}. Choose another encoding."),
    "delimiter": ("delimiter", "{delimiter} cannot separate cells. Choose comma, semicolon, tab or vertical bar."),
    "missing_column": (
        "missing_column",
        "No column for {fields} was found. Name it e.g. {examples}. The headings in row {row} are: "
        "{headings}. If the headings stand further down, delete the rows above them.",
    ),
    "guessed_names": (
        "missing_column",
        "No column for the first name and the last name was found, only “{heading}” with both in it. Put them in "
        "columns of their own: which is which would be a guess.",
    ),
    "doubled_column": (
        "doubled_column",
        "More than one column could be {field}: {headings}. Rename or delete all but one.",
    ),
    "column_twice": (
        "doubled_column",
        "The column “{heading}” was chosen for {fields}. Choose another for one of them, or let a whole name be split.",
    ),
    "no_such_row": (
        "no_header",
        "Nothing is in row {row}, so the headings cannot be there. Choose another row.",
    ),
    "no_such_sheet": (
        "no_such_sheet",
        "This workbook has no visible sheet “{sheet}” with anything in it. Choose another sheet.",
    ),
    "no_such_column": ("missing_column", "No column is called “{heading}”. The headings in row {row} are: {headings}."),
}


def fault(name: str, /, **words: object) -> SheetError:
    """The error to raise for a fault.

    Args:
        name (str): key of the catalogue; several may share one code.
        words (object): what its sentence names.
    """
    code, sentence = _FAULTS[name]
    return SheetError(code, sentence.format(**words))


def listed(headings: tuple[str, ...] | list[str], most: int = 12) -> str:
    """Headings in quotation marks, the first twelve of them, each cut at 40 characters."""
    known = [heading for heading in headings if heading]
    shown = ", ".join(f"“{heading[:40]}”" for heading in known[:most])
    return f"{shown} and {len(known) - most} more" if len(known) > most else shown
