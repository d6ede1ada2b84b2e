"""Whether a background worker is there, and since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from issuing.models import Heartbeat

CANARY = "canary"
LATE = timedelta(minutes=2)
"""No sign of life for longer: no worker is there. `supervise` asks every 15 seconds; a plain `qcluster` looks every
half minute whether its minute is over, and so answers every 60 to 90 seconds."""
SAID_FOR = timedelta(minutes=30)
"""How long it is said that sending goes on again."""


@dataclass(frozen=True, slots=True)
class Worker:
    """The background worker as of `now`.

    Args:
        seen_at (datetime | None): its last sign of life; None where there never was one.
        since (datetime | None): since when it has answered without a gap, where that is known.
        away_from (datetime | None): its last sign of life before that; None where no badge was kept waiting.
    """

    now: datetime
    seen_at: datetime | None = None
    since: datetime | None = None
    away_from: datetime | None = None

    @property
    def is_away(self) -> bool:
        return self.seen_at is None or is_gap(self.seen_at, self.now)

    @property
    def back_since(self) -> datetime | None:
        """Since when badges that were kept waiting are sent again; None where that is no news any more."""
        if self.is_away or self.since is None or self.away_from is None:
            return None
        return self.since if self.now - self.since <= SAID_FOR else None


def is_gap(before: datetime, after: datetime) -> bool:
    """Whether so long without a sign of life means that no worker was there; a clock that was set back is no gap."""
    return after - before > LATE


def worker(now: datetime) -> Worker:
    """How the background worker is."""
    row = Heartbeat.objects.filter(name=CANARY).first()
    return Worker(now, row.answered_at, row.since, row.away_from) if row else Worker(now)


def canary_age(now: datetime) -> float | None:
    """Seconds since a worker last answered; None where none ever did."""
    seen_at = worker(now).seen_at
    return None if seen_at is None else (now - seen_at).total_seconds()
