"""Clocks and the limit all processes share."""

import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection as database

from issuing.models import Pace
from issuing.workflow import breaker, retry
from issuing.workflow.pace import Rate
from issuing.workflow.pace import rest_left as rest_left_of


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


def longest_rest() -> float:
    """Seconds that a connection rests at most, whatever for."""
    after_outage = breaker.LONGEST_REST * settings.NAVIGATR_BREAKER_SECONDS
    return max(retry.REST_CAP, after_outage, settings.NAVIGATR_READ_TIMEOUT + breaker.ANSWER_GRACE) + 1.0


def rest_left(pace: Pace, now: float) -> float:
    """Seconds for which a connection rests still, by the database's clock; 0.0 where it does not."""
    return rest_left_of(pace.rests_until, now, longest_rest())


def rate() -> Rate:
    """The limit that NAVIGATR_RATE names."""
    return Rate.parse(settings.NAVIGATR_RATE)
