"""Looks at Navigatr's list for calls without a usable answer, and keeps what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, Q
from django.utils import timezone

from issuing.enums import Effect, IssuanceStatus
from issuing.models import Assertion, Attempt, Badge, Issuance, Look
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.navigatr import NavigatrClient
from issuing.services import badges, connections
from issuing.workflow.likeness import same_name
from issuing.workflow.settling import SKEW, Doubt

PAGES_BEYOND = 2
"""Pages read at most behind the window, for an older record of ours."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """One record on the list, with the issuance of ours it is linked to."""

    remote: RemoteAssertion
    issuance_id: int | None
    email_key: str
    called_at: datetime | None


def settle_time() -> timedelta:
    return timedelta(seconds=settings.NAVIGATR_SETTLE_SECONDS)


def look(badge: Badge, rows: Sequence[Issuance]) -> list[Look]:
    """Read a badge's records once for all these unconfirmed rows, and keep a look for each.

    Raises:
        NavigatrError: Navigatr did not answer; nothing was kept.
    """
    starts = {row.pk: _first_unknown(row) - SKEW for row in rows}
    began = timezone.now()
    listed = connections.read(
        badge.provider.connection, lambda client: _read(client, badge, min(starts.values()), began)
    )
    attempts = {one.issuance_id: one for one in _attempts(rows)}
    looks = [_look(row, attempts[row.pk], starts[row.pk], listed, began) for row in rows]
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


def _read(client: NavigatrClient, badge: Badge, start: datetime, began: datetime) -> list[_Listed]:
    """The list back to `start`, and on to one older record of ours, two pages further at most."""
    listed: list[_Listed] = []
    beyond = 0
    for page in client.assertions(badge.navigatr_id, provider_id=badge.provider.navigatr_id):
        badges.keep_assertions(badge, page.items, at=began)
        fresh = _linked(badge, page.items)
        listed += fresh
        if not any(_is_older(one.remote, start) for one in fresh):
            continue
        beyond += 1
        if beyond >= PAGES_BEYOND or any(one.called_at and _is_older(one.remote, start) for one in fresh):
            break
    return listed


def _is_older(remote: RemoteAssertion, start: datetime) -> bool:
    return remote.time_created is not None and remote.time_created < start


def _linked(badge: Badge, items: Sequence[RemoteAssertion]) -> list[_Listed]:
    numbers = [one.id for one in items if one.id]
    known = {
        one.navigatr_id: one
        for one in Assertion.objects.filter(badge=badge, navigatr_id__in=numbers).select_related("issuance")
    }
    called = dict(
        Attempt.objects.filter(issuance__assertions__in=known.values(), effect=Effect.ONE).values_list(
            "issuance", "claimed_at"
        )
    )
    found = []
    for remote in items:
        kept = known.get(remote.id)
        issuance_id = kept.issuance_id if kept else None
        called_at = called.get(issuance_id) if issuance_id else None
        found.append(_Listed(remote, issuance_id, kept.email_key if kept else "", called_at))
    return found


def _look(row: Issuance, attempt: Attempt, start: datetime, listed: Sequence[_Listed], began: datetime) -> Look:
    window = [one for one in listed if one.issuance_id is None and not _is_older(one.remote, start)]
    mine = [one for one in window if one.email_key == row.email_key and one.remote.shows_email]
    controls = [one for one in listed if one.called_at is not None and one.remote.shows_email]
    newer = [one for one in controls if one.called_at and one.called_at > attempt.claimed_at]
    older = [one for one in controls if one.called_at and one.called_at <= attempt.claimed_at]
    return Look(
        issuance=row,
        attempt_no=row.attempt_no,
        began_at=began,
        matches=[one.remote.id for one in mine if one.remote.time_created],
        doubt=_doubt(row, mine, [one for one in window if one not in mine]),
        newer_control=newer[0].remote.id if newer else "",
        older_control=older[0].remote.id if older else "",
        read=len(listed),
    )


def _doubt(row: Issuance, mine: Sequence[_Listed], others: Sequence[_Listed]) -> Doubt:
    if any(one.remote.time_created is None for one in mine):
        return Doubt.NO_TIME
    if any(not one.remote.shows_email for one in others):
        return Doubt.HIDDEN
    if any(_same_person(one.remote, row) for one in others):
        return Doubt.OTHER_ADDRESS
    return Doubt.NONE


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
