"""Keeps a connection's breaker: notes how calls end, and asks whether Navigatr is back."""

import time

from django.conf import settings
from django.db import transaction

from issuing import enqueue, queries
from issuing.enums import BreakerState, Outcome
from issuing.exceptions import NavigatrError, NoEffect
from issuing.models import Attempt, Connection, Pace
from issuing.navigatr import NavigatrClient
from issuing.services.connections.clients import config, credentials
from issuing.services.connections.pacing import BUSY, lock, rest, spend
from issuing.workflow import breaker as rules
from issuing.workflow import pace as slots
from issuing.workflow.breaker import Breaker


def breaker_of(pace: Pace) -> Breaker:
    return Breaker(BreakerState(pace.breaker_state), pace.failed_in_a_row, pace.opened_in_a_row, pace.probe_id)


def note_begun(pace: Pace, attempt: Attempt) -> None:
    """Note a call that the caller's transaction claims, in which the pace is locked."""
    _keep(pace, rules.begun(breaker_of(pace), attempt.pk))


def note_ended(connection_id: int, attempt_id: int, outcome: Outcome) -> None:
    """Note a call's end in the caller's transaction, before it locks anything behind the pace.

    A call whose worker is gone is noted as `UNKNOWN`. The lock is taken only where there is something to note.
    """
    pace = Pace.objects.get(pk=connection_id)
    if rules.ended(breaker_of(pace), attempt_id, outcome) == breaker_of(pace):
        return
    pace = lock(connection_id)
    _keep(pace, rules.ended(breaker_of(pace), attempt_id, outcome))


def ask(connection: Connection) -> None:
    """Where the breaker is open and its rest is over, make the one read that says whether Navigatr is back.

    Any answer that is one will do. Of several callers one asks.

    Raises:
        NoEffect: it rests still, or another is asking.
        NavigatrError: Navigatr gives no usable answer; it rests again, for longer.
    """
    is_open = Pace.objects.filter(pk=connection.pk, breaker_state=BreakerState.OPEN).exists()
    moment = _take_turn(connection.pk) if is_open else None
    if moment is None:
        return
    time.sleep(max(0.0, moment - time.monotonic()))
    refusal: NavigatrError | None = None
    try:
        NavigatrClient(config(connection.base_url), credentials(connection)).user()
    except NavigatrError as error:
        refusal = error
    is_answer = refusal is None or (isinstance(refusal, NoEffect) and refusal.status_code is not None)
    _keep_answer(connection.pk, refusal, is_answer=is_answer)
    if refusal is not None and not is_answer:
        raise refusal


def _take_turn(connection_id: int) -> float | None:
    """When to ask, on the monotonic clock; until the answer comes nobody else does. None where it is not open."""
    with transaction.atomic():
        pace = lock(connection_id)
        now, here = queries.database_time(), time.monotonic()
        if pace.breaker_state != BreakerState.OPEN:
            return None
        if queries.rest_left(pace, now):
            raise NoEffect(BUSY, outcome=Outcome.RATE_LIMITED)
        slot = slots.next_slot(pace.next_slot, now, queries.rate(), pace.margin, look_ahead=float("inf"))
        assert isinstance(slot, slots.Slot)  # noqa: S101 - however far ahead
        spend(pace, slot)
        pace.rests_until = slot.at + settings.NAVIGATR_READ_TIMEOUT + rules.ANSWER_GRACE
        pace.save(update_fields=["rests_until"])
        return here + (slot.at - now)


def _keep_answer(connection_id: int, refusal: NavigatrError | None, *, is_answer: bool) -> None:
    with transaction.atomic():
        pace = lock(connection_id)
        if pace.breaker_state != BreakerState.OPEN:
            return
        pace.rests_until = 0.0
        _keep(pace, rules.asked(breaker_of(pace), answered=is_answer))
        if isinstance(refusal, NoEffect) and refusal.outcome == Outcome.RATE_LIMITED:
            rest(pace, retry_after=refusal.retry_after)
        if is_answer:
            enqueue.send(connection_id)


def _keep(pace: Pace, breaker: Breaker) -> None:
    """Write a locked pace's breaker down; it rests from the moment it opens."""
    if breaker == breaker_of(pace):
        return
    has_opened = breaker.state == BreakerState.OPEN
    pace.breaker_state, pace.probe_id = breaker.state, breaker.probe
    pace.failed_in_a_row, pace.opened_in_a_row = breaker.failed_in_a_row, breaker.opened_in_a_row
    if has_opened:
        rests = settings.NAVIGATR_BREAKER_SECONDS * breaker.rests
        now = queries.database_time()
        pace.rests_until = now + max(queries.rest_left(pace, now), rests)
    pace.save(update_fields=["breaker_state", "probe", "failed_in_a_row", "opened_in_a_row", "rests_until"])
