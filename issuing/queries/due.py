"""What is to be sent now, and over which account."""

from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from issuing.enums import IssuanceStatus, RosterStatus
from issuing.models import Attempt, Connection, Issuance, Roster
from issuing.queries.clock import longest_rest


def due_singles(connection_id: int, now: datetime) -> QuerySet[Issuance]:
    """Badges issued on their own that may be sent over this connection now, in their order."""
    return Issuance.objects.for_connection(connection_id).due(now).filter(roster=None)


def due_rosters(connection_id: int, now: datetime) -> QuerySet[Roster]:
    """Running rosters with a row to send now, the least recently served first."""
    rows = Issuance.objects.due(now).filter(roster=OuterRef("pk")).order_by()
    return (
        Roster.objects.filter(status=RosterStatus.RUNNING, badge__provider__connection=connection_id, badge__hold="")
        .filter(Exists(rows))
        .order_by("served_slot", "pk")
    )


def waiting(connection_id: int) -> QuerySet[Issuance]:
    """What waits on this connection and is not paused or held (as a badge or a learner), whatever its time."""
    unpaused = Q(roster=None) | Q(roster__status=RosterStatus.RUNNING)
    unheld = Q(badge__hold="", learner__on_hold_since=None)
    return Issuance.objects.for_connection(connection_id).filter(unpaused, unheld, status=IssuanceStatus.QUEUED)


def next_due(connection_id: int, now: datetime) -> datetime | None:
    """When the next waiting row falls due: `now` where one is due already, None where none waits."""
    if waiting(connection_id).filter(Q(not_before=None) | Q(not_before__lte=now)).exists():
        return now
    return waiting(connection_id).aggregate(at=Min("not_before"))["at"]


def due_connections(now: datetime) -> QuerySet[Connection]:
    """Connections that are not stopped or resting and have something to send now; the longest unserved first."""
    epoch = now.timestamp()
    resting = (epoch, epoch + longest_rest())
    unpaused = Q(roster=None) | Q(roster__status=RosterStatus.RUNNING)
    rows = Issuance.objects.due(now).filter(unpaused, badge__provider__connection=OuterRef("pk")).order_by()
    return (
        Connection.objects.filter(stop_reason="")
        .exclude(pace__rests_until__gt=resting[0], pace__rests_until__lte=resting[1])
        .filter(Exists(rows))
        .order_by("pace__lease_until", "pk")
    )


def in_flight(connection_id: int, since: datetime) -> int:
    """Calls claimed after `since` of which no outcome is known."""
    sending = Issuance.objects.filter(status=IssuanceStatus.SENDING, changed_at__gt=since)
    return sending.for_connection(connection_id).count()


def accepted_attempts(issuance_id: int) -> QuerySet[Attempt]:
    """Attempts for this issuance that Navigatr answered with a badge."""
    return Attempt.objects.filter(issuance=issuance_id, effect="one")
