"""When the next call may leave: even spacing with a margin, so that no window ever holds more than its share.

Times are seconds since the epoch, by the clock of the database.
"""

import math
from dataclasses import dataclass

from issuing.enums import ServedKind

LOOK_AHEAD = 0.1
"""A slot further ahead than this is not given out yet."""
LEAD = 0.01
"""The least time between giving a slot out and the slot, for the commit to be over."""
IDLE_AFTER = 0.05
"""Seconds after its moment from which a slot that no badge took is free for reads that can wait."""
MAX_IN_FLIGHT = 8
BASE_MARGIN = 0.02
"""Share of the window added to it."""
MAX_MARGIN = 0.25
FIRST_BYTE_LIMIT = 2.0
"""Seconds from the claim's commit after which the call is not begun any more."""
ROSTER_SLOTS = frozenset({1, 3, 5, 7, 8})
"""Of every ten slots, those in which a waiting roster goes before a single badge."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`calls` requests in any window of `seconds`."""

    calls: int
    seconds: float

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read `5/2`: five requests every two seconds.

        Raises:
            ValueError: not two positive numbers with a stroke between them.
        """
        calls, _, seconds = text.partition("/")
        try:
            rate = cls(int(calls), float(seconds or 1))
        except ValueError:
            rate = cls(0, 0.0)
        if rate.calls < 1 or not 0 < rate.seconds < math.inf:
            raise ValueError(f"not a rate: {text!r}")
        return rate

    def spacing(self, margin: float = BASE_MARGIN) -> float:
        """Seconds between two calls, with the margin as a share of the window."""
        return self.seconds * (1 + margin) / self.calls


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment given to one call, and the one after it."""

    at: float
    following: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may leave for so many seconds."""

    seconds: float


def next_slot(
    stored: float, now: float, rate: Rate, margin: float, look_ahead: float = LOOK_AHEAD, lead: float = LEAD
) -> Slot | Wait:
    """Give out the next slot, or say how long to wait for it.

    A stored slot further ahead than the calls in flight can have pushed it means that the clock was set back: it then
    counts as one spacing ahead of the furthest slot that may have been given out.

    Args:
        stored (float): the next free slot as kept; 0 where none was ever given out.
        now (float): the clock, read after the pace was locked.
        look_ahead (float): how far ahead a slot may be given out, in seconds.
        lead (float): the least time between now and the slot, in seconds.
    """
    spacing = rate.spacing(margin)
    if stored > now + LOOK_AHEAD + (MAX_IN_FLIGHT + 1) * spacing:
        stored = now + LOOK_AHEAD + spacing
        return Slot(stored, stored + spacing)
    if stored > now + look_ahead:
        return Wait(stored - now - look_ahead)
    at = max(stored, now + lead)
    return Slot(at, at + spacing)


def rest_left(until: float, now: float, longest: float) -> float:
    """Seconds for which a connection rests still; 0.0 for a rest longer than any can be: the clock was set back."""
    left = until - now
    return left if 0.0 < left <= longest else 0.0


def may_be_wanted(stored: float, now: float) -> bool:
    """Whether the next slot has come free so lately that a badge may still take it."""
    return now - IDLE_AFTER < stored <= now + LOOK_AHEAD


def missed(slot: float, now: float, rate: Rate, margin: float) -> bool:
    """Whether so much of the margin is gone that the call must take a new slot."""
    return now - slot > rate.seconds * margin / 2


def preference(slot_no: int) -> tuple[ServedKind, ServedKind]:
    """Which kind of waiting badge goes first in this slot, and which else."""
    if slot_no % 10 in ROSTER_SLOTS:
        return ServedKind.ROSTER, ServedKind.SINGLE
    return ServedKind.SINGLE, ServedKind.ROSTER


def widened(margin: float) -> float:
    """The margin after Navigatr said *too fast*."""
    return min(MAX_MARGIN, margin * 2)


def narrowed(margin: float) -> float:
    """The margin after a call that Navigatr took."""
    return max(BASE_MARGIN, margin * 0.98)


def finish_seconds(ahead: int, rate: Rate, margin: float = BASE_MARGIN) -> float:
    """Seconds until `ahead` calls have left, from now."""
    return ahead * rate.spacing(margin)
