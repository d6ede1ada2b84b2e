"""Reads an uploaded file and says of each row what it may expect. Creates nothing but the roster itself, when saved."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from issuing import queries, sheets
from issuing.enums import Disposition, RowDecision
from issuing.exceptions import SheetError
from issuing.models import Badge, Roster, RosterRow, email_key
from issuing.models.inserting import insert_many
from issuing.services import badges, issuances
from issuing.services.rosters.dispositions import Facts, Placed, look_up, place, place_with
from issuing.services.rosters.reading import AS_FOUND, HowToRead, ReadFile, read

MAX_FILE_NAME = 255
_SHOWN_BY_NUMBER = {Disposition.READY, Disposition.ALREADY_ISSUED}
"""About these staff decide as a whole, so that what they were shown must still be so."""
_PERSON = ("first_name", "last_name", "email", "student_number", *issuances.DETAILS)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row of the file, what it may expect, and what is wrong with it."""

    person: sheets.PersonRow
    email_key: str
    placed: Placed


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read and checked against everything known at `at`.

    Args:
        said (str): one sentence on how the file was read.
        unused (tuple[str, ...]): headings of the columns that were not copied.
        recipients_hidden (int): recipients of this badge at Navigatr whose address it hides.
        reading (dict): how the file was read, as it is kept with a roster.
    """

    file_name: str
    sha256: str
    said: str
    unused: tuple[str, ...]
    rows: list[CheckedRow]
    recipients_hidden: int
    at: datetime
    reading: dict[str, Any] = attribute(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each disposition; every disposition is named."""
        return named_counts(Counter(row.placed.disposition for row in self.rows))


def named_counts(found: Mapping[Any, int]) -> dict[str, int]:
    """The same counts with every disposition named, in the order of `Disposition`.

    `left_out`, a decision and no finding, is named only where staff left somebody out.
    """
    counts = {disposition.value: found.get(disposition, 0) for disposition in Disposition}
    return {name: count for name, count in counts.items() if count or name != Disposition.LEFT_OUT}


def check(*, content: bytes, file_name: str, badge: Badge, how: HowToRead = AS_FOUND) -> Checked:
    """Read a file for a badge and place every row; reads the badge's recipients at Navigatr first.

    Args:
        how (HowToRead): what staff said of the file.

    Raises:
        SheetError: the file cannot be read without asking somebody, with the sentence that says what to do.
        InvalidInput: the badge cannot be issued.
        NavigatrError: who has the badge already could not be read, so nothing can be said of the rows.
    """
    found = read(content=content, file_name=file_name, how=how)
    if found.questions:
        raise SheetError(found.questions[0], found.asked)
    return check_people(found, badge)


def check_people(found: ReadFile, badge: Badge, recipients: badges.RecipientsRead | None = None) -> Checked:
    """Place every row of a file that was read and leaves nothing to be asked; the refusals are those of `check`.

    Args:
        recipients (RecipientsRead | None): the badge's recipients, where they were just read.
    """
    issuances.check_issuable(badge)
    recipients = recipients or badges.read_recipients(badge)
    now = timezone.now()
    keys = [_key(person) for person in found.people]
    facts = [_facts(person, key) for person, key in zip(found.people, keys, strict=True)]
    return Checked(
        file_name=storable_name(found.file_name),
        sha256=found.sha256,
        said=found.table.said,
        unused=found.matching.unused if found.matching else (),
        rows=[CheckedRow(*one) for one in zip(found.people, keys, place(badge, facts, now=now), strict=True)],
        recipients_hidden=recipients.hidden,
        at=now,
        reading=reading_of(found) | {"hidden": recipients.hidden},
    )


def as_issued_again(checked: Checked, badge: Badge) -> Checked:
    """The same, were it issued again to those who have the badge by now and can be sent it; nothing is written."""
    facts = [_facts(row.person, row.email_key) for row in checked.rows]
    known = look_up(badge, facts, now=checked.at)
    decided = [
        one if known.against_again(one.email_key) else replace(one, reissue_after=row.placed.holding.known)
        for one, row in zip(facts, checked.rows, strict=True)
    ]
    placed = place_with(known, decided)
    rows = [replace(row, placed=one) for row, one in zip(checked.rows, placed, strict=True)]
    return replace(checked, rows=rows)


def reading_of(found: ReadFile) -> dict[str, Any]:
    """How a file was read, as it is kept with a roster."""
    table, matching = found.table, found.matching
    unused = matching.unused if matching else ()
    return {
        "said": _storable(table.said),
        "unused": [_storable(heading) for heading in unused],
        "used": [field.value for field in matching.fields] if matching else [],
        "kind": table.kind,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "sheet": _storable(table.sheet),
        "header_row": table.header_row,
        "samples": [_storable(name) for name in found.letters],
        "questions": [question.value for question in found.questions],
        "births": _storable(found.births.heading) if found.births else "",
        "births_unread": found.births.unread if found.births else 0,
        "recalled": found.recalled.isoformat() if found.recalled else "",
    }


def _key(person: sheets.PersonRow) -> str:
    return "" if any(problem.field == "email" for problem in person.problems) else email_key(person.email)


def _facts(person: sheets.PersonRow, key: str) -> Facts:
    return Facts(person.row_no, person.first_name, person.last_name, key, person.student_number, bool(person.problems))


def write_rows(roster: Roster, rows: Iterable[CheckedRow]) -> None:
    """Write rows of a checked file, in the caller's transaction."""
    insert_many(RosterRow, (_row(row) for row in rows), common={"roster_id": roster.pk})


def _row(row: CheckedRow) -> dict[str, Any]:
    placed = {"disposition": row.placed.disposition.value, "learner_id": row.placed.learner_id}
    return values_of(row.person) | placed | {"row_no": row.person.row_no, "email_key": row.email_key}


def values_of(person: sheets.PersonRow) -> dict[str, Any]:
    """A person as the columns of a roster's row, with what is wrong."""
    return {
        "problems": [_problem(problem, person.suggestions) for problem in person.problems],
        "repairs": [_storable(sentence) for sentence in person.repaired],
        **{name: _kept(name, getattr(person, name)) for name in _PERSON},
    }


def _problem(problem: sheets.Problem, suggestions: Mapping[str, str]) -> list[str]:
    meant = suggestions.get(problem.field, "") if problem.field else ""
    return [problem.field, problem.code, _storable(problem.sentence), _storable(meant)]


def _kept(name: str, value: str | date | None) -> str:
    """As text; what is too long for its column, which only a row with that problem can be, is cut."""
    text = value.isoformat() if isinstance(value, date) else _storable(value or "")
    return text[: RosterRow._meta.get_field(name).max_length]  # type: ignore[union-attr]


def storable_name(file_name: str) -> str:
    """A file's name as a roster keeps it."""
    return _storable(file_name)[:MAX_FILE_NAME]


def _storable(text: str) -> str:
    """Without what a database does not take: NUL, and halves of characters as in a file name that is no UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def place_again(roster: Roster, rows: Sequence[RosterRow], *, now: datetime) -> list[Placed]:
    """What saved rows may expect now, in their order; nothing is written."""
    return place(roster.badge, [facts_of(row) for row in rows], now=now)


def check_again(
    roster: Roster,
    rows: Sequence[RosterRow],
    *,
    now: datetime,
    among: Collection[int] | None = None,
    as_placed: Sequence[Placed] | None = None,
) -> list[RosterRow]:
    """Place saved rows anew, in the caller's transaction; writes what changed and returns those rows.

    Args:
        among (Collection[int] | None): ids of the rows that may change; the others only count as earlier in the file.
        as_placed (Sequence[Placed] | None): what they may expect, where that was just asked.
    """
    changed, by_disposition, relearned = [], defaultdict(list), []
    touched = False
    found = place_again(roster, rows, now=now) if as_placed is None else as_placed
    for row, placed in zip(rows, found, strict=True):
        if among is not None and row.pk not in among:
            continue
        if row.disposition != placed.disposition:
            by_disposition[placed.disposition].append(row.pk)
            touched = touched or not _SHOWN_BY_NUMBER.isdisjoint((row.disposition, placed.disposition))
        if row.learner_id != placed.learner_id:
            relearned.append(row)
        if (row.disposition, row.learner_id) != (placed.disposition, placed.learner_id):
            row.disposition, row.learner_id = placed.disposition, placed.learner_id
            changed.append(row)
    _write(by_disposition, relearned)
    Roster.objects.filter(pk=roster.pk).update(checked_at=now, check_no=F("check_no") + int(touched))
    return changed


def facts_of(row: RosterRow) -> Facts:
    """A saved row as far as its disposition depends on it."""
    return Facts(
        row.row_no,
        row.first_name,
        row.last_name,
        row.email_key,
        row.student_number,
        bool(row.problems),
        same_as=row.decided_about_id if row.decision in (RowDecision.SAME_PERSON, RowDecision.NEW_ADDRESS) else None,
        is_left_out=row.decision == RowDecision.LEAVE_OUT,
        reissue_after=row.reissue_after,
    )


def _write(by_disposition: Mapping[Disposition, list[int]], relearned: Sequence[RosterRow]) -> None:
    for disposition, row_ids in by_disposition.items():
        for part in queries.batched(row_ids):
            RosterRow.objects.filter(pk__in=part).update(disposition=disposition)
    # Row by row, and much slower: few rows of a roster become known between two checks.
    RosterRow.objects.bulk_update(relearned, ["learner"], batch_size=500)
