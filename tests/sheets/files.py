"""Files as staff have them, made in memory."""

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from issuing.sheets import Table, read_table

HEADINGS = "First name,Last name,Email"
SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def csv(*lines: str, headings: str = HEADINGS) -> bytes:
    """A comma-separated file in UTF-8 with Windows line ends."""
    return "".join(f"{line}\r\n" for line in (headings, *lines)).encode()


def table(*lines: str, headings: str = HEADINGS) -> Table:
    return read_table(csv(*lines, headings=headings))


def workbook(rows: Iterable[Iterable[Any]], change: Callable[[Workbook], object] | None = None) -> bytes:
    """An Excel workbook with one sheet called People, changed before it is saved."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "People"
    for row in rows:
        sheet.append(list(row))
    if change:
        change(book)
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip archive of these files, compressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return target.getvalue()


def with_sheet(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with its first sheet's XML changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    return archive(parts | {SHEET: change(parts[SHEET])})


def old_document(stream: str) -> bytes:
    """The bytes by which an OLE file with such a stream is known."""
    return OLE + bytes(504) + stream.encode("utf-16-le") + bytes(64)
