"""When a connection stops issuing because Navigatr gives no usable answers, and how it begins again. Pure.

Closed, it issues. After three calls in a row without a usable answer it opens and rests; then one read asks whether
anybody is there. Once one is answered it is half open: reads go on, and issuing waits for one call, the probe.
"""

from dataclasses import dataclass, replace

from issuing.enums import BreakerState, Outcome
from issuing.workflow.pace import MAX_IN_FLIGHT

FAILURES = 3
"""Calls in a row without a usable answer that open it."""
LONGEST_REST = 10
"""How many times its first rest the longest is."""

ANSWER_GRACE = 20.0
"""Seconds longer than a read's time-out after which the read that asked whether Navigatr is back counts as lost."""

_FAILED = frozenset({Outcome.UNKNOWN, Outcome.UNREACHABLE, Outcome.ABORTED})


@dataclass(frozen=True, slots=True)
class Breaker:
    """A connection's breaker.

    Args:
        failed_in_a_row (int): while closed, calls without a usable answer since the last usable one.
        opened_in_a_row (int): how often it opened without closing between.
        probe (int | None): while half open, the attempt that everything waits for.
    """

    state: BreakerState = BreakerState.CLOSED
    failed_in_a_row: int = 0
    opened_in_a_row: int = 0
    probe: int | None = None

    @property
    def may_begin(self) -> bool:
        """Whether a call may be begun now."""
        return self.state == BreakerState.CLOSED or (self.state == BreakerState.HALF_OPEN and self.probe is None)

    @property
    def most_in_flight(self) -> int:
        """How many calls may be under way: the fewer, the more have failed, so that an outage leaves no more open."""
        return MAX_IN_FLIGHT - self.failed_in_a_row

    @property
    def rests(self) -> int:
        """How many times the first rest it rests, having opened."""
        return int(min(LONGEST_REST, 2 ** min(10, max(0, self.opened_in_a_row - 1))))


def begun(breaker: Breaker, attempt: int) -> Breaker:
    """After a call was claimed: the first while half open is the probe."""
    return replace(breaker, probe=attempt) if breaker.state == BreakerState.HALF_OPEN else breaker


def ended(breaker: Breaker, attempt: int, outcome: Outcome) -> Breaker:
    """After a call's end; a call whose worker is gone ended as `UNKNOWN`.

    What was begun before it opened changes nothing any more.
    """
    if breaker.state == BreakerState.OPEN or (breaker.state == BreakerState.HALF_OPEN and attempt != breaker.probe):
        return breaker
    if outcome not in _FAILED:
        return Breaker()
    if breaker.state == BreakerState.HALF_OPEN:
        # One that never left says nothing about Navigatr: the next is the probe.
        return replace(breaker, probe=None) if outcome == Outcome.ABORTED else _opened(breaker)
    failed = replace(breaker, failed_in_a_row=breaker.failed_in_a_row + 1)
    return _opened(failed) if failed.failed_in_a_row >= FAILURES else failed


def asked(breaker: Breaker, *, answered: bool) -> Breaker:
    """After the one read that follows a rest."""
    if breaker.state != BreakerState.OPEN:
        return breaker
    return replace(breaker, state=BreakerState.HALF_OPEN) if answered else _opened(breaker)


def _opened(breaker: Breaker) -> Breaker:
    return Breaker(BreakerState.OPEN, opened_in_a_row=breaker.opened_in_a_row + 1)
