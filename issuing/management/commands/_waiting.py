"""Waits for issuances to leave the queue, as long as anything moves."""

import time
from collections.abc import Callable

from django.db.models import QuerySet

from issuing import queries
from issuing.enums import IssuanceStatus
from issuing.models import Issuance

NOTHING_MOVED_SECONDS = 120.0
POLL_SECONDS = 0.5


def wait_for(
    issuances: QuerySet[Issuance], *, timeout: float | None = None, say: Callable[[dict[str, int]], None]
) -> bool:
    """Wait until nothing is queued or being sent.

    Args:
        timeout (float | None): seconds to wait at most; None for as long as something moves.
        say (Callable): is given the counts by status whenever they have changed.

    Returns:
        False where nothing moved for two minutes, or the time was up.
    """
    counts: dict[str, int] = {}
    began = moved = time.monotonic()
    while True:
        before, counts = counts, queries.status_counts(issuances)
        if counts != before:
            moved = time.monotonic()
            say(counts)
        if not (counts[IssuanceStatus.QUEUED] or counts[IssuanceStatus.SENDING]):
            return True
        now = time.monotonic()
        if now - moved > NOTHING_MOVED_SECONDS or (timeout is not None and now - began > timeout):
            return False
        time.sleep(POLL_SECONDS)
