"""Files as staff have them, each with what it should be read as. All of it is written here; nothing is copied.

`python -m tests.sheets.corpus FOLDER` writes every file, to be opened and looked at.
"""

import csv
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, product
from pathlib import Path
from typing import Final

from tests.sheets import lookalikes

Person = tuple[str, str, str]
Rows = list[list[str]]

WESTERN: Final[list[Person]] = [
    ("Zoë", "Núñez", "zoe@example.org"),
    ("Mary", "O'Brien", "mary@example.org"),
    ("André", "Lee, Ng", "andre@example.org"),
    ("Jörg", "Müller", "joerg@example.org"),
]
NORDIC: Final[list[Person]] = [("Åse", "Ødegård", "ase@example.org"), *WESTERN]
CENTRAL: Final[list[Person]] = [
    ("Łukasz", "Wałęsa", "lukasz@example.org"),
    ("Jiří", "Dvořák", "jiri@example.org"),
    ("Zsófia", "Szőke", "zsofia@example.org"),
]
CYRILLIC: Final[list[Person]] = [
    ("Иван", "Петров", "ivan@example.org"),
    ("Ольга", "Щукина", "olga@example.org"),
]

# Python's name of what the file is written in, its mark, what it is read as, and who is in it.
ENCODINGS: Final[list[tuple[str, bytes, str, list[Person]]]] = [
    ("utf-8", b"", "utf-8", NORDIC + CENTRAL + CYRILLIC),
    ("utf-8", b"\xef\xbb\xbf", "utf-8", NORDIC + CENTRAL + CYRILLIC),
    ("utf-16-le", b"\xff\xfe", "utf-16", NORDIC + CENTRAL + CYRILLIC),
    ("utf-16-be", b"\xfe\xff", "utf-16", NORDIC + CENTRAL + CYRILLIC),
    ("utf-16-le", b"", "utf-16-le", NORDIC),
    ("utf-16-be", b"", "utf-16-be", NORDIC),
    ("cp1252", b"", "cp1252", [("Siân", "D’Arcy", "sian@example.org"), *NORDIC]),
    ("iso8859-1", b"", "cp1252", NORDIC),
    ("iso8859-15", b"", "cp1252", NORDIC),
    ("cp850", b"", "cp850", NORDIC),
    ("cp437", b"", "cp850", WESTERN),
    ("mac-roman", b"", "mac-roman", NORDIC),
    ("cp1250", b"", "cp1250", CENTRAL),
    ("cp1251", b"", "cp1251", CYRILLIC),
]
DELIMITERS: Final = (",", ";", "\t", "|")
LINE_ENDS: Final = (("\r\n",), ("\n",), ("\r",), ("\r\n", "\n", "\r"))
HEADINGS: Final = ["First name", "Surname", "E-mail", "Note"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One file and its reading.

    Args:
        people (list[Person]): first name, last name and address of each row, in order.
        numbers (list[int]): row numbers of the people; empty where they do not matter.
        left_out (tuple): as `Table.left_out`.
    """

    name: str
    content: bytes
    people: list[Person]
    header_row: int
    kind: str = "csv"
    encoding: str = ""
    delimiter: str = ""
    numbers: list[int] = field(default_factory=list)
    left_out: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows as they stand in a file, where the headings are, and what is no person."""

    rows: Rows
    header_row: int = 1
    left_out: tuple[tuple[int, str], ...] = ()


def _lines(people: Sequence[Person]) -> Rows:
    return [[*person, "ok"] for person in people]


def plain(people: list[Person]) -> Shape:
    return Shape([HEADINGS, *_lines(people)])


def titled(people: list[Person]) -> Shape:
    titles = [["Attendance; all sites, 2026 | final"], ["Printed by the office"], []]
    return Shape([*titles, HEADINGS, *_lines(people)], 4)


def explained(people: list[Person]) -> Shape:
    words = ["Required", "Required", "e.g. a@b.org", "Optional"]
    return Shape([HEADINGS, words, *_lines(people)], 1, ((2, "instructions"),))


def totalled(people: list[Person]) -> Shape:
    last = len(people) + 2
    return Shape([HEADINGS, *_lines(people), ["Total", "", "", "7"]], 1, ((last, "total"),))


def repeated(people: list[Person]) -> Shape:
    lines = _lines(people)
    return Shape([HEADINGS, lines[0], HEADINGS, *lines[1:]], 1, ((3, "repeated_header"),))


def gappy(people: list[Person]) -> Shape:
    lines = _lines(people)
    return Shape([[], HEADINGS, [], lines[0], ["", " ", "\u00a0"], *[line[:3] for line in lines[1:]], []], 2)


def dirty(people: list[Person]) -> Shape:
    return Shape([HEADINGS, *[[f" {first}", f"{last} ", f" {email} ", 'a "b"\r\nc'] for first, last, email in people]])


SHAPES: Final[tuple[Callable[[list[Person]], Shape], ...]] = (
    *(plain, titled, explained, totalled, repeated, gappy, dirty),
)


def written(rows: Rows, delimiter: str = ",", ends: Sequence[str] = ("\r\n",)) -> str:
    """Rows as delimited text, each line ending in the next of these ways."""
    lines = []
    for row, end in zip(rows, cycle(ends), strict=False):
        target = io.StringIO(newline="")
        csv.writer(target, delimiter=delimiter, lineterminator=end).writerow(row)
        lines.append(target.getvalue())
    return "".join(lines)


def delimited(encoding: str, mark: bytes, read_as: str, people: list[Person]) -> Iterator[Sample]:
    """Every delimiter, line end and shape in one encoding."""
    for shape, delimiter, ends in product(SHAPES, DELIMITERS, LINE_ENDS):
        made = shape(people)
        content = mark + written(made.rows, delimiter, ends).encode(encoding)
        end = "mixed" if len(ends) > 1 else "-".join(f"{ord(char):x}" for char in ends[0])
        name = f"{encoding}-{'marked-' if mark else ''}{shape.__name__}-{ord(delimiter):x}-{end}.csv"
        yield Sample(
            name, content, people, made.header_row, encoding=read_as, delimiter=delimiter, left_out=made.left_out
        )


def main(folder: str) -> None:
    """Write every file of the corpus into a folder."""
    made = [sample for one in ENCODINGS for sample in delimited(*one)]
    for name, content in [*((one.name, one.content) for one in made), *lookalikes.contents()]:
        Path(folder, name).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])
