"""Settles calls without a usable answer: looks at Navigatr's list, draws what follows, or takes a person's word."""

import logging
import time
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from issuing import enqueue
from issuing.enums import IssuanceStatus, StatusReason
from issuing.exceptions import NavigatrError
from issuing.models import Badge, Connection, Issuance
from issuing.services.settling.deciding import SENTENCES, apply, judgement, mark_sent, send_again
from issuing.services.settling.looking import due, look
from issuing.workflow.settling import Verdict

__all__ = ["SENTENCES", "mark_sent", "send_again", "settle", "wake_due"]

log = logging.getLogger(__name__)

BUDGET = 20.0


def settle(connection_id: int) -> int:
    """Do the looks that are due over a connection, for at most twenty seconds; returns how many rows were settled.

    A connection that is stopped or does not answer is left for the next minute.
    """
    ends = time.monotonic() + BUDGET
    settled = 0
    for badge in _badges(connection_id):
        if time.monotonic() >= ends:
            enqueue.settle(connection_id)
            break
        try:
            settled += _settle(badge)
        except NavigatrError as error:
            log.warning("Nothing could be settled over connection %s: %s", connection_id, error)
            break
    return settled


def _badges(connection_id: int) -> list[Badge]:
    open_rows = Issuance.objects.filter(badge=OuterRef("pk"), status=IssuanceStatus.UNCONFIRMED).exclude(
        reason=StatusReason.TO_DECIDE
    )
    found = Badge.objects.filter(Exists(open_rows), provider__connection=connection_id)
    return list(found.select_related("provider__connection").order_by("pk"))


def _settle(badge: Badge) -> int:
    now = timezone.now()
    rows = [row for row in due(badge) if _is_due(row, now)]
    if rows:
        look(badge, rows)
    settled = 0
    for row in rows:
        judged = judgement(row)
        apply(row, judged)
        settled += judged.verdict in (Verdict.FOUND, Verdict.ABSENT)
    return settled


def _is_due(row: Issuance, now: datetime) -> bool:
    judged = judgement(row)
    return judged.verdict != Verdict.AGAIN or judged.at is None or judged.at <= now


def wake_due() -> int:
    """Wake the settling of every connection that has unconfirmed rows; returns how many."""
    rows = Issuance.objects.filter(status=IssuanceStatus.UNCONFIRMED).exclude(reason=StatusReason.TO_DECIDE)
    found = Connection.objects.filter(Exists(rows.filter(badge__provider__connection=OuterRef("pk"))), stop_reason="")
    for connection in found:
        enqueue.settle(connection.pk)
    return len(found)
