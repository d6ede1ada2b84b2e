"""Stops what waits without consent, and counts what is past stopping."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from issuing import queries
from issuing.enums import IssuanceStatus
from issuing.models import Issuance
from issuing.workflow.consent import Refusal


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a change of consent did to badges that are without consent now.

    Args:
        cancelled (int): waited and were cancelled.
        on_the_way (int): had been claimed or sent without an answer: too late for these.
    """

    cancelled: int = 0
    on_the_way: int = 0

    def __add__(self, other: "Stopped") -> "Stopped":
        return Stopped(self.cancelled + other.cancelled, self.on_the_way + other.on_the_way)

    @property
    def told(self) -> dict[str, int]:
        """As an audit event keeps it."""
        return {name: count for name, count in asdict(self).items() if count}


def stop(learner_ids: Collection[int], now: datetime) -> dict[int, Stopped]:
    """Cancel what waits for locked learners whose consent does not cover it, and count what is past stopping."""
    stopped: dict[int, Stopped] = {}
    statuses = [IssuanceStatus.QUEUED, IssuanceStatus.SENDING, IssuanceStatus.UNCONFIRMED]
    waiting = (
        Issuance.objects.filter(learner__in=learner_ids, status__in=statuses).select_related("badge").order_by("pk")
    )
    rows = list(waiting)
    why = queries.refusals(rows, now=now)
    for issuance in rows:
        if issuance.pk in why:
            so_far = stopped.get(issuance.learner_id, Stopped())
            stopped[issuance.learner_id] = so_far + _stop_one(issuance, why[issuance.pk], now)
    return stopped


def _stop_one(issuance: Issuance, why: Refusal, now: datetime) -> Stopped:
    if issuance.status != IssuanceStatus.QUEUED:
        return Stopped(on_the_way=1)
    cancelled = Issuance.step(
        issuance.pk,
        attempt_no=issuance.attempt_no,
        sources=[IssuanceStatus.QUEUED],
        to=IssuanceStatus.CANCELLED,
        at=now,
        reason=why.reason,
        reason_at=why.at,
    )
    return Stopped(cancelled=int(cancelled))
