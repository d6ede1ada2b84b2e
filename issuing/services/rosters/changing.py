"""Changes to what an uploaded file says, and to how it is read; each is checked again at once."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from issuing import sheets
from issuing.enums import Disposition, RosterStatus, RowDecision
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.fields import decrypt
from issuing.models import Learner, Roster, RosterRow, User, email_key
from issuing.queries import rosters as reads
from issuing.services import audit, learners
from issuing.services.rosters.checking import check_again, values_of
from issuing.services.rosters.reading import UNDER_13

NEEDED = ("first_name", "last_name", "email")
FIELDS = tuple(field.value for field in sheets.PERSON_FIELDS)
ABOUT_SOMEBODY = (RowDecision.SAME_PERSON, RowDecision.NEW_ADDRESS)
BEING_READ = "{roster} is still being read. Wait until its rows are there; nothing was changed and nothing sent."
GONE = "The uploaded file is not kept any more. Upload it again to read it in another way; nothing was changed."


def correct(*, roster: Roster, values: Mapping[int, Mapping[str, str]], by: User) -> None:
    """Replace values of rows that are not on their way, and check the roster again.

    Args:
        values: by row number, what was typed, by the names of `sheets.Field`; what is left out stays as it is.

    Raises:
        AlreadyTaken: a row's badge is on its way by now.
        InvalidInput: the roster has no such row, or is being read.
    """
    with transaction.atomic():
        roster = lock(roster)
        rows = {row.row_no: row for row in open_rows(roster, values)}
        for row_no, typed in values.items():
            _rewrite(rows[row_no], typed)
        Roster.objects.filter(pk=roster.pk).update(check_no=F("check_no") + 1)
        audit.record("correct", roster, by=by, rows=sorted(values))
        _place_all(roster, timezone.now())


def use_suggestions(*, roster: Roster, by: User) -> int:
    """Replace what looks mistyped by what was probably meant, in all rows that are not on their way; how many.

    Raises:
        InvalidInput: the roster is being read.
    """
    with transaction.atomic():
        roster = lock(roster)  # first: what a colleague has just corrected is no suggestion's any more
        rows = reads.left_out(roster).filter(disposition=Disposition.INVALID)
        found = {row.row_no: {name: meant for name, _code, _said, meant in row.problems if meant} for row in rows}
        values = {row_no: typed for row_no, typed in found.items() if typed}
        if values:
            correct(roster=roster, values=values, by=by)
    return len(values)


def accept(*, roster: Roster, row_no: int, code: str, by: User) -> None:
    """Take a value as it stands, though it looks mistyped; the refusals are those of `correct`."""
    with transaction.atomic():
        roster = lock(roster)
        (row,) = open_rows(roster, [row_no])
        if code not in row.accepted and code in sheets.KEEPABLE:
            row.accepted = [*row.accepted, code]
        _rewrite(row, {})
        Roster.objects.filter(pk=roster.pk).update(check_no=F("check_no") + 1)
        audit.record("accept", roster, by=by, row=row_no, code=code)
        _place_all(roster, timezone.now())


def _rewrite(row: RosterRow, typed: Mapping[str, str]) -> None:
    if any(getattr(row, name) != value for name, value in typed.items()):
        row.accepted = []
    # That cells have moved is settled by whoever types the whole row, not by a value put right in one of them.
    # That they are under 13 only the file says, and is settled by another.
    kept = [problem for problem in row.problems if problem[1] == UNDER_13]
    if not typed.keys() >= set(NEEDED):
        kept = [problem for problem in row.problems if not problem[0]]
    values = {name: typed.get(name, getattr(row, name)) for name in FIELDS}
    person = sheets.person(row.row_no, values, kept=row.accepted, day_first=row.roster.choices.get("day_first"))
    for name, value in values_of(person).items():
        setattr(row, name, value)
    row.problems += kept
    has_address = all(problem.field != "email" for problem in person.problems)
    _set_key(row, email_key(person.email) if has_address else "")
    if row.decision in ABOUT_SOMEBODY:
        row.decision, row.decided_about, row.decided_at, row.decided_by = RowDecision.NONE, None, None, None
    row.save()


def _set_key(row: RosterRow, key: str) -> None:
    """A row's address; that it is issued again to whoever had the other one says nothing of them."""
    if row.email_key != key:
        row.email_key, row.reissue_after = key, None


def decide(*, roster: Roster, row_no: int, decision: RowDecision, by: User) -> int:
    """Say whom a row is about, leave it out, or put it back; then check the roster again.

    A row that came with a learner's student number and another address gets the address on record, or the learner
    gets the row's.

    Returns:
        How many badges of the learner wait to go to the address they had until now.

    Raises:
        AlreadyTaken: its badge is on its way by now.
        InvalidInput: the roster has no such row, it is like nobody, or the new address is somebody else's.
    """
    waiting = 0
    with transaction.atomic():
        roster = lock(roster)
        (row,) = open_rows(roster, [row_no])
        about = _same_as(row, decision) if decision in ABOUT_SOMEBODY else None
        if about is not None and decision == RowDecision.NEW_ADDRESS:
            waiting = _moved(about, row, by)
        row.decision, row.decided_about = decision, about
        row.decided_at, row.decided_by = (timezone.now(), by) if decision else (None, None)
        row.save()
        Roster.objects.filter(pk=roster.pk).update(check_no=F("check_no") + 1)
        audit.record("decide", roster, by=by, row=row_no, decision=decision)
        _place_all(roster, timezone.now())
    return waiting


def _same_as(row: RosterRow, decision: RowDecision) -> Learner:
    """The learner the row is like, whose address it gets unless it is the other way round."""
    alike = reads.alike([row]).get(row.row_no)
    if row.disposition != Disposition.NEEDS_DECISION or alike is None:
        raise InvalidInput(f"Row {row.row_no} is like nobody we know by now. Look at it again; nothing was changed.")
    learner = alike.learner
    if learner.on_hold_since or learner.erased_at:
        raise InvalidInput(f"{learner} is on hold or was erased, and is sent nothing. Leave row {row.row_no} out.")
    if alike.by_number and decision == RowDecision.SAME_PERSON:
        row.email = learner.email
        _set_key(row, learner.email_key)
    return learner


def _moved(learner: Learner, row: RosterRow, by: User) -> int:
    """Give a learner the address of a row; how many of their badges wait to go to the old one."""
    person = learners.Person(learner.first_name, learner.last_name, row.email, learner.student_number)
    return learners.correct(learner=learner, person=person, by=by).waiting


def original_of(roster: Roster) -> bytes:
    """The uploaded file.

    Raises:
        InvalidInput: it is not kept any more.
        SecretUnreadable: the encryption keys do not fit.
    """
    kept = Roster.objects.values_list("original", flat=True).get(pk=roster.pk)
    if kept is None:
        raise InvalidInput(GONE)
    return decrypt(bytes(kept), str(roster.uuid))


def forget_original(*, roster: Roster, by: User) -> None:
    """Remove the uploaded file, with all columns that are not needed; the rows stay."""
    with transaction.atomic():
        roster = lock(roster)
        if Roster.objects.filter(pk=roster.pk, original__isnull=False).update(original=None, keeps_original=False):
            audit.record("forget", roster, by=by)


def keep_original(*, roster: Roster, by: User) -> None:
    """Keep the uploaded file after the roster is confirmed, so that its columns stand in the results.

    Raises:
        AlreadyTaken: the roster was confirmed meanwhile.
        InvalidInput: the file is not kept any more.
    """
    with transaction.atomic():
        roster = lock_unconfirmed(roster)
        if not Roster.objects.filter(pk=roster.pk, original__isnull=False).update(keeps_original=True):
            raise InvalidInput(GONE)
        audit.record("keep", roster, by=by)


def delete(*, roster: Roster, by: User) -> None:
    """Delete an upload that was not confirmed, with its rows and its file.

    Raises:
        AlreadyTaken: it was confirmed, by whom is said.
    """
    with transaction.atomic():
        roster = lock_unconfirmed(roster)
        audit.record("delete", roster, by=by, badge=roster.badge.navigatr_id)
        roster.delete()


def refresh(*, roster: Roster) -> bool:
    """Place the rows that are still to go anew, where consent or anything else they depend on was written since.

    Returns:
        Whether it was needed.
    """
    if roster.status == RosterStatus.UPLOADED or not reads.is_out_of_date(roster, timezone.now()):
        return False
    with transaction.atomic():
        _place_all(lock(roster), timezone.now())
    return True


def _place_all(roster: Roster, now: datetime) -> None:
    rows = list(roster.rows.order_by("row_no"))
    check_again(roster, rows, now=now, among=open_ids(roster))


def open_ids(roster: Roster) -> set[int] | None:
    """Ids of the rows that may still change; None where all may."""
    return None if roster.status == RosterStatus.CHECKED else set(reads.left_out(roster).values_list("pk", flat=True))


def open_rows(roster: Roster, row_nos: Collection[int]) -> list[RosterRow]:
    """These rows, none of whose badges is on its way.

    Raises:
        AlreadyTaken: one is.
        InvalidInput: the roster has no such row.
    """
    if roster.status == RosterStatus.UPLOADED:
        raise InvalidInput(BEING_READ.format(roster=roster))
    wanted = set(row_nos)
    rows = list(roster.rows.filter(row_no__in=wanted).select_related("learner"))
    if len(rows) != len(wanted):
        raise InvalidInput(f"{roster} has no such row; was it read again meanwhile? Nothing was changed.")
    going = reads.left_out(roster).filter(pk__in=[row.pk for row in rows]).count()
    if going != len(rows):
        raise AlreadyTaken("A badge of these rows was confirmed already. Look at the run; nothing was changed.")
    return rows


def lock(roster: Roster) -> Roster:
    """The roster as it is now, locked until the transaction ends."""
    found = Roster.objects.select_for_update(of=("self",)).select_related("badge__provider").filter(pk=roster.pk)
    locked = found.first()
    if locked is None:
        raise AlreadyTaken("A colleague deleted this upload a moment ago; nothing was sent.")
    return locked


def lock_unconfirmed(roster: Roster) -> Roster:
    """The same, of a roster that is not confirmed.

    Raises:
        AlreadyTaken: it was confirmed, by whom is said.
    """
    locked = lock(roster)
    if locked.confirmed_at is not None:
        raise AlreadyTaken(taken_sentence(locked))
    return locked


def taken_sentence(roster: Roster) -> str:
    """By whom a roster was confirmed, and when."""
    who = roster.confirmed_by.display_name if roster.confirmed_by else "somebody"
    when = f" on {timezone.localtime(roster.confirmed_at):%d %B %Y at %H:%M}" if roster.confirmed_at else ""
    return f"{roster} was confirmed already by {who}{when}; nothing was sent twice."
