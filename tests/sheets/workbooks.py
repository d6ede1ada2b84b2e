"""Workbooks of other kinds than openpyxl writes, made by hand: just enough of each for a program to read."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

Cell = str | float | date | None
Rows = Sequence[Sequence[Cell]]

_SPREADSHEET: Final = "application/vnd.oasis.opendocument.spreadsheet"
_SPACE: Final = "urn:oasis:names:tc:opendocument:xmlns"
_SECTOR: Final = 512
_END: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF


def ods(sheets: Mapping[str, Rows], *, hidden: Iterable[str] = ()) -> bytes:
    """An OpenDocument spreadsheet."""
    spaces = " ".join(f'xmlns:{name}="{_SPACE}:{name}:1.0"' for name in ("office", "table", "text", "style"))
    styles = "".join(
        f'<style:style style:name="{style}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>"
        for style, shown in (("ta1", "true"), ("ta2", "false"))
    )
    tables = "".join(_ods_table(name, rows, "ta2" if name in hidden else "ta1") for name, rows in sheets.items())
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{_SPACE}:manifest:1.0"/>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        opened.writestr("mimetype", _SPREADSHEET)
        opened.writestr("content.xml", content)
        opened.writestr("META-INF/manifest.xml", manifest)
    return target.getvalue()


def _ods_table(name: str, rows: Rows, style: str) -> str:
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{escape(name)}" table:style-name="{style}">{lines}</table:table>'


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, str):
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'


def xls(
    sheets: Mapping[str, Rows], *, hidden: Iterable[str] = (), from_1904: bool = False, password: bool = False
) -> bytes:
    """A workbook of Excel 97 to 2003."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 1997, 0, 6))
    start += _record(0x002F, bytes(6)) if password else b""
    start += _record(0x0042, struct.pack("<H", 1200)) + _record(0x0022, struct.pack("<H", from_1904))
    # Two formats: as it is, and as a date.
    start += b"".join(_record(0x00E0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 14))
    pages = [_xls_sheet(rows, from_1904) for rows in sheets.values()]
    offset = len(start) + sum(12 + 2 * len(name) for name in sheets) + 4
    for name, page in zip(sheets, pages, strict=True):
        text = name.encode("utf-16-le")
        start += _record(0x0085, struct.pack("<IBBBB", offset, name in hidden, 0, len(name), 1) + text)
        offset += len(page)
    return _compound(start + _record(0x000A) + b"".join(pages))


def _xls_sheet(rows: Rows, from_1904: bool) -> bytes:
    width = max((len(row) for row in rows), default=0)
    page = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 6))
    page += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row_no, row in enumerate(rows):
        for column, cell in enumerate(row):
            page += _xls_cell(row_no, column, cell, from_1904)
    return page + _record(0x000A)


def _xls_cell(row: int, column: int, cell: Cell, from_1904: bool) -> bytes:
    if cell is None or cell == "":
        return b""
    if isinstance(cell, str):
        text = cell.encode("utf-16-le")
        return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)
    if isinstance(cell, date):
        days = (cell - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days
        return _record(0x0203, struct.pack("<HHHd", row, column, 1, days))
    return _record(0x0203, struct.pack("<HHHd", row, column, 0, cell))


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def _compound(stream: bytes) -> bytes:
    """A compound file with one stream called Workbook: header, allocation table, directory, stream."""
    stream = stream.ljust(8 * _SECTOR, b"\0")
    stream += bytes(-len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    tables = -(-(count + 1) // (_SECTOR // 4 - 1))
    chain = [0xFFFFFFFD] * tables + [_END] + [tables + 2 + index for index in range(count - 1)] + [_END]
    chain += [_FREE] * (tables * _SECTOR // 4 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, tables + 1, len(stream))
    directory += (bytes(64) + struct.pack("<HBBIII", 0, 0, 1, _FREE, _FREE, _FREE) + bytes(48)) * 2
    return header + struct.pack(f"<{len(chain)}I", *chain) + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = f"{name}\0".encode("utf-16-le")
    links = struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
