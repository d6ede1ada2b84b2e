"""Confirms rosters and keeps their runs under control."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from issuing import enqueue, queries
from issuing.enums import Disposition, RosterStatus
from issuing.exceptions import AlreadyTaken, InvalidInput, IssuingError, NothingReady
from issuing.models import Roster, RosterRow, User
from issuing.services import audit, badges, connections, issuances, learners
from issuing.services.rosters.checking import check_again

FRESH = timedelta(minutes=10)
"""How old a check may be before Navigatr is asked again who has the badge."""


def confirm(*, roster: Roster, ready: int, by: User) -> int:
    """Issue the badge to every ready row of a checked roster; the rest stay on it by name.

    The rows are checked once more in the same transaction, and after ten minutes also against Navigatr, just before it.

    Args:
        ready (int): how many ready rows were shown to whoever confirms.

    Returns:
        How many are on their way.

    Raises:
        AlreadyTaken: it was confirmed already, by whom is said.
        NothingReady: no row can be issued.
        InvalidInput: other rows are ready by now than were shown; the roster shows them, nothing was sent.
        NavigatrError: who has the badge by now could not be read; nothing was sent.
    """
    issuances.check_issuable(roster.badge)
    if roster.checked_at < timezone.now() - FRESH:
        badges.read_recipients(roster.badge)
    with transaction.atomic():
        roster = _unconfirmed(roster)
        now = timezone.now()
        going, is_as_shown = _check_once_more(roster, ready, now)
        if is_as_shown:
            return _run(roster, going, by, now)
    # What the second check found stays written.
    raise _refusal(len(going), ready)


def _unconfirmed(roster: Roster) -> Roster:
    """The roster, locked."""
    locked = _locked(roster)
    if locked.status != RosterStatus.CHECKED:
        raise AlreadyTaken(_taken_sentence(locked))
    return locked


def _taken_sentence(roster: Roster) -> str:
    who = roster.confirmed_by.display_name if roster.confirmed_by else "somebody"
    when = f" on {timezone.localtime(roster.confirmed_at):%d %B %Y at %H:%M}" if roster.confirmed_at else ""
    return f"{roster} was confirmed already by {who}{when}; nothing was sent twice."


def _check_once_more(roster: Roster, ready: int, now: datetime) -> tuple[list[RosterRow], bool]:
    """The rows that are ready now, and whether they are those that were shown."""
    rows = list(roster.rows.select_related("learner").order_by("row_no"))
    _lock_learners(rows)
    changed = check_again(roster, rows, now=now)
    going = _ready(rows)
    return going, bool(going) and len(going) == ready and not _ready(changed)


def _refusal(now_ready: int, ready: int) -> IssuingError:
    if not now_ready:
        return NothingReady("No row of this roster can be issued as things stand; nothing was sent.")
    return InvalidInput(
        "Since this roster was checked things have changed, and other rows are ready than were shown "
        f"(now {now_ready}, then {ready}). Look at it again; nothing was sent."
    )


def _lock_learners(rows: Iterable[RosterRow]) -> None:
    """Lock whoever is to be sent the badge, in the order in which everybody locks several.

    Of two rosters with the same people the second so finds the first's run, and neither waits for the other in a ring.
    """
    found = {row.learner_id for row in _ready(rows) if row.learner_id is not None}
    for part in queries.batched(sorted(found)):
        learners.lock_many(part)


def _ready(rows: Iterable[RosterRow]) -> list[RosterRow]:
    return [row for row in rows if row.disposition == Disposition.READY]


def _run(roster: Roster, going: Sequence[RosterRow], by: User, now: datetime) -> int:
    issuances.queue_rows(roster=roster, rows=going, by=by, at=now)
    # A late answer to an earlier call can take a key between the check and the insert; it locks no learner.
    beaten = list(roster.rows.filter(disposition=Disposition.READY, issuances=None))
    if beaten:
        check_again(roster, beaten, now=now)
    sent = len(going) - len(beaten)
    _set(roster, RosterStatus.RUNNING, by, confirmed_at=now, confirmed_by=by)
    audit.record("confirm", roster, by=by, rows=sent)
    enqueue.send(roster.badge.provider.connection_id)
    return sent


def pause(*, roster: Roster, by: User) -> None:
    """Send no more of a run for now; what is on its way arrives.

    Raises:
        AlreadyTaken: it does not run.
    """
    with transaction.atomic():
        paused = _moved(roster, {RosterStatus.RUNNING}, RosterStatus.PAUSED, by)
        audit.record("pause", paused, by=by)


def resume(*, roster: Roster, by: User) -> None:
    """Send the rest of a paused run.

    Raises:
        AlreadyTaken: it is not paused.
    """
    with transaction.atomic():
        resumed = _moved(roster, {RosterStatus.PAUSED}, RosterStatus.RUNNING, by)
        audit.record("resume", resumed, by=by)
        enqueue.send(resumed.badge.provider.connection_id)


def stop(*, roster: Roster, by: User) -> int:
    """Cancel what of a run has not been sent, for good; returns how many rows.

    Raises:
        AlreadyTaken: it neither runs nor is paused.
    """
    with transaction.atomic():
        stopped = _moved(roster, {RosterStatus.RUNNING, RosterStatus.PAUSED}, RosterStatus.STOPPED, by)
        cancelled = stopped.cancel_waiting(at=timezone.now())
        audit.record("stop", stopped, by=by, rows=cancelled)
    return cancelled


def _moved(roster: Roster, sources: Collection[RosterStatus], to: RosterStatus, by: User) -> Roster:
    """The roster with its new status, locked; nobody is choosing a row of it at this moment."""
    connections.lock(roster.badge.provider.connection_id)
    locked = _locked(roster)
    if locked.status not in sources:
        raise AlreadyTaken(f"{locked} is now: {RosterStatus(locked.status).label}. Nothing was changed.")
    _set(locked, to, by)
    return locked


def _locked(roster: Roster) -> Roster:
    return Roster.objects.select_for_update(of=("self",)).select_related("badge__provider").get(pk=roster.pk)


def _set(roster: Roster, status: RosterStatus, by: User, **more: object) -> None:
    now = timezone.now()
    Roster.objects.filter(pk=roster.pk).update(status=status, changed_at=now, changed_by=by, **more)
