"""Waits for badges to leave the queue as long as anything moves, and says why where nothing does."""

import time
from collections.abc import Callable
from datetime import datetime
from enum import Enum

from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.db.models import QuerySet
from django.utils import timezone

from issuing import queries
from issuing.enums import BadgeHold, IssuanceStatus, RosterStatus
from issuing.models import Badge, Connection, Issuance, Roster

NOTHING_MOVED_SECONDS = 120.0
POLL_SECONDS = 0.5
SAY_SECONDS = 5.0

Counts = dict[str, int]


class Waited(Enum):
    """How waiting ended."""

    ENDED = "ended"
    """Nothing is queued or being sent any more."""
    TIME_UP = "time up"
    """Some moved, and the time was up."""
    NOTHING_MOVED = "nothing moved"
    """Nothing moved for two minutes, or for all of a shorter time."""


def wait_for(rows: QuerySet[Issuance], *, timeout: float | None = None, say: Callable[[Counts], None]) -> Waited:
    """Wait until nothing is queued or being sent.

    Args:
        timeout (float | None): seconds to wait at most; None for as long as something moves.
        say (Callable): is given the counts by status at the beginning, at the end, and every few seconds when they
            have changed.
    """
    began = moved = said = time.monotonic()
    counts = queries.status_counts(rows)
    say(counts)
    while _is_open(counts):
        now = time.monotonic()
        if timeout is not None and now - began >= timeout:
            return Waited.TIME_UP if moved > began else Waited.NOTHING_MOVED
        if now - moved >= NOTHING_MOVED_SECONDS:
            return Waited.NOTHING_MOVED
        time.sleep(POLL_SECONDS if timeout is None else min(POLL_SECONDS, began + timeout - now))
        before, counts = counts, _counted_again(rows, counts)
        if counts != before:
            moved = time.monotonic()
            if moved - said >= SAY_SECONDS or not _is_open(counts):
                said = moved
                say(counts)
    return Waited.ENDED


def _is_open(counts: Counts) -> bool:
    return bool(counts[IssuanceStatus.QUEUED] or counts[IssuanceStatus.SENDING])


def _counted_again(rows: QuerySet[Issuance], counts: Counts) -> Counts:
    """The counts now, or as they were where the database is away: the workers wait for it too."""
    try:
        return queries.status_counts(rows)
    except (OperationalError, InterfaceError):
        database.close()
        return counts


def why_waiting(badge_id: int, roster_id: int | None = None) -> str:
    """One sentence on why badges wait that nobody sends, as far as it can be seen."""
    now = timezone.now()
    badge = Badge.objects.select_related("provider__connection__pace").get(pk=badge_id)
    roster = Roster.objects.filter(pk=roster_id).first()
    if roster is not None and roster.status == RosterStatus.PAUSED:
        return f"It is paused by {roster.changed_by.display_name if roster.changed_by else 'somebody'}."
    if badge.hold:
        return f"The badge is held: {BadgeHold(badge.hold).label}."
    return _why_not_sent(badge.provider.connection, now)


def _why_not_sent(connection: Connection, now: datetime) -> str:
    standing = queries.standing_of(connection, now)
    if connection.is_stopped:
        return f"Sending over {connection} is stopped: {standing['reason']}."
    if queries.worker(now).is_away:
        return "No worker? Run `manage.py supervise`."
    if standing["state"] == "resting":
        return f"{connection} rests because Navigatr asked for it or cannot be reached; it goes on by itself."
    return "A worker is there; it will come to it."
