"""Reads an uploaded file and says of each row what it may expect. Creates nothing but the roster itself, when saved."""

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from issuing import queries, sheets
from issuing.enums import Disposition, RowDecision
from issuing.fields import encrypt
from issuing.models import Badge, Roster, RosterRow, User, email_key
from issuing.services import audit, badges, issuances
from issuing.services.rosters.dispositions import Facts, Placed, place
from issuing.validators import clean_line

CHUNK = 1000
MAX_GROUP = 200
MAX_FILE_NAME = 255
MOST_SAMPLES = 3
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
        used (tuple[str, ...]): the fields that were, in the order of the file.
        kind, encoding, delimiter (str): how it was read; the latter two are empty for a workbook.
        samples (tuple[str, ...]): a few names with accents, by which a wrong encoding is seen.
        recipients_hidden (int): recipients of this badge at Navigatr whose address it hides.
    """

    file_name: str
    sha256: str
    said: str
    unused: tuple[str, ...]
    rows: list[CheckedRow]
    recipients_hidden: int
    at: datetime
    used: tuple[str, ...] = ()
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    samples: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each disposition; every disposition is named."""
        return named_counts(Counter(row.placed.disposition for row in self.rows))

    @property
    def reading(self) -> dict[str, Any]:
        """How the file was read, as it is kept with a roster."""
        return {
            "said": _storable(self.said),
            "unused": [_storable(heading) for heading in self.unused],
            "used": list(self.used),
            "kind": self.kind,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "samples": [_storable(name) for name in self.samples],
            "hidden": self.recipients_hidden,
        }


def named_counts(found: Mapping[Any, int]) -> dict[str, int]:
    """The same counts with every disposition named, in the order of `Disposition`.

    `left_out`, a decision and no finding, is named only where staff left somebody out.
    """
    counts = {disposition.value: found.get(disposition, 0) for disposition in Disposition}
    return {name: count for name, count in counts.items() if count or name != Disposition.LEFT_OUT}


def check(
    *, content: bytes, file_name: str, badge: Badge, encoding: str | None = None, delimiter: str | None = None
) -> Checked:
    """Read a file for a badge and place every row; reads the badge's recipients at Navigatr first.

    Args:
        encoding (str | None): of a CSV file, where staff chose one.
        delimiter (str | None): of a CSV file, where staff chose one.

    Raises:
        SheetError: the file cannot be read, with the sentence that says what to do.
        InvalidInput: the badge cannot be issued.
        NavigatrError: who has the badge already could not be read, so nothing can be said of the rows.
    """
    choices = sheets.Choices(encoding=encoding, delimiter=delimiter)
    table = sheets.certain(sheets.read_table(content, name=file_name, choices=choices))
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
        used=tuple(field.value for field in matching.fields),
        kind=table.kind,
        encoding=table.encoding,
        delimiter=table.delimiter,
        samples=_samples(people),
    )


def _samples(people: Iterable[sheets.PersonRow]) -> tuple[str, ...]:
    names = (name for person in people for name in (person.first_name, person.last_name))
    accented = dict.fromkeys(name[:40] for name in names if not name.isascii())
    return tuple(accented)[:MOST_SAMPLES]


def _key(person: sheets.PersonRow) -> str:
    return "" if any(problem.field == "email" for problem in person.problems) else email_key(person.email)


def _facts(person: sheets.PersonRow, key: str) -> Facts:
    return Facts(person.row_no, person.first_name, person.last_name, key, person.student_number, bool(person.problems))


def save(
    *,
    checked: Checked,
    badge: Badge,
    group: str = "",
    by: User,
    original: bytes = b"",
    token: uuid.UUID | None = None,
) -> Roster:
    """Keep a checked file as a roster with its rows; nothing is sent and no learner is made.

    Args:
        group (str): the course or group it is for.
        original (bytes): the file, kept encrypted until the roster is confirmed, to be read in another way.
        token (UUID | None): becomes the roster's uuid. The same again is the same upload: a form sent twice makes one.

    Raises:
        InvalidInput: the group's name cannot be used.
    """
    group = clean_line(group, label="course or group", most=MAX_GROUP)
    token = token or uuid.uuid4()
    with transaction.atomic():
        roster, is_new = Roster.objects.get_or_create(uuid=token, defaults=_new(checked, badge, group, by))
        if not is_new:
            is_same = (roster.file_sha256, roster.badge_id) == (checked.sha256, badge.pk)
            return roster if is_same else save(checked=checked, badge=badge, group=group, by=by, original=original)
        if original:
            Roster.objects.filter(pk=roster.pk).update(original=encrypt(original, str(token)))
        write_rows(roster, checked)
        audit.record("check", roster, by=by, rows=len(checked.rows), badge=badge.navigatr_id)
    return roster


def _new(checked: Checked, badge: Badge, group: str, by: User) -> dict[str, Any]:
    return {
        "badge": badge,
        "group": group,
        "file_name": checked.file_name,
        "file_sha256": checked.sha256,
        "reading": checked.reading,
        "uploaded_at": checked.at,
        "uploaded_by": by,
        "checked_at": checked.at,
    }


def write_rows(roster: Roster, checked: Checked) -> None:
    """Write the rows of a checked file, in the caller's transaction."""
    RosterRow.objects.bulk_create((_row(roster, row) for row in checked.rows), batch_size=CHUNK)


def _row(roster: Roster, row: CheckedRow) -> RosterRow:
    return RosterRow(
        roster=roster,
        row_no=row.person.row_no,
        email_key=row.email_key,
        disposition=row.placed.disposition,
        learner_id=row.placed.learner_id,
        **values_of(row.person),
    )


def values_of(person: sheets.PersonRow) -> dict[str, Any]:
    """A person as the columns of a roster's row, with what is wrong."""
    return {
        "problems": [[problem.field, problem.code, _storable(problem.sentence)] for problem in person.problems],
        **{name: _kept(name, getattr(person, name)) for name in _PERSON},
    }


def _kept(name: str, value: str | date | None) -> str:
    """As text; what is too long for its column, which only a row with that problem can be, is cut."""
    text = value.isoformat() if isinstance(value, date) else _storable(value or "")
    return text[: RosterRow._meta.get_field(name).max_length]  # type: ignore[union-attr]


def _storable(text: str) -> str:
    """Without what a database does not take: NUL, and halves of characters as in a file name that is no UTF-8."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def check_again(
    roster: Roster, rows: Sequence[RosterRow], *, now: datetime, among: Collection[int] | None = None
) -> list[RosterRow]:
    """Place saved rows anew, in the caller's transaction; writes what changed and returns those rows.

    Args:
        among (Collection[int] | None): ids of the rows that may change; the others only count as earlier in the file.
    """
    changed, by_disposition, relearned = [], defaultdict(list), []
    touched = False
    for row, placed in zip(rows, place(roster.badge, [facts_of(row) for row in rows], now=now), strict=True):
        if among is not None and row.pk not in among:
            continue
        if row.disposition != placed.disposition:
            by_disposition[placed.disposition].append(row.pk)
            touched = touched or Disposition.READY in (row.disposition, placed.disposition)
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
        same_as=row.decided_about_id if row.decision == RowDecision.SAME_PERSON else None,
        is_left_out=row.decision == RowDecision.LEAVE_OUT,
    )


def _write(by_disposition: Mapping[Disposition, list[int]], relearned: Sequence[RosterRow]) -> None:
    for disposition, row_ids in by_disposition.items():
        for part in queries.batched(row_ids):
            RosterRow.objects.filter(pk__in=part).update(disposition=disposition)
    # Row by row, and much slower: few rows of a roster become known between two checks.
    RosterRow.objects.bulk_update(relearned, ["learner"], batch_size=500)
