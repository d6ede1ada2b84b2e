"""What is said while no background worker is there, and when one is back."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing.presenters.dates import clock
from issuing.queries import Worker

COMMAND = "manage.py supervise"
"""What whoever runs the program should start."""


def stopped() -> str:
    """How a sentence begins that says why nothing is sent."""
    return _("Sending stopped:")


def away(worker: Worker, what_waits: str) -> str:
    """How such a sentence goes on while no worker is there.

    Args:
        what_waits (str): a sentence about the badges that wait.
    """
    if worker.seen_at is None:
        return _("the background worker has not been seen yet. %(waits)s") % {"waits": what_waits}
    told = {"time": clock(worker.seen_at, worker.now), "waits": what_waits}
    return _("the background worker was last seen at %(time)s. %(waits)s") % told


def again(worker: Worker) -> str:
    """That sending goes on, for a while after a gap that kept badges waiting; else empty."""
    if worker.back_since is None:
        return ""
    return _("Sending again since %(time)s.") % {"time": clock(worker.back_since, worker.now)}


def safe(count: int, shown: str = "") -> str:
    """What becomes of those that wait.

    Args:
        shown (str): the number as it is said, where that is not exact.
    """
    return ngettext(
        "%(count)s badge is waiting and safe; none will be sent twice.",
        "%(count)s badges are waiting and safe; none will be sent twice.",
        count,
    ) % {"count": shown or f"{count:,}"}


def checking(count: int, shown: str = "") -> str:
    """What is being looked up at Navigatr; empty where nothing is."""
    if not count:
        return ""
    return ngettext(
        "%(count)s badge is being checked with Navigatr (about 10 minutes).",
        "%(count)s badges are being checked with Navigatr (about 10 minutes).",
        count,
    ) % {"count": shown or f"{count:,}"}
