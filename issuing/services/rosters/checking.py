"""Reads an uploaded file and says of each row what it may expect. Creates nothing but the roster itself, when saved."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from issuing import queries, sheets
from issuing.enums import Disposition
from issuing.models import Badge, Roster, RosterRow, User, email_key
from issuing.services import audit, badges, issuances
from issuing.services.rosters.dispositions import Facts, Placed, place
from issuing.validators import clean_line

CHUNK = 1000
MAX_GROUP = 200
MAX_FILE_NAME = 255
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
    """

    file_name: str
    sha256: str
    said: str
    unused: tuple[str, ...]
    rows: list[CheckedRow]
    recipients_hidden: int
    at: datetime

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each disposition; every disposition is named."""
        return named_counts(Counter(row.placed.disposition for row in self.rows))


def named_counts(found: Mapping[Any, int]) -> dict[str, int]:
    """The same counts with every disposition named, in the order of `Disposition`."""
    return {disposition.value: found.get(disposition, 0) for disposition in Disposition}


def check(*, content: bytes, file_name: str, badge: Badge) -> Checked:
    """Read a file for a badge and place every row; reads the badge's recipients at Navigatr first.

    Raises:
        SheetError: the file cannot be read, with the sentence that says what to do.
        InvalidInput: the badge cannot be issued.
        NavigatrError: who has the badge already could not be read, so nothing can be said of the rows.
    """
    table = sheets.read_table(content, name=file_name)
    matching = sheets.match_columns(table)
    issuances.check_issuable(badge)
    recipients = badges.read_recipients(badge)
    now = timezone.now()
    people = sheets.people(table, matching)
    keys = [_key(person) for person in people]
    placed = place(badge, [_facts(person, key) for person, key in zip(people, keys, strict=True)], now=now)
    return Checked(
        file_name=_storable(file_name)[:MAX_FILE_NAME],
        sha256=hashlib.sha256(content).hexdigest(),
        said=table.said,
        unused=matching.unused,
        rows=[CheckedRow(*one) for one in zip(people, keys, placed, strict=True)],
        recipients_hidden=recipients.hidden,
        at=now,
    )


def _key(person: sheets.PersonRow) -> str:
    return "" if any(problem.field == "email" for problem in person.problems) else email_key(person.email)


def _facts(person: sheets.PersonRow, key: str) -> Facts:
    return Facts(person.row_no, person.first_name, person.last_name, key, person.student_number, bool(person.problems))


def save(*, checked: Checked, badge: Badge, group: str = "", by: User) -> Roster:
    """Keep a checked file as a roster with its rows; nothing is sent and no learner is made.

    Args:
        group (str): the course or group it is for.

    Raises:
        InvalidInput: the group's name cannot be used.
    """
    group = clean_line(group, label="course or group", most=MAX_GROUP)
    with transaction.atomic():
        roster = Roster.objects.create(
            badge=badge,
            group=group,
            file_name=checked.file_name,
            file_sha256=checked.sha256,
            reading={"said": _storable(checked.said), "unused": [_storable(heading) for heading in checked.unused]},
            uploaded_at=checked.at,
            uploaded_by=by,
            checked_at=checked.at,
        )
        RosterRow.objects.bulk_create((_row(roster, row) for row in checked.rows), batch_size=CHUNK)
        audit.record("check", roster, by=by, rows=len(checked.rows), badge=badge.navigatr_id)
    return roster


def _row(roster: Roster, row: CheckedRow) -> RosterRow:
    return RosterRow(
        roster=roster,
        row_no=row.person.row_no,
        email_key=row.email_key,
        problems=[[problem.field, problem.code, _storable(problem.sentence)] for problem in row.person.problems],
        disposition=row.placed.disposition,
        learner_id=row.placed.learner_id,
        **{name: _kept(name, getattr(row.person, name)) for name in _PERSON},
    )


def _kept(name: str, value: str | date | None) -> str:
    """As text; what is too long for its column, which only a row with that problem can be, is cut."""
    text = value.isoformat() if isinstance(value, date) else _storable(value or "")
    return text[: RosterRow._meta.get_field(name).max_length]  # type: ignore[union-attr]


def _storable(text: str) -> str:
    """Without what a database does not take: NUL, and halves of characters as in a file name that is no UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def check_again(roster: Roster, rows: Sequence[RosterRow], *, now: datetime) -> list[RosterRow]:
    """Place saved rows anew, in the caller's transaction; writes what changed and returns those rows."""
    facts = [
        Facts(row.row_no, row.first_name, row.last_name, row.email_key, row.student_number, bool(row.problems))
        for row in rows
    ]
    changed, by_disposition, relearned = [], defaultdict(list), []
    for row, placed in zip(rows, place(roster.badge, facts, now=now), strict=True):
        if row.disposition != placed.disposition:
            by_disposition[placed.disposition].append(row.pk)
        if row.learner_id != placed.learner_id:
            relearned.append(row)
        if (row.disposition, row.learner_id) != (placed.disposition, placed.learner_id):
            row.disposition, row.learner_id = placed.disposition, placed.learner_id
            changed.append(row)
    _write(by_disposition, relearned)
    Roster.objects.filter(pk=roster.pk).update(checked_at=now)
    return changed


def _write(by_disposition: Mapping[Disposition, list[int]], relearned: Sequence[RosterRow]) -> None:
    for disposition, row_ids in by_disposition.items():
        for part in queries.batched(row_ids):
            RosterRow.objects.filter(pk__in=part).update(disposition=disposition)
    # Row by row, and much slower: few rows of a roster become known between two checks.
    RosterRow.objects.bulk_update(relearned, ["learner"], batch_size=500)
