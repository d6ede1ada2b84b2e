"""Claim and pace: one short transaction that says durably which call is about to be made, and when."""

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from issuing import queries
from issuing.enums import BreakerState, ConsentState, IssuanceStatus, ServedKind
from issuing.models import Attempt, Connection, Issuance, Pace, Roster
from issuing.navigatr import boottime
from issuing.services import connections, learners
from issuing.workflow import pace as rules

IN_FLIGHT_GRACE = 17.0
CROWDED = 0.2


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call that is about to be made, durably said.

    Args:
        connection (Connection): as it was when claimed, with its secret.
        slot (float): the call's moment on the monotonic clock.
        committed_at (float): when the claim was committed, by `boottime()`.
    """

    issuance: Issuance
    attempt: Attempt
    connection: Connection
    margin: float
    slot: float
    committed_at: float


@dataclass(frozen=True, slots=True)
class Silent:
    """Navigatr gave no usable answers; `connections.ask` says whether it does again."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing is to be sent now; `next_due` is when something will be, None where nothing waits."""

    next_due: datetime | None
    stopped: bool = False


def worker_name() -> str:
    """This process, as attempts name it."""
    return f"{socket.gethostname()}:{os.getpid()}"[:100]


def claim(connection_id: int, *, worker: str) -> Claimed | rules.Wait | Silent | Idle:
    """Choose what to send next over this connection and commit that it is about to be sent.

    Decides consent under the learner's lock; who has none is cancelled and spends no slot. Locks pace, learner and
    issuance, in this order.

    Returns:
        Claimed: make the call at its slot, or never.
        Wait: so many seconds until it is worth asking again.
        Silent: ask first whether Navigatr is back.
        Idle: nothing is due.
    """
    with transaction.atomic():
        found = _claim(connections.lock(connection_id), worker)
    if not isinstance(found, _Chosen):
        return found
    committed_at = boottime()
    return Claimed(found.issuance, found.attempt, found.connection, found.margin, found.slot, committed_at)


@dataclass(frozen=True, slots=True)
class _Chosen:
    issuance: Issuance
    attempt: Attempt
    connection: Connection
    margin: float
    slot: float


def _claim(pace: Pace, worker: str) -> "_Chosen | rules.Wait | Silent | Idle":
    now, here = queries.database_time(), time.monotonic()
    connection = Connection.objects.get(pk=pace.pk)
    if connection.is_stopped:
        return Idle(None, stopped=True)
    if rest := queries.rest_left(pace, now):
        return rules.Wait(rest)
    slot = rules.next_slot(pace.next_slot, now, queries.rate(), pace.margin)
    if isinstance(slot, rules.Wait):
        return slot
    if held_back := _held_back(pace, now):
        return held_back
    issuance = _choose_allowed(pace, queries.moment(now))
    if not isinstance(issuance, Issuance):
        return issuance
    attempt = _begin(issuance, connection, worker, now=queries.moment(now), slot_at=queries.moment(slot.at))
    if attempt is None:
        return rules.Wait(0.0)
    connections.spend(pace, slot)
    connections.note_begun(pace, attempt)
    return _Chosen(issuance, attempt, connection, pace.margin, here + (slot.at - now))


def _held_back(pace: Pace, now: float) -> rules.Wait | Silent | None:
    """Why no call may be begun now, as far as those before it go."""
    breaker = connections.breaker_of(pace)
    if breaker.state == BreakerState.OPEN:
        return Silent()
    since = queries.moment(now) - timedelta(seconds=settings.NAVIGATR_READ_TIMEOUT + IN_FLIGHT_GRACE)
    if not breaker.may_begin or queries.in_flight(pace.pk, since) >= breaker.most_in_flight:
        return rules.Wait(CROWDED)
    return None


def _choose_allowed(pace: Pace, now: datetime) -> Issuance | rules.Wait | Idle:
    """The next row, if its learner agrees; one that is not to be sent ends here, and the next claim chooses again.

    One learner a transaction: whoever locks several does so in the order of their keys, and this is another order.
    """
    issuance = _choose(pace, now)
    if issuance is None:
        return Idle(queries.next_due(pace.pk, now))
    if not _lock_learner(issuance):
        return rules.Wait(0.0)
    verdict = queries.consent_of(issuance.learner_id, issuance.badge, now=now)
    if queries.accepted_attempts(issuance.pk).exists():
        _end(issuance, IssuanceStatus.ISSUED, now)
    elif verdict.state != ConsentState.GIVEN:
        why = queries.refusal_of(issuance.learner_id, issuance.badge, now=now)
        _end(issuance, IssuanceStatus.CANCELLED, now, reason=why.reason, reason_at=why.at)
    else:
        issuance.allowed_by_id = verdict.allowed_by
        return issuance
    return rules.Wait(0.0)


def _lock_learner(issuance: Issuance) -> bool:
    """Lock whose badge it is; False where they were put on hold or merged since the row was chosen: choose again."""
    learner = learners.lock(issuance.learner_id)
    return learner.on_hold_since is None and learner.merged_into_id is None


def _choose(pace: Pace, now: datetime) -> Issuance | None:
    choosers: dict[ServedKind, Callable[[], Issuance | None]] = {
        ServedKind.SINGLE: lambda: _related(queries.due_singles(pace.pk, now)).first(),
        ServedKind.ROSTER: lambda: _next_of_a_roster(pace, now),
    }
    for kind in rules.preference(pace.slot_no):
        found = choosers[kind]()
        if found is not None:
            return found
    return None


def _next_of_a_roster(pace: Pace, now: datetime) -> Issuance | None:
    roster = queries.due_rosters(pace.pk, now).first()
    if roster is None:
        return None
    Roster.objects.filter(pk=roster.pk).update(served_slot=pace.slot_no + 1)
    return _related(Issuance.objects.due(now).filter(roster=roster)).first()


def _related(issuances):  # type: ignore[no-untyped-def]
    return issuances.select_related("badge__provider")


def _begin(
    issuance: Issuance, connection: Connection, worker: str, *, now: datetime, slot_at: datetime
) -> Attempt | None:
    """The attempt, written down; None where staff cancelled the row since it was chosen."""
    number = issuance.attempt_no + 1
    began = Issuance.step(
        issuance.pk,
        attempt_no=issuance.attempt_no,
        sources=[IssuanceStatus.QUEUED],
        to=IssuanceStatus.SENDING,
        at=now,
        begins=number,
        allowed_by=issuance.allowed_by_id,
        not_before=None,
    )
    if not began:
        return None
    issuance.attempt_no = number
    return Attempt.objects.create(
        issuance=issuance,
        number=number,
        connection=connection,
        secret_version=connection.secret_version,
        worker=worker,
        claimed_at=now,
        slot_at=slot_at,
    )


def _end(issuance: Issuance, to: IssuanceStatus, now: datetime, **fields: Any) -> None:
    Issuance.step(issuance.pk, attempt_no=issuance.attempt_no, sources=[IssuanceStatus.QUEUED], to=to, at=now, **fields)


def take_new_slot(claimed: Claimed) -> float | None:
    """Another slot for a call that missed its own, on the monotonic clock; None where sending has been stopped."""
    with transaction.atomic():
        pace = connections.lock(claimed.connection.pk)
        now, here = queries.database_time(), time.monotonic()
        stopped = Connection.objects.filter(pk=pace.pk).exclude(stop_reason="").exists()
        if stopped or queries.rest_left(pace, now):
            return None
        slot = rules.next_slot(pace.next_slot, now, queries.rate(), pace.margin, look_ahead=float("inf"))
        if isinstance(slot, rules.Wait):
            return None
        connections.spend(pace, slot)
        Attempt.objects.filter(pk=claimed.attempt.pk, outcome="").update(slot_at=queries.moment(slot.at))
        return here + (slot.at - now)
