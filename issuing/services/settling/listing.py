"""Reads a badge's list at Navigatr as far as looks need it, and tells whether anything may have been left out.

A list can lag behind, have pages or records missing, be in another order than asked for, or hide names and addresses.
What is not on it is absent only where the list itself shows that it came so far and left out nothing that we know of.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from issuing.enums import Effect
from issuing.models import Assertion, Attempt, Badge
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.navigatr import NavigatrClient
from issuing.services import badges
from issuing.workflow.settling import SKEW

PAGES_BEYOND = 2
"""Pages read at most behind the window, for an older record of ours."""
MOST_PAGES = 200
"""Pages read at most. A look reads the list from its beginning each time, and a task that outlives its time-out would
begin it again for ever."""
LONGEST = 100.0
"""Seconds a look reads at most, for the same reason; what is not whole by then is looked at again."""
MASKS = ("*", "…")


@dataclass(frozen=True, slots=True)
class Listed:
    """One record on the list.

    Args:
        email_key (str): the key of the address as it is listed; empty where it is hidden.
        issuance_id (int | None): the issuance of ours it is linked to.
        called_at (datetime | None): for a control, when it was called for: a record of ours that shows the address it
            was sent to and a time that fits its call. So the list is read by the clock and the addresses we know.
    """

    remote: RemoteAssertion
    email_key: str = ""
    issuance_id: int | None = None
    called_at: datetime | None = None

    def is_older(self, start: datetime) -> bool:
        return self.remote.time_created is not None and self.remote.time_created < start

    @property
    def is_named(self) -> bool:
        names = (self.remote.recipient_first_name, self.remote.recipient_last_name)
        return all(name and not any(mask in name for mask in MASKS) for name in names)


@dataclass(frozen=True, slots=True)
class Listing:
    """The list, newest first, back to the start of the window and a little further.

    Args:
        is_whole (bool): whether nothing can have been left out between its beginning and the start of the window.
        is_too_long (bool): whether reading was given up before the start of the window.
    """

    records: Sequence[Listed]
    is_whole: bool
    is_too_long: bool = False


def read_listing(client: NavigatrClient, badge: Badge, start: datetime, began: datetime, settle: timedelta) -> Listing:
    """The list back to `start`, and on to one older record of ours, two pages further at most.

    Args:
        began (datetime): when this reading began.
        settle (timedelta): after which every record is listed.
    """
    records: list[Listed] = []
    last, total, beyond, is_cut, ends = 0, 0, 0, False, time.monotonic() + LONGEST
    for page in client.assertions(badge.navigatr_id, provider_id=badge.provider.navigatr_id):
        badges.keep_assertions(badge, page.items, at=began)
        fresh = _linked(badge, page.items)
        records += fresh
        # A page that was empty, or the same as the one before, is not handed out.
        is_cut = is_cut or page.number != last + 1
        last, total = page.number, page.total or 0
        beyond += any(one.is_older(start) for one in fresh) or not any(one.remote.time_created for one in fresh)
        if beyond >= PAGES_BEYOND or any(one.called_at and one.is_older(start) for one in fresh):
            is_cut = is_cut or not any(one.is_older(start) for one in records)
            break
        if page.number >= MOST_PAGES:
            return Listing(records, is_whole=False, is_too_long=True)
        if time.monotonic() >= ends:
            is_cut = True
            break
    else:
        is_cut = is_cut or len(records) < total
    return Listing(records, not is_cut and _in_order(records) and _shows_known(badge, records, start, began - settle))


def _in_order(records: Sequence[Listed]) -> bool:
    times = [one.remote.time_created for one in records if one.remote.time_created]
    return all(newer >= older for newer, older in pairwise(times))


def _shows_known(badge: Badge, records: Sequence[Listed], start: datetime, until: datetime) -> bool:
    """Whether all records are listed that we know of from before and must be on this part of the list."""
    known = badge.assertions.exclude(status__iexact="Revoked")
    listed = {one.remote.id for one in records}
    expected = known.filter(time_created__gte=start, time_created__lt=until).values_list("navigatr_id", flat=True)
    if not listed.issuperset(expected):
        return False
    # Without an older record it must be the whole list, on which every one we know of stands.
    return any(one.is_older(start) for one in records) or not known.filter(time_created__lt=start).exists()


def _linked(badge: Badge, items: Sequence[RemoteAssertion]) -> list[Listed]:
    numbers = [one.id for one in items if one.id]
    found = Assertion.objects.filter(badge=badge, navigatr_id__in=numbers).select_related("issuance")
    known = {one.navigatr_id: one for one in found}
    accepted = Attempt.objects.filter(issuance__assertions__in=known.values(), effect=Effect.ONE)
    called = dict(accepted.values_list("issuance", "claimed_at"))
    return [_listed(remote, known.get(remote.id), called) for remote in items]


def _listed(remote: RemoteAssertion, kept: Assertion | None, called: Mapping[int, datetime]) -> Listed:
    if kept is None:
        return Listed(remote)
    key = kept.email_key if remote.shows_email else ""
    if kept.issuance is None:
        return Listed(remote, key)
    called_at, created = called.get(kept.issuance.pk), remote.time_created
    fits = called_at and created and created >= called_at - SKEW and key == kept.issuance.email_key
    return Listed(remote, key, kept.issuance.pk, called_at if fits else None)
