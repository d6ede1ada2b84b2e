"""Reads who has a badge at Navigatr a part at a time: a long list takes longer than a task, or a page, may."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from issuing.enums import Outcome
from issuing.exceptions import NoEffect
from issuing.models import Badge
from issuing.navigatr import NavigatrClient
from issuing.services import badges, connections

AT_ONCE = 8.0
"""Seconds that somebody waits for the page."""
IN_BACKGROUND = 60.0
"""Seconds that a task reads for: well below its time-out, with the file to be read beside."""


def read_on(badge: Badge, left: Mapping[str, Any], *, seconds: float) -> badges.RecipientsRead | dict[str, Any]:
    """Read on where an earlier part ended.

    The page it ended with is read again, for what was taken off the list meanwhile moves others to pages before.

    Args:
        left (Mapping): what the earlier part returned; empty at first.

    Returns:
        RecipientsRead: all was read.
        dict: where it ended, as JSON, because the time was over or Navigatr asked us to wait.

    Raises:
        NavigatrError: Navigatr did not answer; what was read until then is kept.
    """
    part = _Part(badge, left, time.monotonic() + seconds)
    try:
        is_whole = connections.read(badge.provider.connection, part.read, give_up=part.ends)
    except NoEffect as refusal:
        if refusal.outcome != Outcome.RATE_LIMITED:
            raise
        is_whole = False
    if not is_whole:
        return {"page": part.page, "began": part.began.isoformat()}
    return badges.all_read(badge, at=part.began)


class _Part:
    """One part of the reading, and how far it has come."""

    def __init__(self, badge: Badge, left: Mapping[str, Any], ends: float) -> None:
        self.badge, self.ends = badge, ends
        self.page = int(left.get("page", 1))
        self.began = datetime.fromisoformat(left["began"]) if left else timezone.now()

    def read(self, client: NavigatrClient) -> bool:
        """Whether it came to where `badges.kept_pages` ends; one page is read in any case."""
        first = self.page
        for page in badges.kept_pages(self.badge, client, at=self.began, first=first):
            self.page = page.number
            if time.monotonic() >= self.ends and page.number > first:
                return False
        return True
