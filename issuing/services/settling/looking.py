"""Looks at Navigatr's list for calls without a usable answer, and keeps what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, Q
from django.utils import timezone

from issuing.enums import Effect, IssuanceStatus
from issuing.models import Attempt, Badge, Issuance, Look
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.services import connections
from issuing.services.settling.listing import Listed, Listing, read_listing
from issuing.workflow.likeness import same_name
from issuing.workflow.settling import SKEW, Doubt

CLOCKS = timedelta(seconds=5)
"""By how much a record may seem to be older than its call before it is doubted; a person looks then."""


def settle_time() -> timedelta:
    return timedelta(seconds=settings.NAVIGATR_SETTLE_SECONDS)


def look(badge: Badge, rows: Sequence[Issuance]) -> list[Look]:
    """Read a badge's records once for all these unconfirmed rows, and keep a look for each.

    Raises:
        NavigatrError: Navigatr did not answer; nothing was kept.
    """
    starts = {row.pk: _first_unknown(row) - SKEW for row in rows}
    began = timezone.now()
    listing = connections.read(
        badge.provider.connection,
        lambda client: read_listing(client, badge, min(starts.values()), began, settle_time()),
    )
    attempts = {one.issuance_id: one for one in _attempts(rows)}
    looks = [_look(row, attempts[row.pk], starts[row.pk], listing, began) for row in rows]
    return Look.objects.bulk_create(looks)


def _first_unknown(row: Issuance) -> datetime:
    """When the first call for this row was claimed that may have had an effect."""
    unknown = Attempt.objects.filter(Q(effect=Effect.UNKNOWN) | Q(outcome=""), issuance=row)
    first = unknown.aggregate(at=Min("claimed_at"))["at"]
    return first or row.changed_at


def _attempts(rows: Sequence[Issuance]) -> list[Attempt]:
    wanted = {row.pk: row.attempt_no for row in rows}
    found = Attempt.objects.filter(issuance__in=wanted)
    return [attempt for attempt in found if attempt.number == wanted[attempt.issuance_id]]


def _look(row: Issuance, attempt: Attempt, start: datetime, listing: Listing, began: datetime) -> Look:
    window = [one for one in listing.records if one.issuance_id is None and not one.is_older(start)]
    mine = [one for one in window if one.email_key == row.email_key]
    controls = [(one.called_at, one.remote.id) for one in listing.records if one.called_at]
    return Look(
        issuance=row,
        attempt_no=row.attempt_no,
        began_at=began,
        matches=[one.remote.id for one in mine if one.remote.time_created],
        doubt=_doubt(row, mine, window, listing, start, began),
        newer_control=next((number for called_at, number in controls if called_at > attempt.claimed_at), ""),
        older_control=next((number for called_at, number in controls if called_at <= attempt.claimed_at), ""),
        read=len(listing.records),
    )


def _doubt(
    row: Issuance, mine: Sequence[Listed], window: Sequence[Listed], listing: Listing, start: datetime, began: datetime
) -> Doubt:
    sure = (start + SKEW - CLOCKS, began + SKEW)
    if any(one.remote.time_created is None or not sure[0] <= one.remote.time_created <= sure[1] for one in mine):
        return Doubt.NO_TIME
    if listing.is_too_long:
        return Doubt.TOO_LONG
    if not listing.is_whole:
        return Doubt.NO_CONTROL
    others = [one for one in window if one not in mine]
    if _hides_somebody(row, others):
        return Doubt.HIDDEN
    return Doubt.OTHER_ADDRESS if any(_same_person(one.remote, row) for one in others) else Doubt.NONE


def _hides_somebody(row: Issuance, others: Sequence[Listed]) -> bool:
    """Whether one of them may be this row's: of no address, or of one unknown to us and without a name."""
    if any(not one.email_key for one in others):
        return True
    nameless = {one.email_key for one in others if not one.is_named}
    known = Issuance.objects.filter(badge=row.badge_id, email_key__in=nameless).values_list("email_key", flat=True)
    return not nameless.issubset(known)


@dataclass(frozen=True, slots=True)
class _Name:
    first_name: str
    last_name: str


def _same_person(remote: RemoteAssertion, row: Issuance) -> bool:
    """The same name under another address; nameless records are nobody's."""
    if not (remote.recipient_first_name and remote.recipient_last_name):
        return False
    return same_name(_Name(remote.recipient_first_name, remote.recipient_last_name), row) and (
        remote.recipient_last_name.casefold() == row.last_name.casefold()
    )


def due(badge: Badge) -> list[Issuance]:
    """Unconfirmed rows of a badge that no person must decide yet."""
    rows = Issuance.objects.filter(badge=badge, status=IssuanceStatus.UNCONFIRMED)
    return list(rows.exclude(reason="to_decide").order_by("pk"))
