"""Erases a learner: everything that names them goes, in one transaction; what proves what was done stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from issuing.enums import IssuanceStatus, RosterStatus
from issuing.exceptions import AlreadyTaken, InvalidInput, NotPermitted
from issuing.models import Erasure, Learner, Roster, User
from issuing.permissions import is_manager
from issuing.queries import personal
from issuing.services import audit, learners
from issuing.services.erasure import blanking, files, sweeping
from issuing.services.erasure.naming import Names
from issuing.validators import clean_line

MAX_NOTE = 500
ON_THE_WAY = (IssuanceStatus.SENDING, IssuanceStatus.UNCONFIRMED)
UNSETTLED = (
    "A badge of theirs is just being sent, or Navigatr is being asked whether it was, for which their address is "
    "needed. Erase them once that has ended; nothing was changed."
)
NAMED = (
    "The note on how identity was checked is kept, so it must not name the person. Leave out their names, address and "
    "student number; nothing was changed."
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing came to.

    Args:
        cancelled (int): badges that waited, or had been refused, and are not sent.
        rows (int): rows of class lists that were blanked.
        uploads (int): unread uploads that were removed, because their file names the person.
    """

    erasure: Erasure
    cancelled: int
    rows: int
    uploads: int


def erase(*, learner: Learner, identity_note: str, by: User) -> Erased:
    """Erase a learner for good, and put them on the list by which a restored backup is cleaned of them.

    Kept are the keyed hash of the address, answers with their days, routes and wording, and that badges were sent and
    when. What the database freed is overwritten once the transaction has ended. Locks rosters, then the learner, then
    badges.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput: the note is empty, too long or names the person; or a badge is on its way and must arrive first.
        AlreadyTaken: they were erased or merged meanwhile, or a class list about them changed at this very moment.
    """
    if not is_manager(by):
        raise NotPermitted("Only a manager may erase somebody.")
    note = _checked(identity_note, learner)
    unread = files.unread_naming(names_of(learner))
    now = timezone.now()
    with transaction.atomic():
        of_rows, unread = locked_files(learner, unread)
        locked = learners.lock_present(learner.pk)
        check_whole(locked, [*of_rows, *unread])
        check_settled(locked)
        erasure = Erasure.objects.create(**_told(locked), erased_at=now, erased_by=by, identity_note=note)
        done = blank(locked, of_rows=of_rows, unread=unread, erasure=erasure, by=by, at=now)
        transaction.on_commit(lambda: sweeping.after(erasure))
    return done


def blank(
    learner: Learner,
    *,
    of_rows: Sequence[Roster],
    unread: Sequence[Roster],
    erasure: Erasure,
    by: User | None,
    at: datetime,
) -> Erased:
    """Blank everything about a locked learner, in the caller's transaction."""
    names = names_of(learner)
    cancelled = blanking.cancel_waiting(learner, at)
    rows = files.blank_rows(learner)
    files.forget(of_rows, unread, names)
    blanking.acts(learner)
    blanking.issuances(learner)
    blanking.address_elsewhere(learner)
    blanking.consent(learner)
    blanking.asking(learner, at, by)
    blanking.requests(learner, at, by)
    blanking.learner_itself(learner, erasure.erased_at)
    sweeping.forget_tasks(names)
    audit.record("erase", learner, by=by, cancelled=cancelled, rows=rows, uploads=len(unread))
    return Erased(erasure, cancelled, rows, len(unread))


def check_whole(learner: Learner, rosters: Sequence[Roster]) -> None:
    """Refuse where a roster about the locked learner is not among those that were locked before them.

    Raises:
        AlreadyTaken: two entries were merged, or a list was uploaded, at this very moment.
    """
    if files.with_rows(learner).exclude(pk__in=[one.pk for one in rosters]).exists():
        raise AlreadyTaken("A class list about this person changed just now. Nothing was changed; do it again.")


def check_settled(learner: Learner) -> None:
    """Lock their badges, and refuse while the end of a call for them is not known: settling it needs their address.

    Raises:
        InvalidInput: with the sentence that says what to wait for.
    """
    badges = learner.issuances.all() | personal.sent_elsewhere(learner)
    # Locked before they are looked at: those of others, to the same address, may be claimed at this very moment.
    locked = badges.order_by("pk").select_for_update(no_key=True)
    if not set(ON_THE_WAY).isdisjoint(locked.values_list("status", flat=True)):
        raise InvalidInput(UNSETTLED)


def names_of(learner: Learner) -> Names:
    """Everything under which they are or were known here."""
    badges = list(learner.issuances.values_list("first_name", "last_name", "email").distinct())
    rows = list(personal.rows_about(learner).order_by().values_list("first_name", "last_name", "email").distinct())
    told = [(learner.first_name, learner.last_name, learner.email), *badges, *rows]
    return Names.of(
        [(first, last) for first, last, _email in told], [learner.student_number, *(one[2] for one in told)]
    )


def locked_files(learner: Learner, unread: Sequence[Roster]) -> tuple[list[Roster], list[Roster]]:
    """The rosters with rows about them, and those of `unread` that are unread still, locked in the order of keys."""
    wanted = {one.pk for one in [*files.with_rows(learner), *unread]}
    found = list(Roster.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
    still = [one for one in found if one.status == RosterStatus.UPLOADED]
    return [one for one in found if one not in still], still


def _checked(note: str, learner: Learner) -> str:
    note = clean_line(note, label="note", most=MAX_NOTE)
    if not note:
        raise InvalidInput("Say how you made sure that it was they who asked.")
    if names_of(learner).touch(note):
        raise InvalidInput(NAMED)
    return note


def _told(learner: Learner) -> dict[str, object]:
    return {
        "learner_uuid": learner.uuid,
        "email_keys": personal.keys_of(learner),
        "entries": [str(one.uuid) for one in personal.entries_of(learner)],
    }
