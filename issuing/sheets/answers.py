"""Columns that hold people's answers, for files of consent."""

import re
from collections.abc import Iterable
from typing import Final

from issuing.sheets.columns import Matching
from issuing.sheets.faults import fault, listed
from issuing.sheets.shape import Table
from issuing.validators import clean_text

_ASKING: Final = re.compile(
    r"consent|\bagree|permission|\bpermit|authori[sz]|\baccept|\ballow|\bopt(ed)?[ -]?(in|out)\b|happy for|\bmay we\b"
    r"|badge.*\?",
    re.IGNORECASE,
)
_ANSWERS: Final = frozenset(
    {
        "yes",
        "no",
        "y",
        "n",
        "true",
        "false",
        "agree",
        "agreed",
        "i agree",
        "disagree",
        "i disagree",
        "i do not agree",
        "i don't agree",
        "do not agree",
        "accept",
        "i accept",
        "accepted",
        "decline",
        "declined",
        "i decline",
        "refused",
        "consent",
        "i consent",
        "consented",
        "i do not consent",
        "do not consent",
        "given",
        "not given",
        "withdrawn",
        "opt in",
        "opt out",
        "opted in",
        "opted out",
        "✓",
        "✔",
        "✗",
        "✘",
    }
)
_MOSTLY: Final = 0.8


def answer_columns(table: Table, matching: Matching) -> list[str]:
    """Headings of the unused columns that look like answers: by their words, or because most cells say yes or no.

    Meant to be refused unless staff chose a column, so it rather names one too many.
    """
    used = {column.index for column in matching.used}
    return [
        heading
        for index, heading in enumerate(table.headings)
        if index not in used and (_ASKING.search(heading) or _mostly_answers(cells[index] for _, cells in table.rows))
    ]


def column_values(table: Table, heading: str) -> list[str]:
    """One column's cells, cleaned, one for each of the table's rows in their order.

    Args:
        table (Table): a table that was read.
        heading (str): capitals and spaces do not matter.

    Raises:
        SheetError: `missing_column` or `doubled_column`.
    """
    wanted = _key(heading)
    indexes = [index for index, known in enumerate(table.headings) if _key(known) == wanted]
    if not indexes:
        raise fault("no_such_column", heading=heading[:60], row=table.header_row, headings=listed(table.headings))
    if len(indexes) > 1:
        headings = listed([table.headings[index] for index in indexes])
        raise fault("doubled_column", field="the column asked for", headings=headings)
    return [clean_text(cells[indexes[0]]) for _, cells in table.rows]


def _mostly_answers(values: Iterable[str]) -> bool:
    filled = [text.casefold().rstrip(".!") for value in values if (text := clean_text(value))]
    return bool(filled) and sum(_is_answer(text) for text in filled) >= _MOSTLY * len(filled)


def _is_answer(text: str) -> bool:
    return text in _ANSWERS or text.startswith(("yes,", "yes ", "no,", "no "))


def _key(heading: str) -> str:
    return "".join(clean_text(heading).casefold().split())
