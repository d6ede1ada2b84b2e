"""Confirms rosters and keeps their runs under control."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from issuing import enqueue, queries
from issuing.enums import Disposition, IssuanceStatus, RosterStatus
from issuing.exceptions import AlreadyTaken, InvalidInput, IssuingError, NothingReady
from issuing.models import Issuance, Learner, Roster, RosterRow, User
from issuing.queries import rosters as reads
from issuing.services import audit, badges, connections, consent, issuances, learners
from issuing.services.rosters.changing import BEING_READ, lock, lock_unconfirmed, open_ids
from issuing.services.rosters.checking import check_again, place_again
from issuing.services.rosters.dispositions import Placed
from issuing.services.rosters.reading import UNDER_13
from issuing.workflow.likeness import same_name

LATEST_START = timedelta(days=366)
Again = Mapping[int, issuances.Numbered]
"""By the row's id, the number it gets, of those who had the badge before."""
MOST_NEWS = 5
"""Rows that are named one by one where others are ready than were shown."""


def confirm(
    *, roster: Roster, ready: int, by: User, check_no: int | None = None, start_at: datetime | None = None
) -> int:
    """Issue the badge to every ready row of a checked roster; the rest stay on it by name.

    The rows are checked once more in the same transaction, and after ten minutes also against Navigatr, just before it.
    The uploaded file is removed, unless staff want its columns in the results.

    Args:
        ready (int): how many ready rows were shown to whoever confirms.
        check_no (int | None): the roster's `check_no` when they were shown.
        start_at (datetime | None): not before this time; aware.

    Returns:
        How many are on their way.

    Raises:
        AlreadyTaken: it was confirmed already, by whom is said.
        NothingReady: no row can be issued.
        InvalidInput: other rows are ready by now than were shown; the roster shows them, nothing was sent. Or the
            start lies in the past or too far ahead.
        NavigatrError: who has the badge by now could not be read; nothing was sent.
    """
    _check_start(start_at, timezone.now())
    _prepare(roster)
    with transaction.atomic():
        roster = lock_unconfirmed(roster)
        if roster.status == RosterStatus.UPLOADED:
            raise InvalidInput(BEING_READ.format(roster=roster))
        now = timezone.now()
        going, changed, again = _check_once_more(roster, now)
        if _is_as_shown(going, changed, ready, check_no in (None, roster.check_no)):
            sent = _queue(roster, going, again, by, now, start_at)
            _note_young(roster, by)
            _set(roster, RosterStatus.RUNNING, by, confirmed_at=now, confirmed_by=by)
            if not roster.keeps_original:
                Roster.objects.filter(pk=roster.pk).update(original=None)
            return sent
    # What the second check found stays written.
    raise _refusal(going, changed, ready)


def confirm_more(*, roster: Roster, ready: int, by: User, check_no: int | None = None) -> int:
    """Issue the badge to those rows of a confirmed roster that were left out and are ready by now.

    A stopped run goes on with them alone; a paused one keeps them until it is resumed. Arguments, result and refusals
    are those of `confirm`; a roster that was not confirmed yet is refused.
    """
    _prepare(roster)
    with transaction.atomic():
        roster = lock(roster)
        if roster.confirmed_at is None:
            raise InvalidInput(f"{roster} was not confirmed yet. Confirm it first; nothing was sent.")
        now = timezone.now()
        going, changed, again = _check_once_more(roster, now)
        if _is_as_shown(going, changed, ready, check_no in (None, roster.check_no)):
            sent = _queue(roster, going, again, by, now, None)
            _note_young(roster, by)
            goes_on = roster.status == RosterStatus.STOPPED
            _set(roster, RosterStatus.RUNNING if goes_on else RosterStatus(roster.status), by)
            return sent
    raise _refusal(going, changed, ready)


def _check_start(start_at: datetime | None, now: datetime) -> None:
    if start_at is None:
        return
    if start_at < now - timedelta(minutes=1):
        raise InvalidInput("The start lies in the past. Choose a later time, or start now; nothing was sent.")
    if start_at > now + LATEST_START:
        raise InvalidInput("The start is more than a year ahead; is it mistyped? Nothing was sent.")


def _prepare(roster: Roster) -> None:
    """Ask, before anything is locked, what only Navigatr knows."""
    issuances.check_issuable(roster.badge)
    asked_at = roster.badge.recipients_read_at
    if asked_at is None or min(asked_at, roster.checked_at) < timezone.now() - badges.FRESH:
        badges.read_recipients(roster.badge)


def _check_once_more(roster: Roster, now: datetime) -> tuple[list[RosterRow], list[RosterRow], Again]:
    """The rows that are ready to go now, those about which the earlier check was wrong, and who of them had it."""
    rows = list(roster.rows.select_related("learner").order_by("row_no"))
    among = open_ids(roster)
    mine = rows if among is None else [row for row in rows if row.pk in among]
    _lock_learners(mine, _young(roster))
    placed = place_again(roster, rows, now=now)
    changed = check_again(roster, rows, now=now, among=among, as_placed=placed)
    return _ready(mine), changed, _again(roster, _ready(mine), dict(zip((row.pk for row in rows), placed, strict=True)))


def _again(roster: Roster, going: Sequence[RosterRow], placed: Mapping[int, Placed]) -> Again:
    """Of those who had the badge, the numbers that follow from what the check found: a later answer takes its key."""
    had = [(row, placed[row.pk].holding) for row in going if placed[row.pk].holding.known]
    why = roster.reissue_reason
    return {row.pk: issuances.numbered(one, why if row.reissue_after is not None else "") for row, one in had}


def _is_as_shown(going: Sequence[RosterRow], changed: Iterable[RosterRow], ready: int, is_same_check: bool) -> bool:
    return bool(going) and len(going) == ready and is_same_check and not _ready(changed)


def _refusal(going: Sequence[RosterRow], changed: Sequence[RosterRow], ready: int) -> IssuingError:
    if not going:
        return NothingReady("No row of this roster can be issued as things stand; nothing was sent.")
    news = [f"Row {row.row_no}: {Disposition(row.disposition).label}." for row in changed[:MOST_NEWS]]
    more = [f"And {len(changed) - MOST_NEWS:,} more."] if len(changed) > MOST_NEWS else []
    said = (
        "Since this roster was checked things have changed, and other rows are ready than were shown "
        f"(now {len(going)}, then {ready}). Look at it again; nothing was sent."
    )
    return InvalidInput(" ".join([said, *news, *more]))


def _young(roster: Roster) -> set[int]:
    """Learners who are under 13 by the file, and of whom that is not noted; not who only shares the address."""
    if not roster.reading.get("births"):
        return set()
    rows = roster.rows.filter(disposition=Disposition.INVALID).exclude(email_key="")
    said = {row.email_key: row for row in rows if any(code == UNDER_13 for _field, code, *_said in row.problems)}
    unnoted = Learner.objects.present().filter(under_13_since=None)
    found = (one for part in queries.batched(said) for one in unnoted.filter(email_key__in=part))
    return {one.pk for one in found if same_name(said[one.email_key], one)}


def _note_young(roster: Roster, by: User) -> None:
    """Of whoever is under 13 by the file nothing else may leave either."""
    if young := _young(roster):
        consent.note_under_13(learner_ids=young, by=by)


def _lock_learners(rows: Iterable[RosterRow], others: Collection[int]) -> None:
    """Lock whoever is to be sent the badge, and others, in the order in which everybody locks several.

    Of two rosters with the same people the second so finds the first's run, and neither waits for the other in a ring.
    """
    found = {row.learner_id for row in _ready(rows) if row.learner_id is not None} | set(others)
    for part in queries.batched(sorted(found)):
        learners.lock_many(part)


def _ready(rows: Iterable[RosterRow]) -> list[RosterRow]:
    return [row for row in rows if row.disposition == Disposition.READY]


def _queue(
    roster: Roster, going: Sequence[RosterRow], again: Again, by: User, now: datetime, start_at: datetime | None
) -> int:
    """Put these rows on their way; returns how many. Those beaten to it by a late answer are placed anew."""
    issuances.queue_rows(roster=roster, rows=going, by=by, at=now, not_before=start_at, again=again)
    # A late answer to an earlier call can take a key between the check and the insert; it locks no learner.
    beaten = list(reads.left_out(roster).filter(disposition=Disposition.READY))
    if beaten:
        check_again(roster, beaten, now=now)
    sent = len(going) - len(beaten)
    Roster.objects.filter(pk=roster.pk).update(check_no=F("check_no") + 1)
    told: dict[str, Any] = {"start_at": start_at.isoformat()} if start_at else {}
    told |= {"again": repeated} if (repeated := sum(row.pk in again for row in going)) else {}
    audit.record("confirm", roster, by=by, rows=sent, **told)
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


def pause_runs_of(user: User, *, by: User) -> int:
    """Pause what somebody confirmed or resumed and is still being sent, in the caller's transaction.

    Returns how many; what a colleague paused or stopped meanwhile is left as it is.
    """
    waiting = Issuance.objects.filter(roster=OuterRef("pk"), status=IssuanceStatus.QUEUED)
    runs = Roster.objects.filter(Exists(waiting), status=RosterStatus.RUNNING, changed_by=user).order_by("pk")
    paused = 0
    for roster in runs:
        with suppress(AlreadyTaken):
            pause(roster=roster, by=by)
            paused += 1
    return paused


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
    locked = lock(roster)
    if locked.status not in sources:
        raise AlreadyTaken(f"{locked} is now: {RosterStatus(locked.status).label}. Nothing was changed.")
    _set(locked, to, by)
    return locked


def _set(roster: Roster, status: RosterStatus, by: User, **more: object) -> None:
    now = timezone.now()
    Roster.objects.filter(pk=roster.pk).update(status=status, changed_at=now, changed_by=by, **more)
