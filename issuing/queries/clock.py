"""Clocks and the limit all processes share."""

import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection as database

from issuing.workflow.pace import Rate


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
