"""Where in a file its headings are."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from issuing.sheets.faults import fault
from issuing.sheets.fields import NAME_FIELDS, Field
from issuing.sheets.headings import known_fields
from issuing.validators import clean_text

Record = tuple[int, list[str]]
"""Row number in the file, and its cells as far as there is something in them."""

LOOKED_AT: Final = 50
"""Records among which headings are looked for."""
_MOST_ABOVE: Final = 3
"""Records with an address, such as a host's, that may stand above the headings; more of them are people."""


def find_headings(
    records: Iterator[Record], *, header_row: int | None = None
) -> tuple[list[Record], Record, Iterator[Record]]:
    """The records above the headings, the headings, and the records below them.

    Args:
        records (Iterator[Record]): of which each has something in it; at least one.
        header_row (int | None): row number of the headings, where staff chose it; else the row that names most of
            what we know, or the first that is as wide as what stands below.

    Raises:
        SheetError: `no_header`.
    """
    if header_row is not None:
        above, header, below = _chosen(records, header_row)
    else:
        head = list(islice(records, LOOKED_AT))
        place = _place(head)
        above, header, below = head[:place], head[place], chain(head[place + 1 :], records)
    if any(map(is_address, header[1])):
        raise fault("no_header", row=header[0])
    return above, header, below


def is_address(cell: str) -> bool:
    """Whether a cell is nothing but an e-mail address."""
    if "@" not in cell:
        return False
    local, _, domain = clean_text(cell).partition("@")
    return bool(local) and "." in domain and " " not in local + domain


def _chosen(records: Iterator[Record], header_row: int) -> tuple[list[Record], Record, Iterator[Record]]:
    above: list[Record] = []
    for record in records:
        if record[0] == header_row:
            return above, record, records
        if record[0] > header_row:
            break
        above.append(record)
    raise fault("no_such_row", row=header_row)


def _place(head: list[Record]) -> int:
    """The headings' place among the first records."""
    people = [any(map(is_address, cells)) for _, cells in head]
    known = [known_fields(cells) if not has else frozenset() for (_, cells), has in zip(head, people, strict=True)]
    possible = [place for place in range(len(head)) if sum(people[:place]) <= _MOST_ABOVE]
    strong = [place for place in possible if len(known[place]) > 1]
    weak = next((place for place in possible if Field.EMAIL in known[place]), None)
    if strong:
        # Never past a person: what stands below them may be another table.
        reach = next((place for place in range(strong[0], len(head)) if people[place]), len(head))
        return max((place for place in strong if place < reach), key=lambda place: (_worth(known[place]), -place))
    return weak if weak is not None else _first_wide(head)


def _worth(fields: frozenset[Field]) -> tuple[bool, bool, int]:
    return Field.EMAIL in fields, bool(fields & NAME_FIELDS), len(fields)


def _first_wide(head: list[Record]) -> int:
    widths = [len(cells) for _, cells in head]
    usual = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))[0]
    place = next(place for place, width in enumerate(widths) if width >= usual)
    # A column of row numbers often has no heading.
    is_person = any(map(is_address, head[place][1]))
    return place - 1 if is_person and place and widths[place - 1] == usual - 1 > 1 else place
