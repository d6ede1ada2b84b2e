"""Follows what becomes of sent badges at Navigatr: reads its lists in the background, in slots that no badge needs."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from issuing import enqueue, queries
from issuing.enums import IssuanceStatus
from issuing.exceptions import NavigatrError
from issuing.models import Assertion, Badge, ClaimReading, Connection, Issuance
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.navigatr import NavigatrClient
from issuing.services import badges, connections

log = logging.getLogger(__name__)

BUDGET = 20.0
HELD = timedelta(seconds=200)
"""Longer than a task may take, so that a second one stays away meanwhile."""
WHOLE_EVERY = timedelta(days=1)
SKEW = timedelta(minutes=10)
PENDING = ("", "Pending", "pending", "PENDING")


@dataclass(slots=True)
class _Budget:
    """Until when this task may read, and over which account."""

    connection: Connection
    ends: float

    @property
    def is_spent(self) -> bool:
        """Also as soon as a badge waits: it needs the slots, and would keep a read waiting."""
        if time.monotonic() >= self.ends:
            return True
        now = timezone.now()
        due = queries.next_due(self.connection.pk, now)
        return due is not None and due <= now


def wake() -> int:
    """Start a reading over every connection that may call and has sent something; returns how many."""
    sent = Issuance.objects.filter(status=IssuanceStatus.ISSUED, badge__provider__connection=OuterRef("pk"))
    found = list(Connection.objects.filter(Exists(sent), stop_reason="").values_list("pk", flat=True))
    for connection_id in found:
        enqueue.sync_claims(connection_id)
    return len(found)


def sync(connection_id: int) -> None:
    """Read on where the last task ended, for at most twenty seconds, and hand on where more is left.

    Each badge's list is read newest first: once a day to its end, else as far back as a badge of ours may still be
    claimed. A badge that waits to be sent ends the task: the next one, in a quarter of an hour, goes on there.
    """
    now = timezone.now()
    ClaimReading.objects.get_or_create(connection_id=connection_id)
    free = ClaimReading.objects.filter(Q(held_until=None) | Q(held_until__lt=now), pk=connection_id)
    if not free.update(held_until=now + HELD):
        return
    reading = ClaimReading.objects.select_related("connection").get(pk=connection_id)
    has_more = False
    try:
        has_more = _read_on(reading, _Budget(reading.connection, time.monotonic() + BUDGET))
    except NavigatrError as error:
        log.warning("Claims over connection %s are read later: %s", connection_id, error)
    finally:
        ClaimReading.objects.filter(pk=connection_id).update(held_until=None)
    if has_more:
        enqueue.sync_claims(connection_id)


def _read_on(reading: ClaimReading, budget: _Budget) -> bool:
    """Whether something is left to be read at once."""
    if reading.began_at is None or reading.ended_at is not None:
        _begin(reading)
    for badge in _worth_reading(reading):
        if not _read(reading, badge, budget):
            return time.monotonic() >= budget.ends
        _note(reading, badge_id_done=badge.pk, page_done=0)
    now = timezone.now()
    _note(reading, ended_at=now, **({"whole_ended_at": now} if reading.is_whole else {}))
    return False


def _begin(reading: ClaimReading) -> None:
    now = timezone.now()
    is_whole = reading.whole_ended_at is None or reading.whole_ended_at < now - WHOLE_EVERY
    _note(reading, began_at=now, ended_at=None, badge_id_done=0, page_done=0, is_whole=is_whole)


def _note(reading: ClaimReading, **values: object) -> None:
    for name, value in values.items():
        setattr(reading, name, value)
    reading.save(update_fields=list(values))


def _worth_reading(reading: ClaimReading) -> QuerySet[Badge]:
    """Badges of which we sent any; between whole readings only those with one that is not claimed yet."""
    sent = Issuance.objects.filter(badge=OuterRef("pk"), status=IssuanceStatus.ISSUED)
    if not reading.is_whole:
        settled = Assertion.objects.filter(issuance=OuterRef("pk")).exclude(status__in=PENDING)
        sent = sent.filter(~Exists(settled))
    mine = Badge.objects.filter(provider__connection=reading.connection, pk__gt=reading.badge_id_done)
    return mine.filter(Exists(sent)).select_related("provider__connection").order_by("pk")


def _read(reading: ClaimReading, badge: Badge, budget: _Budget) -> bool:
    """Read one badge's list on; False where the budget ended before it."""
    until = None if reading.is_whole else _oldest_unclaimed(badge)

    def read(client: NavigatrClient) -> bool:
        pages = client.assertions(
            badge.navigatr_id, provider_id=badge.provider.navigatr_id, first=reading.page_done + 1
        )
        while True:
            if budget.is_spent:
                return False
            page = next(pages, None)
            if page is None:
                return True
            keep(badge, page.items, at=timezone.now())
            _note(reading, page_done=page.number)
            if until is not None and _is_older(page.items, until):
                return True

    return connections.read(badge.provider.connection, read, idle=True)


def _is_older(items: Iterable[RemoteAssertion], until: datetime) -> bool:
    times = [one.time_created for one in items if one.time_created]
    return bool(times) and min(times) < until


def _oldest_unclaimed(badge: Badge) -> datetime | None:
    """Before this nothing of ours can change from *not claimed*; None where that cannot be said."""
    settled = Assertion.objects.filter(issuance=OuterRef("pk")).exclude(status__in=PENDING)
    open_ones = Issuance.objects.filter(~Exists(settled), badge=badge, status=IssuanceStatus.ISSUED)
    oldest: datetime | None = open_ones.aggregate(at=Min("confirmed_at"))["at"]
    return oldest - SKEW if oldest else None


def keep(badge: Badge, items: Iterable[RemoteAssertion], *, at: datetime) -> None:
    """Keep what Navigatr shows, and tell which of its records come from badges whose answer showed no number."""
    remote = list(items)
    badges.keep_assertions(badge, remote, at=at)
    shown = [one.id for one in remote if one.id]
    for assertion in badge.assertions.filter(navigatr_id__in=shown, issuance=None).exclude(email_key=""):
        _link(badge, assertion)


def _link(badge: Badge, assertion: Assertion) -> None:
    """Link a record where exactly one sent badge of ours can be its origin, and that one has no other."""
    without = Issuance.objects.filter(badge=badge, email_key=assertion.email_key, status=IssuanceStatus.ISSUED)
    found = list(without.filter(assertions=None).annotate(began=Min("attempts__claimed_at"))[:2])
    twins = badge.assertions.filter(email_key=assertion.email_key, issuance=None)
    if len(found) != 1 or found[0].began is None or assertion.time_created is None:
        return
    window = (found[0].began - SKEW, (found[0].issued_at or found[0].began) + SKEW)
    if window[0] <= assertion.time_created <= window[1] and twins.filter(time_created__range=window).count() == 1:
        Assertion.objects.filter(pk=assertion.pk, issuance=None).update(issuance=found[0])
