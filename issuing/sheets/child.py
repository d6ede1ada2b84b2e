"""Reads one workbook from standard input in a process of its own and writes its rows as JSON lines.

Run by file path, never imported: a workbook made for it can abort the process that parses it. It imports nothing of
ours, holds no secret, and limits itself before it reads the first byte.

Arguments: memory in bytes, CPU seconds, most rows, most columns, most bytes of output, and the sheet that was chosen or
nothing. The first line says which sheet was read, the last is `"end"`; without it the output is not whole.
"""

import contextlib
import datetime
import functools
import io
import json
import math
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn
from xml.etree import ElementTree

Limits = dict[str, int]
Zeros = dict[int, set[tuple[int, int]]]

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def main(arguments: list[str]) -> None:
    names = ("memory", "seconds", "rows", "columns", "output")
    *numbers, chosen = arguments
    limits = dict(zip(names, map(int, numbers), strict=True))
    restrain(limits["memory"], limits["seconds"])
    content = io.BytesIO(sys.stdin.buffer.read())
    try:
        import python_calamine  # noqa: PLC0415 - only once the limits hold
    except ImportError:
        give_up("reader_failed")
    try:
        write_sheet(python_calamine, content, limits, chosen)
    except python_calamine.PasswordError:
        give_up("password_protected")
    except MemoryError:
        give_up("unpacks_too_big")
    except BaseException as error:  # a panic of the parser is none of Exception
        if isinstance(error, SystemExit):
            raise
        give_up("damaged")


def restrain(memory: int, seconds: int) -> None:
    limits = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0))
    for limit, value in (*limits, (resource.RLIMIT_FSIZE, 0)):
        with contextlib.suppress(ValueError, OSError):
            # One above the soft limit, so that CPU time ends in a signal of its own.
            resource.setrlimit(limit, (value, value + 1))


def give_up(name: str) -> NoReturn:
    """End in good order with the name of a fault in place of rows."""
    say({"fault": name})
    sys.stdout.flush()
    sys.exit(0)


def say(value: object) -> int:
    line = json.dumps(value, separators=(",", ":"))
    return sys.stdout.write(line + "\n")


def write_sheet(calamine: Any, content: io.BytesIO, limits: Limits, chosen: str) -> None:
    workbook = calamine.CalamineWorkbook.from_filelike(content)
    names = visible_sheets(calamine, workbook)
    for name in [name for name in names if name == chosen] if chosen else names:
        rows = filled_rows(workbook.get_sheet_by_name(name), limits, shown_zeros(content, name))
        first = next(rows, None)
        if first is not None:
            say({"sheet": name, "others": [other for other in names if other != name][:20]})
            write_rows(first, rows, limits)
            return
    give_up("no_such_sheet" if chosen else "empty_workbook")


def visible_sheets(calamine: Any, workbook: Any) -> list[str]:
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == calamine.SheetVisibleEnum.Visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]


def filled_rows(sheet: Any, limits: Limits, zeros: Zeros) -> Iterator[tuple[int, list[str]]]:
    # Rows above the first value are given, columns left of it are not.
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = left + [as_text(value) for value in row]
        for place, width in zeros.get(number, ()):
            if len(left) <= place < len(cells) and isinstance(row[place - len(left)], float):
                cells[place] = cells[place].zfill(width)
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > limits["columns"]:
            give_up("too_many_columns")
        if cells:
            yield number, cells


def write_rows(first: tuple[int, list[str]], rows: Iterator[tuple[int, list[str]]], limits: Limits) -> None:
    written = say(first)
    for count, row in enumerate(rows, start=1):
        if count > limits["rows"]:
            give_up("too_many_rows")
        written += say(row)
        if written > limits["output"]:
            give_up("unpacks_too_big")
    say("end")


def shown_zeros(content: io.BytesIO, name: str) -> Zeros:
    """By row number the places of numbers that Excel shows with leading zeros, and how many digits it shows.

    Only their format says so, and the parser leaves formats out. Empty for other kinds of workbook.
    """
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as book:
            widths = zero_styles(book.read("xl/styles.xml"))
            return zero_cells(book, sheet_path(book, name), widths) if widths else {}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError, StopIteration):
        return {}


def parsed(xml: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314 - whatever it does, it does in this process


def zero_styles(styles: bytes) -> dict[bytes, int]:
    """Styles of cells whose format is nothing but zeros, such as 00000."""
    root = parsed(styles)
    formats = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iter(f"{MAIN}numFmt")}
    zeros = {number: len(code) for number, code in formats.items() if len(code) > 1 and not code.strip("0")}
    used = root.find(f"{MAIN}cellXfs")
    styles_used = enumerate(used if zeros and used is not None else ())
    return {b"%d" % index: zeros[xf.get("numFmtId")] for index, xf in styles_used if xf.get("numFmtId") in zeros}


def sheet_path(book: zipfile.ZipFile, name: str) -> str:
    sheets = parsed(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
    link = next(sheet for sheet in sheets if sheet.get("name") == name).get(LINK)
    parts = parsed(book.read("xl/_rels/workbook.xml.rels"))
    target = next(part for part in parts if part.get("Id") == link).get("Target", "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def zero_cells(book: zipfile.ZipFile, path: str, widths: dict[bytes, int]) -> Zeros:
    styled = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})" s="(%s)"' % b"|".join(widths))
    found: dict[int, set[tuple[int, int]]] = {}
    with book.open(path) as sheet:
        rest = b""
        while read := sheet.read(1024 * 1024):
            for letters, row, style in styled.findall(rest + read):
                place = functools.reduce(lambda sum, letter: sum * 26 + letter - 64, letters, 0) - 1
                found.setdefault(int(row), set()).add((place, widths[style]))
            rest = read[-64:]
    return found


def as_text(value: Any) -> str:
    """A cell's value as a person would type it: no `1.0`, no exponent, dates as ISO."""
    if isinstance(value, str):
        return value.replace("\x00", "")  # a cell can spell it as _x0000_, and no database keeps it
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time.min
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return "" if value is None else str(value)


def number_text(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    # As many digits as a spreadsheet keeps; more would be invented.
    return format(Decimal(format(value, ".15g")), "f")


if __name__ == "__main__":
    main(sys.argv[1:])
