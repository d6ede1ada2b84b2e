"""How many stand where, and when they will be done."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from issuing.enums import BreakerState, IssuanceStatus, StopReason
from issuing.models import Connection, Issuance, Pace, Roster
from issuing.queries.clock import rate, rest_left
from issuing.queries.due import in_flight, waiting
from issuing.workflow.pace import finish_seconds


def status_counts(issuances: QuerySet[Issuance]) -> dict[str, int]:
    """How many stand in each status; every status is named."""
    counted = dict(issuances.order_by().values_list("status").annotate(Count("id")))
    return {status.value: counted.get(status.value, 0) for status in IssuanceStatus}


def dispositions(roster: Roster) -> dict[str, int]:
    """How many rows of a roster have each disposition; those without any are left out."""
    return dict(roster.rows.order_by().values_list("disposition").annotate(Count("id")))


def standing_of(connection: Connection, now: datetime) -> dict[str, Any]:
    """How an account stands: `stopped`, `resting`, `sending` or `idle`, why, what is due, and calls in flight."""
    flying = in_flight(connection.pk, now - timedelta(days=1))
    due = waiting(connection.pk).filter(Q(not_before=None) | Q(not_before__lte=now)).count()
    state = "sending" if flying or due else "idle"
    if rest_left(connection.pace, now.timestamp()):
        state = "resting"
    if connection.is_stopped:
        state = "stopped"
    reason = ""
    if connection.is_stopped:
        reason = str(StopReason(connection.stop_reason).label)
    elif connection.pace.breaker_state != BreakerState.CLOSED:
        reason = str(BreakerState(connection.pace.breaker_state).label)
    return {"name": connection.name, "state": state, "reason": reason, "due": due, "in_flight": flying}


def finish_at(connection_id: int, now: datetime) -> datetime | None:
    """When all that waits on this connection will have been sent at its pace; None where nothing waits."""
    ahead = waiting(connection_id).count()
    if not ahead:
        return None
    return now + timedelta(seconds=seconds_for(connection_id, ahead, now))


def seconds_for(connection_id: int, ahead: int, now: datetime) -> float:
    """How long so many calls take over a connection at its pace, its rest included."""
    pace = Pace.objects.get(pk=connection_id)
    return rest_left(pace, now.timestamp()) + finish_seconds(ahead, rate(), pace.margin)
