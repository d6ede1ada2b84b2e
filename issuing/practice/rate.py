"""The limit: a true sliding window over the arrivals of calls."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

SAME_CLOCK = 1.0
"""Seconds by which arrivals may be out of order; a larger step back means that the machine was restarted."""


@dataclass(frozen=True)
class Rate:
    """At most `calls` in any window of `seconds`."""

    calls: int
    seconds: float

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Return the rate written as "calls/seconds", such as "5/2".

        Raises:
            ValueError: with a sentence, when it is not two positive numbers, the first of them whole.
        """
        calls, _, seconds = text.partition("/")
        try:
            rate = cls(int(calls), float(seconds))
        except ValueError:
            rate = cls(0, 0)
        if rate.calls < 1 or not 0 < rate.seconds < float("inf"):
            raise ValueError(f"A rate is calls/seconds, such as 5/2, and not {text!r}.")
        return rate

    def __str__(self) -> str:
        return f"{self.calls}/{self.seconds:g}"


class SlidingWindow:
    """Remembers admitted arrivals. Not safe for threads: the caller holds a lock."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._admitted: deque[float] = deque()

    def admit(self, arrived: float) -> bool:
        """Say whether a call that arrived then is within the limit, and count it if so.

        A window is half open: a call exactly `seconds` after another is in the next one. Refused calls do
        not count. Arrivals a moment out of order are taken as if in order.
        """
        if self._admitted:
            arrived = max(arrived, self._admitted[-1])
        while self._admitted and arrived - self._admitted[0] >= self.rate.seconds:
            self._admitted.popleft()
        if len(self._admitted) >= self.rate.calls:
            return False
        self._admitted.append(arrived)
        return True

    def clear(self) -> None:
        """Forget every arrival."""
        self._admitted.clear()


def busiest(arrivals: Iterable[float], seconds: float) -> int:
    """Return the most arrivals in any window of that many seconds.

    Args:
        arrivals (Iterable[float]): monotonic seconds in the order they were recorded.
    """
    return max((_busiest_of(sorted(part), seconds) for part in _by_clock(arrivals)), default=0)


def _by_clock(arrivals: Iterable[float]) -> list[list[float]]:
    parts: list[list[float]] = []
    latest = float("inf")
    for arrived in arrivals:
        if not parts or arrived < latest - SAME_CLOCK:
            parts.append([])
            latest = arrived
        parts[-1].append(arrived)
        latest = max(latest, arrived)
    return parts


def _busiest_of(arrivals: list[float], seconds: float) -> int:
    most = first = 0
    for last, arrived in enumerate(arrivals):
        while arrived - arrivals[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
