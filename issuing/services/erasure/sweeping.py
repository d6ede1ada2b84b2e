"""Sees to it that nothing of an erased person stays where no row is: in the cache, in old pages, in ended tasks."""

import logging

from django.core.cache import cache
from django.db import DatabaseError, connection

from issuing import enqueue
from issuing.models import Erasure
from issuing.services.erasure import lists
from issuing.services.erasure.naming import Names

log = logging.getLogger(__name__)
WAIT_MILLISECONDS = 3_000


def after(erasure: Erasure) -> None:
    """Once the erasing is committed: add it to the list beside the database, and overwrite what was freed.

    Where the list cannot be written the log says so: the learner is erased all the same, and `reapply` writes it anew.
    """
    try:
        lists.append(erasure)
    except OSError as error:
        log.error("The list of erasures beside the database was not written: %s", error.strerror)
    tidy()


def tidy() -> None:
    """Empty the cache, which may hold an uploaded file, and what SQLite still keeps of earlier pages."""
    cache.clear()
    checkpoint()


def checkpoint() -> bool:
    """Write SQLite's log back into the file, where freed content is overwritten, and empty it.

    Returns:
        False where somebody read the database all the while: the schedule of the hour does it again.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return bool(cursor.fetchone()[0] == 0)
        except DatabaseError:
            return False
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def forget_tasks(names: Names) -> int:
    """Remove ended tasks whose error names the person; returns how many."""
    return enqueue.forget_ended(names.touch)
