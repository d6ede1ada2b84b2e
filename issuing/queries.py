"""Reads across models: clocks, consent, what is due, counts."""

import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection as database
from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber

from issuing.enums import ConsentState, Decision, IssuanceStatus, RosterStatus, StopReason
from issuing.models import Attempt, Badge, Connection, ConsentRecord, Heartbeat, Issuance, Learner, Roster
from issuing.workflow import consent as rule
from issuing.workflow.pace import Rate, finish_seconds

T = TypeVar("T")


def database_time() -> float:
    """Seconds since the epoch by the clock all workers share: the server's own, or this machine's with SQLite."""
    if database.vendor != "postgresql":
        return time.time()
    with database.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0])


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as an aware time."""
    return datetime.fromtimestamp(seconds, UTC)


def rate() -> Rate:
    """The limit that NAVIGATR_RATE names."""
    return Rate.parse(settings.NAVIGATR_RATE)


# Consent


def consent_of(learner_id: int, badge: Badge, *, now: datetime) -> rule.Verdict:
    """What one learner's records say about a badge at `now`; lock the learner in an earlier statement to rely on it."""
    records = ConsentRecord.objects.filter(learner=learner_id).select_related("text__statement")
    return rule.current([_fact(record, badge) for record in records], now=now)


def _fact(record: ConsentRecord, badge: Badge) -> rule.Fact:
    statement = record.text.statement if record.text else None
    covers = statement is None or (
        statement.badge_id == badge.pk if statement.badge_id is not None else statement.provider_id == badge.provider_id
    )
    return rule.Fact(
        id=record.pk,
        giver=record.giver_key,
        decision=Decision(record.decision),
        decided_at=record.decided_at,
        bears_on_badge=covers,
        superseded=statement is not None and statement.superseded_at is not None,
        ends_at=record.ends_at,
        invalidated=record.invalidated_at is not None,
    )


def consent_states(learners: QuerySet[Learner], badge: Badge, *, now: datetime) -> dict[int, ConsentState]:
    """The same rule as one query: the state of each of these learners who has any; the others' is `NONE`."""
    place = Window(
        RowNumber(),
        partition_by=[F("learner"), F("giver_key")],
        order_by=[F("decided_at").desc(), Case(When(decision=Decision.GIVEN, then=1), default=0), F("pk").desc()],
    )
    latest = (
        ConsentRecord.objects.bearing_on(badge)
        .filter(learner__in=learners, invalidated_at=None)
        .annotate(place=place)
        .filter(place=1)
        .order_by("decided_at", "pk")
    )
    states: dict[int, ConsentState] = {}
    agreed: set[int] = set()
    columns = ("learner_id", "decision", "ends_at", "text__statement__superseded_at")
    for learner_id, decision, ends_at, superseded_at in latest.values_list(*columns):
        if decision != Decision.GIVEN:
            states[learner_id] = ConsentState(decision)
        elif superseded_at is None and (ends_at is None or ends_at > now):
            agreed.add(learner_id)
    for learner_id in agreed:
        states[learner_id] = ConsentState.CONFLICT if learner_id in states else ConsentState.GIVEN
    return states


# Who has a badge already


def holders(badge: Badge, keys: Collection[str]) -> set[str]:
    """Those e-mail keys to which Navigatr's records show this badge, whoever issued it; revoked ones do not count."""
    kept = badge.assertions.exclude(status__iexact="Revoked")
    return {
        key for part in batched(keys) for key in kept.filter(email_key__in=part).values_list("email_key", flat=True)
    }


def standings(badge: Badge, keys: Collection[str]) -> dict[str, set[str]]:
    """In which statuses our own live issuances of this badge stand, by e-mail key; keys without any are left out."""
    found: dict[str, set[str]] = defaultdict(set)
    live = Issuance.objects.live().filter(badge=badge)
    for part in batched(keys):
        for key, status in live.filter(email_key__in=part).values_list("email_key", "status"):
            found[key].add(status)
    return found


def batched(values: Collection[T], size: int = 500) -> Iterator[list[T]]:
    """The values in lists no longer than a database takes as parameters."""
    every = list(values)
    return (every[start : start + size] for start in range(0, len(every), size))


# What is due


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
    """What waits on this connection and is not paused or held, whatever its time."""
    unpaused = Q(roster=None) | Q(roster__status=RosterStatus.RUNNING)
    return Issuance.objects.for_connection(connection_id).filter(unpaused, status=IssuanceStatus.QUEUED, badge__hold="")


def next_due(connection_id: int, now: datetime) -> datetime | None:
    """When the next waiting row falls due: `now` where one is due already, None where none waits."""
    if waiting(connection_id).filter(Q(not_before=None) | Q(not_before__lte=now)).exists():
        return now
    return waiting(connection_id).aggregate(at=Min("not_before"))["at"]


def due_connections(now: datetime) -> QuerySet[Connection]:
    """Connections that are not stopped or resting and have something to send now; the longest unserved first."""
    epoch = now.timestamp()
    unpaused = Q(roster=None) | Q(roster__status=RosterStatus.RUNNING)
    rows = Issuance.objects.due(now).filter(unpaused, badge__provider__connection=OuterRef("pk")).order_by()
    return (
        Connection.objects.filter(stop_reason="", pace__rests_until__lte=epoch)
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


# Counts and estimates


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
    if connection.pace.rests_until > now.timestamp():
        state = "resting"
    if connection.is_stopped:
        state = "stopped"
    reason = StopReason(connection.stop_reason).label if connection.is_stopped else ""
    return {"name": connection.name, "state": state, "reason": str(reason), "due": due, "in_flight": flying}


def finish_at(connection_id: int, now: datetime) -> datetime | None:
    """When all that waits on this connection will have been sent at its pace; None where nothing waits."""
    ahead = waiting(connection_id).count()
    if not ahead:
        return None
    pace = Connection.objects.values_list("pace__margin", "pace__rests_until").get(pk=connection_id)
    start = max(now, moment(pace[1]))
    return start + timedelta(seconds=finish_seconds(ahead, rate(), pace[0]))


def canary_age(now: datetime) -> float | None:
    """Seconds since a worker last answered; None where none ever did."""
    beat = Heartbeat.objects.filter(name="canary").first()
    return (now - beat.answered_at).total_seconds() if beat else None
