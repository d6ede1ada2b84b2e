"""Keeps local copies of badges and of who has them."""

import logging
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from issuing import enqueue, permissions
from issuing.enums import BadgeHold, Outcome, StopReason
from issuing.exceptions import InvalidInput, IssuingError, NoEffect, NotPermitted
from issuing.models import Assertion, Badge, Connection, Provider, User, email_key
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.navigatr import Badge as RemoteBadge
from issuing.navigatr import NavigatrClient, Page
from issuing.services import audit, connections
from issuing.validators import normalise_email

FRESH = timedelta(minutes=10)
"""How old what is known of a badge's recipients may be when it is issued."""
COLUMNS = ("name", "description", "status", "type", "recipient_type", "source", "url", "image_url")
_NUMBER = re.compile(r"(?:\S*/badge/)?([0-9]{1,18})(?:[/?#]\S*)?")
_ID_LENGTH = 50
PATIENCE = 20.0
"""Seconds a background task waits for idle slots."""
STALE = timedelta(hours=24)

log = logging.getLogger(__name__)


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
        raise InvalidInput(f"No badge {badge_id[:80]} is known here. Refresh the badges, or check its number.")
    if len(found) > 1:
        raise InvalidInput(f"Badge {badge_id} belongs to several organisations here; choose it on its page.")
    return found[0]


def sync(*, connection: Connection, give_up: float | None = None) -> int:
    """Read all badges of this connection's organisations again; returns how many there are.

    A badge Navigatr lists no more stays, held as gone; one it lists again is held no more. One that the account was
    refused is read by itself, for being listed says nothing of the right to it. Takes only slots no badge took.

    Args:
        give_up (float | None): moment on the monotonic clock after which it waits for no slot any more.

    Raises:
        NavigatrError: Navigatr did not answer; what was read until then is kept.
    """
    return connections.read(connection, lambda client: _sync(connection, client), idle=True, give_up=give_up)


def sync_in_background(*, connection_id: int) -> None:
    """The same for a worker: waits 20 seconds at most for idle slots, and says in the log why it could not.

    What it could not read is read by the next hour's net.
    """
    connection = Connection.objects.in_use().filter(pk=connection_id).first()
    if connection is None:
        return
    try:
        sync(connection=connection, give_up=time.monotonic() + PATIENCE)
    except IssuingError as error:
        log.warning("The badges of account %s could not be read: %s", connection.uuid, type(error).__name__)


def wake_sync() -> None:
    """Have the badges read of every account that runs and whose badges were not read for a day."""
    fresh = Badge.objects.filter(provider__connection=OuterRef("pk"), synced_at__gt=timezone.now() - STALE)
    stale = Connection.objects.filter(stop_reason=StopReason.NONE).exclude(Exists(fresh))
    for number in stale.exclude(providers=None).values_list("pk", flat=True):
        enqueue.sync_badges(number)


def refresh(*, by: User | None) -> int:
    """Have the badges of every running account read now, in the background; returns how many accounts."""
    with transaction.atomic():
        accounts = list(Connection.objects.filter(stop_reason=StopReason.NONE))
        for account in accounts:
            enqueue.sync_badges(account.pk)
            audit.record("refresh", account, by=by)
    return len(accounts)


def mark_sandbox(badge: Badge, *, is_sandbox: bool, by: User) -> None:
    """Mark a badge as the one to try with, or as a real one; sandbox badges are left out of counts.

    Raises:
        NotPermitted: `by` is no manager.
    """
    if not permissions.is_manager(by):
        raise NotPermitted("Only a manager can mark a badge as the sandbox badge; nothing was changed.")
    with transaction.atomic():
        if Badge.objects.filter(pk=badge.pk).exclude(is_sandbox=is_sandbox).update(is_sandbox=is_sandbox):
            audit.record("mark_sandbox" if is_sandbox else "unmark_sandbox", badge, by=by)


def _sync(connection: Connection, client: NavigatrClient) -> int:
    total = 0
    for provider in connection.providers.order_by("navigatr_id"):
        began = timezone.now()
        remote = list(client.badges(provider.navigatr_id))
        with transaction.atomic():
            listed = [keep(provider, one, at=began) for one in remote]
            unlisted = provider.badges.exclude(pk__in=[badge.pk for badge in listed])
            for missing in unlisted.exclude(hold=BadgeHold.REFUSED):
                _set_hold(missing, BadgeHold.GONE, "Navigatr lists it no more.", began)
        for badge in listed:
            if badge.hold == BadgeHold.REFUSED:
                look_at(badge, client)
        total += len(listed)
    return total


def keep(provider: Provider, remote: RemoteBadge, *, at: datetime, was_read: bool = False) -> Badge:
    """Write one badge as Navigatr describes it now, and hold it or let it go accordingly.

    Args:
        was_read (bool): it was read by itself and not merely listed, so that a refusal is over.
    """
    values = {name: getattr(remote, name)[: Badge._meta.get_field(name).max_length] for name in COLUMNS}  # type: ignore[union-attr]
    reason, detail = _hold_for(remote)
    with transaction.atomic():
        badge, is_new = Badge.objects.update_or_create(
            provider=provider, navigatr_id=remote.id, defaults=values | {"synced_at": at}
        )
        if badge.hold != BadgeHold.REFUSED or was_read:
            _set_hold(badge, reason, detail, at, is_news=not is_new)
    return badge


def look_at(badge: Badge, client: NavigatrClient) -> bool:
    """Read one badge by itself, after it was refused, and hold it where it cannot be issued.

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
    return not keep(badge.provider, remote, at=now, was_read=True).hold


def hold(badge: Badge, *, reason: BadgeHold, detail: str, by: User | None = None) -> None:
    """Let a badge's rows wait while others go on; one held already keeps its reason."""
    with transaction.atomic():
        if not Badge.objects.select_for_update().get(pk=badge.pk).hold:
            _set_hold(badge, reason, detail, timezone.now(), by=by)


def _set_hold(
    badge: Badge, reason: BadgeHold, detail: str, at: datetime, *, by: User | None = None, is_news: bool = True
) -> None:
    """Hold a badge, or let it go and wake who sends it, in the caller's transaction; the same again changes nothing.

    Args:
        is_news (bool): False for a badge seen for the first time, which nobody could have issued before.
    """
    wanted = {"hold": reason, "hold_detail": detail[:500]}
    held_at = at if reason else None
    if not Badge.objects.filter(pk=badge.pk).exclude(**wanted).update(**wanted, held_at=held_at):
        return
    badge.hold, badge.hold_detail, badge.held_at = reason, detail[:500], held_at
    if is_news and reason:
        audit.record("hold", badge, by=by, reason=reason)
    elif is_news:
        audit.record("release", badge, by=by)
        enqueue.send(badge.provider.connection_id)


def refresh_recipients(badge: Badge) -> None:
    """Read who has this badge at Navigatr, unless that was done in the last ten minutes.

    Raises:
        NavigatrError: Navigatr did not answer.
    """
    if badge.recipients_read_at is None or badge.recipients_read_at < timezone.now() - FRESH:
        read_recipients(badge)


def read_recipients(badge: Badge) -> RecipientsRead:
    """Read who has this badge at Navigatr, newest first, until what is known already.

    Raises:
        NavigatrError: Navigatr did not answer; what was read until then is kept.
    """
    return connections.read(badge.provider.connection, lambda client: _read_recipients(badge, client))


def _read_recipients(badge: Badge, client: NavigatrClient) -> RecipientsRead:
    began = timezone.now()
    for _ in kept_pages(badge, client, at=began):
        pass
    return all_read(badge, at=began)


def kept_pages(
    badge: Badge, client: NavigatrClient, *, at: datetime, first: int = 1
) -> Iterator[Page[RemoteAssertion]]:
    """The pages of a badge's recipients from one on, each with its records kept, to the end or to what is known.

    Stops early only once all was read before, a whole page holds nothing new, and Navigatr counts exactly as many as
    are known: a record that was listed late lies among older ones.
    """
    for page in client.assertions(badge.navigatr_id, provider_id=badge.provider.navigatr_id, first=first):
        new = keep_assertions(badge, page.items, at=at)
        yield page
        if badge.recipients_read_at and not new and page.total == badge.assertions.count():
            return


def all_read(badge: Badge, *, at: datetime) -> RecipientsRead:
    """Note that all recipients are known, as of when the reading of them began, and what is known."""
    Badge.objects.filter(pk=badge.pk).update(recipients_read_at=at)
    badge.recipients_read_at = at
    return RecipientsRead(known=badge.assertions.count(), hidden=badge.assertions.filter(email_key="").count())


def keep_assertions(badge: Badge, remote: Iterable[RemoteAssertion], *, at: datetime) -> int:
    """Write Navigatr's records as they are now; returns how many were not known before.

    What Navigatr shows no more (a hidden address, a time left out) stays as it was known.
    """
    items = {one.id[:_ID_LENGTH]: one for one in remote if one.id}
    known = {row.navigatr_id: row for row in badge.assertions.filter(navigatr_id__in=items)}
    new: list[Assertion] = []
    changed: list[Assertion] = []
    for number, one in items.items():
        row = known.get(number) or Assertion(badge=badge, navigatr_id=number)
        row.status, row.read_at = one.status[:50] or row.status, at
        row.time_created = one.time_created or row.time_created
        row.time_claimed = one.time_claimed or row.time_claimed
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
    if remote.source and remote.source.lower() != "internal":
        return BadgeHold.EXTERNAL, f"Navigatr says its source is {remote.source}."
    return BadgeHold.NONE, ""


def _number_in(text: str) -> int | None:
    """The badge's number in `3425` or `https://navigatr.app/badge/3425/digital-badge-basics`."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else None
