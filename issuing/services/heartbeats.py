"""Signs of life of the background worker."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from issuing.enums import IssuanceStatus
from issuing.models import Heartbeat, Issuance
from issuing.queries.worker import CANARY, is_gap

OPEN = (IssuanceStatus.QUEUED, IssuanceStatus.SENDING, IssuanceStatus.UNCONFIRMED)


def beat() -> None:
    """Say that a worker is alive and does what it is given; the first sign after a gap says since when it is back."""
    now = timezone.now()
    with transaction.atomic():
        _, is_first = Heartbeat.objects.get_or_create(name=CANARY, defaults={"answered_at": now, "since": now})
        if is_first:
            return
        row = Heartbeat.objects.select_for_update().get(name=CANARY)
        now = timezone.now()  # another's sign may have come while this one waited
        if is_gap(row.answered_at, now):
            row.since, row.away_from = now, row.answered_at if _has_kept_waiting() else None
        row.answered_at = now
        row.save()


def _has_kept_waiting() -> bool:
    is_due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    return Issuance.objects.filter(is_due, status__in=OPEN).exists()
