"""Finds rows whose worker went away in the middle of a call."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from issuing.enums import Effect, IssuanceStatus, Outcome, StatusReason
from issuing.models import Attempt, Issuance
from issuing.services import connections
from issuing.services.issuances.recording import put_back


def reap_age() -> timedelta:
    """How long a row may be `SENDING` before its worker counts as gone: longer than any call and its recording."""
    read_timeout = settings.NAVIGATR_READ_TIMEOUT
    return timedelta(seconds=max(2 * read_timeout + 30, read_timeout + 60))


def reap() -> int:
    """Move rows whose worker is gone to `UNCONFIRMED`; their attempts stay open. Returns how many.

    One whose attempt says already that it had no effect goes back to its place instead.
    """
    now = timezone.now()
    left = Issuance.objects.filter(status=IssuanceStatus.SENDING, changed_at__lt=now - reap_age())
    found = list(left.values_list("pk", "attempt_no"))
    for issuance_id, attempt_no in found:
        with transaction.atomic():
            _reap(issuance_id, attempt_no, now)
    return len(found)


def _reap(issuance_id: int, attempt_no: int, now: datetime) -> None:
    attempt = Attempt.objects.get(issuance=issuance_id, number=attempt_no)
    if attempt.effect == Effect.NONE:
        put_back(issuance_id, attempt_no, now, detail=attempt.detail)
        return
    connections.note_ended(attempt.connection_id, attempt.pk, Outcome.UNKNOWN)
    Issuance.step(
        issuance_id,
        attempt_no=attempt_no,
        sources=[IssuanceStatus.SENDING],
        to=IssuanceStatus.UNCONFIRMED,
        at=now,
        reason=StatusReason.WORKER_GONE,
    )
