"""Confirms rosters and keeps their runs under control."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from issuing import enqueue
from issuing.enums import Disposition, IssuanceStatus, RosterStatus, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput, NothingReady
from issuing.models import Issuance, Roster, RosterRow, User
from issuing.services import audit, issuances
from issuing.services.rosters.checking import check_again


def confirm(*, roster: Roster, ready: int, by: User) -> int:
    """Issue the badge to every ready row of a checked roster; the rest stay on it by name.

    The rows are checked once more in the same transaction.

    Args:
        ready (int): how many ready rows were shown to whoever confirms.

    Returns:
        How many are on their way.

    Raises:
        AlreadyTaken: it was confirmed already, by whom is said.
        NothingReady: no row can be issued.
        InvalidInput: other rows are ready by now than were shown; the roster shows them, nothing was sent.
    """
    issuances.check_issuable(roster.badge)
    with transaction.atomic():
        roster = _locked(roster)
        if roster.status != RosterStatus.CHECKED:
            raise AlreadyTaken(f"{roster} was confirmed already by {roster.confirmed_by}; nothing was sent twice.")
        now = timezone.now()
        rows = list(roster.rows.select_related("learner").order_by("row_no"))
        changed = check_again(roster, rows, now=now)
        going = [row for row in rows if row.disposition == Disposition.READY]
        as_shown = len(going) == ready and not any(row.disposition == Disposition.READY for row in changed)
        if going and as_shown:
            return _run(roster, going, by, now)
    # What the second check found stays written.
    if not going:
        raise NothingReady("No row of this roster can be issued as things stand; nothing was sent.")
    raise InvalidInput(
        f"Since this roster was checked things have changed: {len(going)} people are ready now, and {ready} were. "
        "Look at it again; nothing was sent."
    )


def _run(roster: Roster, going: Sequence[RosterRow], by: User, now: datetime) -> int:
    issuances.queue_rows(roster=roster, rows=going, by=by, at=now)
    # Taken between the check and the insert, by somebody who confirmed the same person elsewhere.
    beaten = roster.rows.filter(disposition=Disposition.READY, issuances=None)
    sent = len(going) - beaten.update(disposition=Disposition.IN_ANOTHER_RUN)
    _set(roster, RosterStatus.RUNNING, by, confirmed_at=now, confirmed_by=by)
    audit.record("confirm", roster, by=by, rows=sent)
    enqueue.send(roster.badge.provider.connection_id)
    return sent


def pause(*, roster: Roster, by: User) -> None:
    """Send no more of a run for now; what is on its way arrives."""
    _move(roster, "pause", {RosterStatus.RUNNING}, RosterStatus.PAUSED, by)


def resume(*, roster: Roster, by: User) -> None:
    """Send the rest of a paused run."""
    with transaction.atomic():
        _move(roster, "resume", {RosterStatus.PAUSED}, RosterStatus.RUNNING, by)
        enqueue.send(roster.badge.provider.connection_id)


def stop(*, roster: Roster, by: User) -> int:
    """Cancel what of a run has not been sent, for good; returns how many rows."""
    with transaction.atomic():
        _move(roster, "stop", {RosterStatus.RUNNING, RosterStatus.PAUSED}, RosterStatus.STOPPED, by)
        now = timezone.now()
        waiting = Issuance.objects.filter(roster=roster, status=IssuanceStatus.QUEUED)
        return sum(
            Issuance.step(
                issuance_id,
                attempt_no=attempt_no,
                sources=[IssuanceStatus.QUEUED],
                to=IssuanceStatus.CANCELLED,
                at=now,
                reason=StatusReason.STOPPED_BY_STAFF,
            )
            for issuance_id, attempt_no in list(waiting.values_list("pk", "attempt_no"))
        )


def _move(roster: Roster, verb: str, sources: Collection[RosterStatus], to: RosterStatus, by: User) -> None:
    with transaction.atomic():
        locked = _locked(roster)
        if locked.status not in sources:
            raise AlreadyTaken(f"{locked} is {RosterStatus(locked.status).label.lower()} by now; nothing was changed.")
        _set(locked, to, by)
        audit.record(verb, locked, by=by)


def _locked(roster: Roster) -> Roster:
    return Roster.objects.select_for_update(of=("self",)).select_related("badge__provider").get(pk=roster.pk)


def _set(roster: Roster, status: RosterStatus, by: User, **more: object) -> None:
    now = timezone.now()
    Roster.objects.filter(pk=roster.pk).update(status=status, changed_at=now, changed_by=by, **more)
