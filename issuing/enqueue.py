"""The only door to django-q2: tasks carry ids and nothing else, and join the caller's transaction."""

from collections.abc import Callable
from datetime import datetime

from django_q.models import Schedule, Task
from django_q.tasks import async_task

MINUTE = "minute"
HOUR = "hour"
QUARTER = "quarter of an hour"


def send(connection_id: int) -> None:
    """Wake the sender of this connection; to be called in the transaction that makes work due."""
    async_task("issuing.tasks.send", connection_id)


def canary() -> None:
    """Ask the workers for a sign of life."""
    async_task("issuing.tasks.canary")


def sync_badges(connection_id: int) -> None:
    """Have the badges of this connection's organisations read."""
    async_task("issuing.tasks.sync_badges", connection_id)


def settle(connection_id: int) -> None:
    """Have this connection's calls without a usable answer looked up."""
    async_task("issuing.tasks.settle", connection_id)


def revoke(revocation_id: int) -> None:
    """Have Navigatr asked to take a badge back."""
    async_task("issuing.tasks.revoke", revocation_id)


def check_roster(roster_id: int) -> None:
    """Have an uploaded file read and its rows checked."""
    async_task("issuing.tasks.check_roster", roster_id)


def sync_claims(connection_id: int) -> None:
    """Have the states of this connection's badges at Navigatr read."""
    async_task("issuing.tasks.sync_claims", connection_id)


def forget_ended(is_wanted: Callable[[str], bool]) -> int:
    """Remove ended tasks by what came of them, mostly the text of an error; returns how many."""
    found = [task.pk for task in Task.objects.only("result").iterator() if task.result and is_wanted(str(task.result))]
    return int(Task.objects.filter(pk__in=found).delete()[0])


def ended_before(moment: datetime) -> int:
    """How many tasks that ended before a moment are still told of: those that failed, mostly."""
    return Task.objects.filter(stopped__lt=moment).count()


def forget_ended_before(moment: datetime) -> int:
    """Remove what is told of tasks that ended before a moment; returns how many."""
    return int(Task.objects.filter(stopped__lt=moment).delete()[0])


def retain(run_id: int) -> None:
    """Have removed, or gone on removing, what is kept no longer."""
    async_task("issuing.tasks.retain", run_id)


def mail() -> None:
    """Have the e-mails that are due sent."""
    async_task("issuing.tasks.mail")


def ensure_schedules() -> None:
    """Put the nets of the minute, the quarter and the hour in place; once is enough, again does no harm."""
    Schedule.objects.update_or_create(
        name=MINUTE,
        defaults={"func": "issuing.tasks.every_minute", "schedule_type": Schedule.MINUTES, "minutes": 1, "repeats": -1},
    )
    Schedule.objects.update_or_create(
        name=HOUR,
        defaults={"func": "issuing.tasks.every_hour", "schedule_type": Schedule.HOURLY, "repeats": -1},
    )
    Schedule.objects.update_or_create(
        name=QUARTER,
        defaults={
            "func": "issuing.tasks.every_quarter",
            "schedule_type": Schedule.MINUTES,
            "minutes": 15,
            "repeats": -1,
        },
    )
