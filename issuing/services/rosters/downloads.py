"""Rosters as sheets to take away: with what is wrong, and with what came of each row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from issuing import sheets
from issuing.enums import Disposition, IssuanceStatus
from issuing.exceptions import IssuingError
from issuing.models import Issuance, Roster, RosterRow
from issuing.queries import rosters as reads
from issuing.queries.roster_consent import asked_label, with_asked
from issuing.services.rosters.changing import FIELDS, NEEDED, original_of
from issuing.services.rosters.reading import HowToRead, ReadFile, read
from issuing.sheets.names import split_name
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
    own = _own_columns(roster)
    rows = (_with_problem(row, own) for row in _rows(roster).iterator(chunk_size=CHUNK))
    return Sheet(["Row", *own.headings, "Status", "Problem"], rows)


def results(roster: Roster, say: Say, columns: Sequence[str]) -> Sheet:
    """The file's columns and row numbers, and beside them what came of each row.

    The columns that are not needed are there where staff wanted the uploaded file to be kept.

    Args:
        say: what stands in `columns` for a row and its latest badge, if it has one.
    """
    own = _own_columns(roster)
    return Sheet(["Row", *own.headings, *columns], _with_results(roster, own, say))


@dataclass(frozen=True, slots=True)
class _Own:
    """The columns of the uploaded file.

    Args:
        names (list[str]): which of our fields each column is; empty for one of the staff's own.
        cells (Mapping[int, Sequence[str]]): by row number, what stands in the file; nothing where it is not kept.
    """

    headings: list[str]
    names: list[str]
    cells: Mapping[int, Sequence[str]]

    def of(self, row: RosterRow) -> list[str]:
        """A row's cells with what was corrected in them, those with a problem marked."""
        bad = {problem[0] for problem in row.problems}
        written = self.cells.get(row.row_no) or [""] * len(self.names)
        return [_cell(row, text, name, name in bad) for text, name in zip(written, self.names, strict=False)]

    def beyond(self, row: RosterRow) -> Sequence[str]:
        """Cells of a row that has more than there are headings, as long as that is its problem."""
        return self.cells.get(row.row_no, ())[len(self.names) :] if any(not one[0] for one in row.problems) else ()


def _own_columns(roster: Roster) -> _Own:
    found = _original(roster)
    if found is None or found.matching is None:
        used = list(used_fields(roster))
        return _Own([_HEADINGS[name] for name in used], used, {})
    names = [""] * len(found.table.headings)
    for column in found.matching.used:
        names[column.index] = column.field.value
    return _Own(list(found.table.headings), names, dict(found.table.rows))


def used_fields(roster: Roster) -> tuple[str, ...]:
    """The columns of the file that were used, in its order."""
    named = roster.reading.get("used") or NEEDED
    return tuple(name for name in named if name in FIELDS)


def _original(roster: Roster) -> ReadFile | None:
    """The uploaded file, where it is kept."""
    try:
        return read(content=original_of(roster), file_name=roster.file_name, how=HowToRead.of(roster.choices))
    except IssuingError:
        return None


def _rows(roster: Roster) -> QuerySet[RosterRow]:
    """Rows that say whether those who need consent were asked."""
    return with_asked(roster.rows.order_by("row_no"), roster.badge, now=timezone.now())


def _with_problem(row: RosterRow, own: _Own) -> Sequence[str]:
    why = " ".join(problem[2] for problem in row.problems) or asked_label(row)
    said = [str(Disposition(row.disposition).label), Marked(why) if why else ""]
    # Else the row would be uploaded again without what shows that its cells have moved.
    return [str(row.row_no), *own.of(row), *said, *own.beyond(row)]


def _cell(row: RosterRow, written: str, name: str, is_bad: bool) -> str:
    if not name:
        return written
    text = getattr(row, name) if name in FIELDS else _whole_name(row, written, name)
    return Marked(text) if is_bad else text


def _whole_name(row: RosterRow, written: str, name: str) -> str:
    """As it is in the file, or, where it was corrected, with the comma that tells its parts apart."""
    split = split_name(written, last_first=name == sheets.Field.SORTABLE_NAME)
    is_same = (split.first, split.last) == (row.first_name, row.last_name)
    return written if is_same else f"{row.last_name}, {row.first_name}"


def _with_results(roster: Roster, own: _Own, say: Say) -> Iterator[Sequence[str]]:
    after = 0
    while rows := list(_rows(roster).filter(row_no__gt=after)[:CHUNK]):
        badges = reads.latest_issuances(rows)
        for row in rows:
            badge = badges.get(row.pk)
            mark = badge is None or badge.status in (IssuanceStatus.REJECTED, IssuanceStatus.CANCELLED)
            said = [Marked(text) if mark and text else text for text in say(row, badge)]
            yield [str(row.row_no), *own.of(row), *said]
        after = rows[-1].row_no
