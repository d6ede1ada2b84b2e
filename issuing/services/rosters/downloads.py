"""Rosters as sheets to take away: with what is wrong, and with what came of each row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from issuing import sheets
from issuing.enums import Disposition, IssuanceStatus
from issuing.exceptions import IssuingError
from issuing.models import Issuance, Roster, RosterRow
from issuing.queries import rosters as reads
from issuing.services.rosters.changing import FIELDS, original_of
from issuing.sheets.writing import Marked

CHUNK = 500
_HEADINGS = {
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Email",
    "student_number": "Student number",
    "organisation": "Organisation",
    "issue_date": "Issue date",
    "end_date": "Expiry date",
    "evidence_text": "Evidence text",
    "evidence_url": "Evidence URL",
}
_ALWAYS = ("first_name", "last_name", "email")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that is written row by row."""

    headings: list[str]
    rows: Iterator[Sequence[str]]


Say = Callable[[RosterRow, Issuance | None], Sequence[str]]


def problems(roster: Roster) -> Sheet:
    """The file's own columns and row numbers, as corrected by now, and beside them what each row may expect and why.

    The columns that are not needed are there as long as the uploaded file is kept.
    """
    table = _original(roster)
    if table is None:
        used = used_fields(roster)
        headings = [_HEADINGS[name] for name in used]
        rows = (_with_problem(row, [""] * len(used), used) for row in _rows(roster))
    else:
        headings = list(table.headings)
        names = [""] * len(headings)
        for column in sheets.match_columns(table).used:
            names[column.index] = column.field.value if column.field in sheets.PERSON_FIELDS else ""
        cells = dict(table.rows)
        rows = (_with_problem(row, cells.get(row.row_no, [""] * len(names)), names) for row in _rows(roster))
    return Sheet(["Row", *headings, "Status", "Problem"], rows)


def results(roster: Roster, say: Say, columns: Sequence[str]) -> Sheet:
    """The columns we keep and the file's row numbers, and beside them what came of each row.

    Args:
        say: what stands in `columns` for a row and its latest badge, if it has one.
    """
    used = used_fields(roster)
    headings = ["Row", *(_HEADINGS[name] for name in used), *columns]
    return Sheet(headings, _with_results(roster, used, say))


def used_fields(roster: Roster) -> tuple[str, ...]:
    """The columns of the file that were used, in its order."""
    named = roster.reading.get("used") or _ALWAYS
    return tuple(name for name in named if name in FIELDS)


def _original(roster: Roster) -> sheets.Table | None:
    reading = roster.reading
    try:
        return sheets.read_table(
            original_of(roster),
            name=roster.file_name,
            choices=sheets.Choices(
                encoding=reading.get("encoding") or None, delimiter=reading.get("delimiter") or None
            ),
        )
    except IssuingError:
        return None


def _rows(roster: Roster) -> Iterator[RosterRow]:
    return roster.rows.order_by("row_no").iterator(chunk_size=CHUNK)


def _with_problem(row: RosterRow, written: Sequence[str], names: Sequence[str]) -> Sequence[str]:
    """One row: its number, its cells, those with a problem marked, its status and what is wrong.

    Args:
        written (Sequence[str]): the cells as they are in the file.
        names (Sequence[str]): which of our fields each cell is; empty for a column of the staff's own.
    """
    bad = {problem[0] for problem in row.problems}
    cells = [_cell(row, text, name, name in bad) for text, name in zip(written, names, strict=False)]
    why = " ".join(problem[2] for problem in row.problems)
    return [str(row.row_no), *cells, str(Disposition(row.disposition).label), Marked(why) if why else ""]


def _cell(row: RosterRow, written: str, name: str, is_bad: bool) -> str:
    if not name:
        return written
    # Of an unreadable date the text is kept in the file alone.
    text = getattr(row, name) or (written if is_bad else "")
    return Marked(text) if is_bad else text


def _with_results(roster: Roster, used: Sequence[str], say: Say) -> Iterator[Sequence[str]]:
    after = 0
    while rows := list(roster.rows.filter(row_no__gt=after).order_by("row_no")[:CHUNK]):
        badges = reads.latest_issuances(rows)
        for row in rows:
            badge = badges.get(row.pk)
            values = [getattr(row, name) for name in used]
            mark = badge is None or badge.status in (IssuanceStatus.REJECTED, IssuanceStatus.CANCELLED)
            said = [Marked(text) if mark and text else text for text in say(row, badge)]
            yield [str(row.row_no), *values, *said]
        after = rows[-1].row_no
