"""Comma-separated files: which delimiter, which records."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from issuing.sheets.encodings import decode
from issuing.sheets.faults import fault
from issuing.sheets.headings import known_fields
from issuing.sheets.shape import NO_CHOICES, Choices, Reading

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_CHARACTERS: Final = 64 * 1024
_SAMPLE_RECORDS: Final = 100
_DECLARED: Final = re.compile(r"\"?sep=([,;\t|])\"?[,;\t|]*(?:\r\n|\r|\n)", re.IGNORECASE)
_END: Final = "\x1fend of file\x1f"


def read_delimited(
    content: bytes, *, name: str = "", choices: Choices = NO_CHOICES
) -> tuple[Reading, Iterator[tuple[int, list[str]]]]:
    """How a delimited file is to be read, and its records with their row numbers; read lazily.

    Args:
        content (bytes): the file.
        name (str): its name, for sentences only.
        choices (Choices): what staff chose of encoding and delimiter; None decides from bytes and text.

    Raises:
        SheetError: `encoding` or `not_a_table`; while records are read, `damaged`.
    """
    if choices.delimiter is not None and choices.delimiter not in _DELIMITERS:
        raise fault("delimiter", delimiter=f"“{choices.delimiter[:10]}”")
    decoded = decode(content, name=name, encoding=choices.encoding)
    declared, text = _declared_delimiter(decoded.text.replace("\x00", "").rstrip("\x1a"))
    used = choices.delimiter or declared or _best_delimiter(text)
    reading = Reading(kind="csv", encoding=decoded.encoding, guessed_encoding=decoded.guessed, delimiter=used)
    records = _records(text, used, 1 if declared else 0)
    return reading, _unwrapped(records, used) if _is_wrapped(text, used) else records


def _declared_delimiter(text: str) -> tuple[str | None, str]:
    """Excel's own `sep=;` line, and the text below it."""
    declared = _DECLARED.match(text)
    return (declared[1], text[declared.end() :]) if declared else (None, text)


def _best_delimiter(text: str) -> str:
    sample = text[:_SAMPLE_CHARACTERS]
    return max(_DELIMITERS, key=lambda delimiter: _score(sample, delimiter))


def _score(sample: str, delimiter: str) -> float:
    """How well a delimiter explains the sample: columns beside the first where most rows have as many, and headings.

    Titles above the table have other widths than it, so what the first row looks like says little.
    """
    try:
        records = list(islice(_reader(io.StringIO(sample, newline=""), delimiter), _SAMPLE_RECORDS))
    except csv.Error:
        return 0.0
    widths = Counter(len(record) for record in records if any(record))
    if not widths:
        return 0.0
    width, agreeing = max(widths.items(), key=lambda item: (item[1] * min(item[0] - 1, 20), item[0]))
    headings = max(
        (len(known_fields(record)) for record in records if not any("@" in cell for cell in record)), default=0
    )
    return agreeing / widths.total() * min(width - 1, 20) + (2 * headings if headings > 1 else 0)


def _is_wrapped(text: str, delimiter: str) -> bool:
    """Whether each whole row stands in quotation marks, as when a CSV file was pasted into one column."""
    first = next(_reader(io.StringIO(text[:_SAMPLE_CHARACTERS], newline=""), delimiter), [])
    return len(first) == 1 and len(known_fields(_split(first[0], delimiter))) > 1


def _unwrapped(records: Iterator[tuple[int, list[str]]], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    for number, record in records:
        yield number, _split(record[0], delimiter) if len(record) == 1 else record


def _split(row: str, delimiter: str) -> list[str]:
    try:
        return next(_reader(iter([" ".join(row.splitlines())]), delimiter), [])
    except csv.Error:
        return [row]


def _reader(lines: Iterator[str] | io.StringIO, delimiter: str) -> Iterator[list[str]]:
    # Some programs write a space after each delimiter, also before a quotation mark.
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _records(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    # The end mark comes out as a record of its own unless an open quotation mark swallows it.
    lines = chain(io.StringIO(text, newline=""), [_END])
    number = skipped
    width = 0
    try:
        for number, record in enumerate(_reader(lines, delimiter), start=skipped + 1):
            if record and record[-1].endswith(_END):
                if record != [_END]:
                    raise fault("unclosed_quote", row=number)
                return
            if _swallowed_rows(record, delimiter, width):
                raise fault("unclosed_quote", row=number)
            width = max(width, len(record))
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
