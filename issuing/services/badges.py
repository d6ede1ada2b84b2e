"""Keeps local copies of badges and of who has them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from issuing.enums import BadgeHold, Outcome
from issuing.exceptions import InvalidInput, NoEffect
from issuing.models import Assertion, Badge, Connection, Provider, User, email_key
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.navigatr import Badge as RemoteBadge
from issuing.navigatr import NavigatrClient
from issuing.services import audit, connections
from issuing.validators import normalise_email

COLUMNS = ("name", "description", "status", "type", "recipient_type", "source", "url", "image_url")


@dataclass(frozen=True, slots=True)
class RecipientsRead:
    """What a reading of a badge's recipients found.

    Args:
        known (int): assertions of this badge that are kept now.
        hidden (int): those among them whose address Navigatr hid, so that nobody can be matched with them.
    """

    known: int
    hidden: int


def find(badge_id: str) -> Badge:
    """The badge with Navigatr's id, or the one a badge's address names.

    Raises:
        InvalidInput: none or several are known by it.
    """
    number = _number_in(badge_id)
    found = list(Badge.objects.filter(navigatr_id=number).select_related("provider__connection")) if number else []
    if not found:
        raise InvalidInput(f"No badge {badge_id} is known here. Refresh the badges (sync_badges), or check its number.")
    if len(found) > 1:
        raise InvalidInput(f"Badge {badge_id} belongs to several organisations here; choose it on its page.")
    return found[0]


def sync(*, connection: Connection) -> int:
    """Read all badges of this connection's organisations again; returns how many there are.

    A badge Navigatr lists no more stays, held as gone where it was ever issued; one it lists again is held no more.

    Raises:
        NavigatrError: Navigatr did not answer; what was read until then is kept.
    """
    client = connections.client_for(connection)
    total = 0
    for provider in connection.providers.all():
        began = timezone.now()
        remote = list(client.badges(provider.navigatr_id))
        with transaction.atomic():
            for one in remote:
                keep(provider, one, at=began)
            missing = provider.badges.filter(synced_at__lt=began, hold=BadgeHold.NONE)
            missing.update(hold=BadgeHold.GONE, hold_detail="Navigatr lists it no more.", held_at=began)
        total += len(remote)
    Connection.objects.filter(pk=connection.pk).update(last_good_call_at=timezone.now())
    return total


def keep(provider: Provider, remote: RemoteBadge, *, at: datetime) -> Badge:
    """Write one badge as Navigatr describes it now, and hold it or let it go accordingly."""
    values = {name: getattr(remote, name)[: Badge._meta.get_field(name).max_length] for name in COLUMNS}  # type: ignore[union-attr]
    hold, detail = _hold_for(remote)
    values |= {"synced_at": at, "hold": hold, "hold_detail": detail, "held_at": at if hold else None}
    badge, _ = Badge.objects.update_or_create(provider=provider, navigatr_id=remote.id, defaults=values)
    return badge


def look_at(badge: Badge, client: NavigatrClient) -> bool:
    """Read one badge again after it was refused, and hold it where it cannot be issued.

    Returns:
        True where nothing is wrong with the badge.

    Raises:
        NavigatrError: Navigatr did not answer; nothing is known.
    """
    now = timezone.now()
    try:
        remote = client.badge(badge.navigatr_id)
    except NoEffect as refusal:
        reasons = {Outcome.NOT_FOUND: BadgeHold.GONE, Outcome.FORBIDDEN: BadgeHold.REFUSED}
        if refusal.outcome not in reasons:
            raise
        hold(badge, reason=reasons[refusal.outcome], detail=str(refusal))
        return False
    reason, detail = _hold_for(remote)
    if reason:
        hold(badge, reason=reason, detail=detail)
        return False
    keep(badge.provider, remote, at=now)
    return True


def hold(badge: Badge, *, reason: BadgeHold, detail: str, by: User | None = None) -> None:
    """Let a badge's rows wait while others go on."""
    with transaction.atomic():
        held = Badge.objects.filter(pk=badge.pk, hold=BadgeHold.NONE)
        if held.update(hold=reason, hold_detail=detail[:500], held_at=timezone.now()):
            audit.record("hold", badge, by=by, reason=reason)


def read_recipients(badge: Badge) -> RecipientsRead:
    """Read who has this badge at Navigatr, newest first, until what is known already.

    Raises:
        NavigatrError: Navigatr did not answer; what was read until then is kept.
    """
    client = connections.client_for(badge.provider.connection)
    began = timezone.now()
    for page in client.assertions(badge.navigatr_id, provider_id=badge.provider.navigatr_id):
        new = keep_assertions(badge, page.items, at=began)
        everything = page.total is not None and page.total <= badge.assertions.count()
        if badge.recipients_read_at and not new and everything:
            break
    Badge.objects.filter(pk=badge.pk).update(recipients_read_at=began)
    kept = badge.assertions
    return RecipientsRead(known=kept.count(), hidden=kept.filter(email_key="").count())


def keep_assertions(badge: Badge, remote: Iterable[RemoteAssertion], *, at: datetime) -> int:
    """Write Navigatr's records as they are now; returns how many were not known before."""
    items = [one for one in remote if one.id]
    known = {a.navigatr_id: a for a in badge.assertions.filter(navigatr_id__in=[one.id for one in items])}
    new: list[Assertion] = []
    changed: list[Assertion] = []
    for one in items:
        row = known.get(one.id) or Assertion(badge=badge, navigatr_id=one.id)
        row.status, row.read_at = one.status[:50], at
        row.time_created, row.time_claimed = one.time_created, one.time_claimed
        row.email_key = _key_of(one.recipient_email) or row.email_key
        (changed if row.pk else new).append(row)
    with transaction.atomic():
        Assertion.objects.bulk_create(new, ignore_conflicts=True)
        fields = ["status", "read_at", "time_created", "time_claimed", "email_key"]
        Assertion.objects.bulk_update(changed, fields, batch_size=100)
    return len(new)


def _key_of(address: str) -> str:
    """The key of an address as Navigatr shows it; empty where it is hidden or is none."""
    try:
        return email_key(normalise_email(address)) if address and "*" not in address else ""
    except InvalidInput:
        return ""


def _hold_for(remote: RemoteBadge) -> tuple[BadgeHold, str]:
    if remote.status and remote.status.lower() != "published":
        return BadgeHold.NOT_PUBLISHED, f"Navigatr says it is {remote.status}."
    return BadgeHold.NONE, ""


def _number_in(text: str) -> int | None:
    """The badge's number in `3425` or `https://navigatr.app/badge/3425/digital-badge-basics`."""
    parts = text.strip().split("/")
    if "badge" in parts[:-1]:
        parts = [parts[parts.index("badge") + 1]]
    return int(parts[0]) if len(parts) == 1 and parts[0].isascii() and parts[0].isdigit() else None
