"""Gives out the slots of a connection's pace: for reads here, for badges in `issuances.claim`."""

import random
import time

from django.db import transaction

from issuing import queries
from issuing.enums import Outcome
from issuing.exceptions import NoEffect
from issuing.models import Pace
from issuing.workflow import pace as rules
from issuing.workflow import retry

LONGEST_WAIT = 120.0


def lock(connection_id: int) -> Pace:
    """Lock the pace row until the transaction ends. Read the clock after this, never before."""
    return Pace.objects.select_for_update().get(pk=connection_id)


def wait_for_slot(connection_id: int) -> None:
    """Spend one slot on a read: returns at the slot's moment.

    Raises:
        NoEffect: none came free within two minutes.
    """
    give_up = time.monotonic() + LONGEST_WAIT
    while True:
        moment, free = _try_slot(connection_id)
        if free or moment > give_up:
            break
        time.sleep(max(0.0, moment - time.monotonic()))
    if not free:
        raise NoEffect("Navigatr asked us to wait; try again in a few minutes.", outcome=Outcome.RATE_LIMITED)
    time.sleep(max(0.0, moment - time.monotonic()))


def _try_slot(connection_id: int) -> tuple[float, bool]:
    """A moment on the monotonic clock: that of the slot given out, or when to ask again."""
    with transaction.atomic():
        pace = lock(connection_id)
        now, here = queries.database_time(), time.monotonic()
        if pace.rests_until > now:
            return here + min(60.0, pace.rests_until - now), False
        slot = rules.next_slot(pace.next_slot, now, queries.rate(), pace.margin)
        if isinstance(slot, rules.Wait):
            return here + slot.seconds, False
        spend(pace, slot)
        return here + (slot.at - now), True


def spend(pace: Pace, slot: rules.Slot) -> None:
    """Move a locked pace on behind the slot given out."""
    pace.next_slot = slot.following
    pace.slot_no += 1
    pace.save(update_fields=["next_slot", "slot_no"])


def rest(pace: Pace, *, retry_after: float | None) -> None:
    """Let a locked connection rest after a 429, and keep more distance from the limit for a while."""
    pace.refused_in_a_row += 1
    seconds = retry.rest_seconds(retry_after, pace.refused_in_a_row, random.random())  # noqa: S311
    pace.rests_until = max(pace.rests_until, queries.database_time() + seconds)
    pace.margin = rules.widened(pace.margin)
    pace.save(update_fields=["refused_in_a_row", "rests_until", "margin"])


def pause(connection_id: int, seconds: float) -> None:
    """Let a connection rest because its host cannot be reached."""
    with transaction.atomic():
        pace = lock(connection_id)
        pace.rests_until = max(pace.rests_until, queries.database_time() + seconds)
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
