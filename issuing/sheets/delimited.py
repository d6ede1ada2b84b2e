"""Comma-separated files: which encoding, which delimiter, which records."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from issuing.sheets.faults import fault
from issuing.sheets.table import Reading

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS: Final = 64 * 1024
_SAMPLE_RECORDS: Final = 60
_NAMED: Final = frozenset(
    {
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "cp1252",
        "cp1250",
        "iso8859-1",
        "iso8859-15",
        "mac-roman",
        "cp437",
        "cp850",
    }
)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters no text has: many of them mean that it is no text at all.
_NOT_TEXT: Final = frozenset(range(0x20)) - frozenset(b"\t\n\r\x0b\x0c\x1a\x1f")
_DECLARED: Final = re.compile(r"\"?sep=([,;\t|])\"?(?:\r\n|\r|\n)", re.IGNORECASE)
_END: Final = "\x1fend of file\x1f"


def read_delimited(
    content: bytes, *, name: str = "", encoding: str | None = None, delimiter: str | None = None
) -> tuple[Reading, Iterator[tuple[int, list[str]]]]:
    """How a delimited file is to be read, and its records with their row numbers; read lazily.

    Args:
        content (bytes): the file.
        name (str): its name, for sentences only.
        encoding (str | None): one staff chose; None decides from the bytes.
        delimiter (str | None): one staff chose; None decides from the text.

    Raises:
        SheetError: `encoding` or `not_a_table`; while records are read, `damaged`.
    """
    if delimiter is not None and delimiter not in _DELIMITERS:
        raise fault("delimiter", delimiter=f"“{delimiter[:10]}”")
    used, text = _decoded(content, encoding, name)
    declared, text = _declared_delimiter(text.replace("\x00", "").rstrip("\x1a"))
    chosen = delimiter or declared or _best_delimiter(text)
    return Reading(kind="csv", encoding=used, delimiter=chosen), _records(text, chosen, 1 if declared else 0)


def _decoded(content: bytes, encoding: str | None, name: str) -> tuple[str, str]:
    if encoding is not None:
        return _decoded_as(content, encoding)
    used = next((known for bom, known in _BOMS if content.startswith(bom)), "utf-8")
    if used != "utf-16":
        _refuse_binary(content[:4096], name)
    try:
        return used.removesuffix("-sig"), content.decode(used)
    except UnicodeDecodeError as error:
        before = content[: error.start]
        raise fault("encoding", line=max(before.count(b"\n"), before.count(b"\r")) + 1) from error


def _decoded_as(content: bytes, encoding: str) -> tuple[str, str]:
    try:
        used = codecs.lookup(encoding).name
        if used not in _NAMED:
            raise LookupError(encoding)
        return used, content.decode(used).removeprefix("\ufeff")
    except (LookupError, UnicodeError) as error:
        raise fault("encoding_named", encoding=f"“{encoding[:40]}”") from error


def _refuse_binary(head: bytes, name: str) -> None:
    nulls = head.count(0)
    odd = sum(byte in _NOT_TEXT for byte in head)
    if odd <= len(head) // 8 + 1:
        return
    if odd == nulls and len(head) // 4 < nulls <= (len(head) + 1) // 2:
        raise fault("utf_16")
    raise fault("not_a_table", name=f"“{name}”" if name else "This file", what="data of another kind")


def _declared_delimiter(text: str) -> tuple[str | None, str]:
    """Excel's own `sep=;` line, and the text below it."""
    declared = _DECLARED.match(text)
    return (declared[1], text[declared.end() :]) if declared else (None, text)


def _best_delimiter(text: str) -> str:
    sample = text[:_SAMPLE_CHARACTERS]
    return max(_DELIMITERS, key=lambda delimiter: _score(sample, delimiter))


def _score(sample: str, delimiter: str) -> float:
    """How well a delimiter explains the sample: columns beside the first, where the rows agree with the headings."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = [len(record) for record in islice(reader, _SAMPLE_RECORDS) if any(record)]
    except csv.Error:
        return 0.0
    if not widths or widths[0] < 2:
        return 0.0
    below = widths[1:]
    agreeing = sum(width == widths[0] for width in below) / len(below) if below else 1.0
    return (agreeing + 0.05) * min(widths[0] - 1, 20)


def _records(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    # The end mark comes out as a record of its own unless an open quotation mark swallows it.
    lines = chain(io.StringIO(text, newline=""), [_END])
    number = skipped
    width = 0
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=delimiter), start=skipped + 1):
            if record and record[-1].endswith(_END):
                if record != [_END]:
                    raise fault("unclosed_quote", row=number)
                return
            width = width or len(record)
            if _swallowed_rows(record, delimiter, width):
                raise fault("unclosed_quote", row=number)
            yield number, record
    except csv.Error as error:
        raise fault("unclosed_quote", row=number + 1) from error


def _swallowed_rows(record: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell holds whole rows, because a quotation mark was opened and closed in different rows."""
    return width > 2 and any(
        line.count(delimiter) >= width - 1 and "@" in line
        for cell in record
        if "\n" in cell or "\r" in cell
        for line in cell.splitlines()[1:]
    )
