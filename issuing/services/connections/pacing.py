"""Gives out the slots of a connection's pace: for reads here, for badges in `issuances.claim`."""

import random
import time
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from issuing import queries
from issuing.enums import Outcome
from issuing.exceptions import NoEffect
from issuing.models import Pace
from issuing.workflow import pace as rules
from issuing.workflow import retry

LONGEST_WAIT = 120.0
BUSY = "This Navigatr account is busy or was asked to wait; try again in a few minutes."


@dataclass(frozen=True, slots=True)
class _Offer:
    """A moment on the monotonic clock: that of the slot given out, or else when to ask again."""

    moment: float
    is_slot: bool
    margin: float


def lock(connection_id: int) -> Pace:
    """Lock the pace row until the transaction ends. Read the clock after this, never before."""
    return Pace.objects.select_for_update().get(pk=connection_id)


def wait_for_slot(connection_id: int, *, idle: bool = False, give_up: float | None = None) -> None:
    """Spend one slot on a read: returns at the slot's moment.

    Args:
        idle (bool): takes only a slot that no badge took when it came free.
        give_up (float | None): moment on the monotonic clock; two minutes from now where there is none.

    Raises:
        NoEffect: none came free by then.
    """
    wait_for_joint_slot([connection_id], idle=idle, give_up=give_up)


def wait_for_joint_slot(
    connection_ids: Collection[int], *, own: Pace | None = None, idle: bool = False, give_up: float | None = None
) -> None:
    """Spend one slot of each of these connections on one call: returns at the moment that suits them all.

    A slot that is missed, because the machine was busy meanwhile, is spent, and another is taken further ahead.

    Args:
        own (Pace | None): a pace that is not saved, kept to as well.

    Raises:
        NoEffect: none came free within two minutes, or by `give_up`.
    """
    give_up = time.monotonic() + LONGEST_WAIT if give_up is None else give_up
    lead, rate = rules.LEAD, queries.rate()
    while True:
        offer = _offer(connection_ids, own, idle, lead)
        if offer.moment > give_up:
            raise NoEffect(BUSY, outcome=Outcome.RATE_LIMITED)
        time.sleep(max(0.0, offer.moment - time.monotonic()))
        now = time.monotonic()
        if offer.is_slot and not rules.missed(offer.moment, now, rate, offer.margin):
            return
        if offer.is_slot:
            lead = min(rules.LOOK_AHEAD + rate.spacing(offer.margin), lead + 2 * (now - offer.moment))


def _offer(connection_ids: Collection[int], own: Pace | None, idle: bool, lead: float) -> _Offer:
    with transaction.atomic():
        paces = [lock(connection_id) for connection_id in sorted(connection_ids)] + ([own] if own else [])
        now, here = queries.database_time(), time.monotonic()
        margin = max(pace.margin for pace in paces)
        rest, stored = max(queries.rest_left(pace, now) for pace in paces), max(pace.next_slot for pace in paces)
        if rest:
            return _Offer(here + rest, False, margin)
        slot = rules.next_slot(stored, now, queries.rate(), margin, lead=lead)
        if isinstance(slot, rules.Wait):
            return _Offer(here + slot.seconds, False, margin)
        if idle and rules.may_be_wanted(stored, now):
            return _Offer(here + stored + rules.IDLE_AFTER - now, False, margin)
        for pace in paces:
            spend(pace, slot)
        return _Offer(here + (slot.at - now), True, margin)


def spend(pace: Pace, slot: rules.Slot) -> None:
    """Move a locked pace on behind the slot given out; one that is not saved yet is not saved."""
    pace.next_slot = slot.following
    pace.slot_no += 1
    if pace.pk is not None:
        pace.save(update_fields=["next_slot", "slot_no"])


def rest(pace: Pace, *, retry_after: float | None) -> None:
    """Let a locked connection rest after a 429, and keep more distance from the limit for a while.

    While it rests already, because several calls were in flight, another 429 can only make the rest longer.
    """
    now = queries.database_time()
    left = queries.rest_left(pace, now)
    if not left:
        pace.refused_in_a_row += 1
        pace.margin = rules.widened(pace.margin)
    seconds = retry.rest_seconds(retry_after, pace.refused_in_a_row, random.random())  # noqa: S311
    pace.rests_until = now + max(left, seconds)
    pace.save(update_fields=["refused_in_a_row", "rests_until", "margin"])


def pause(connection_id: int, seconds: float) -> None:
    """Let a connection rest because its host cannot be reached."""
    with transaction.atomic():
        pace = lock(connection_id)
        now = queries.database_time()
        pace.rests_until = now + max(queries.rest_left(pace, now), seconds)
        pace.save(update_fields=["rests_until"])


def recover(connection_id: int) -> None:
    """Note a call that Navigatr took: the margin narrows again. Takes the pace's lock only where there is need."""
    troubled = Pace.objects.filter(pk=connection_id)
    if not troubled.exclude(refused_in_a_row=0, margin__lte=rules.BASE_MARGIN).exists():
        return
    with transaction.atomic():
        pace = lock(connection_id)
        pace.refused_in_a_row = 0
        pace.margin = rules.narrowed(pace.margin)
        pace.save(update_fields=["refused_in_a_row", "margin"])
