"""`manage.py issuing_status`: what waits, what was sent, and how each account stands."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.timezone import localtime

from issuing import queries
from issuing.enums import IssuanceStatus
from issuing.management.commands import _shared
from issuing.models import Connection, Issuance
from issuing.presenters import worker as words


class Command(_shared.IssuingCommand):
    help = "Say how many badges stand in each status, how each Navigatr account stands, and when all will be sent."

    def add_arguments(self, parser: CommandParser) -> None:
        _shared.add_json(parser)

    def run(self, **options: Any) -> int:
        now = timezone.now()
        accounts = list(Connection.objects.select_related("pace").order_by("name"))
        # A stopped account sends nothing until somebody acts: of its rows nobody can say when.
        ends = [queries.finish_at(account.pk, now) for account in accounts if not account.is_stopped]
        end = max((moment for moment in ends if moment), default=None)
        status = {
            "counts": queries.status_counts(Issuance.objects.all()),
            "connections": [queries.standing_of(account, now) for account in accounts],
            "canary_age_seconds": queries.canary_age(now),
            "finish_at": end.isoformat() if end else None,
        }
        if self.as_json:
            self.say_json(status)
        else:
            self._say_words(status, end)
        return _shared.DONE

    def _say_words(self, status: dict[str, Any], end: datetime | None) -> None:
        for name, count in status["counts"].items():
            self.say(f"{IssuanceStatus(name).label}: {count}")
        for one in status["connections"]:
            reason = f" ({one['reason']})" if one["reason"] else ""
            self.say(f"{one['name']}: {one['state']}{reason}, {one['due']} due, {one['in_flight']} in flight")
        for line in _worker(queries.worker(timezone.now()), status["counts"][IssuanceStatus.QUEUED]):
            self.say(line)
        if end:
            self.say(f"All that waits will have been sent about {localtime(end):%H:%M:%S}.")


def _worker(worker: queries.Worker, waiting: int) -> Iterator[str]:
    """How the background worker is, and what to do where it is away."""
    if worker.seen_at is None:
        yield "No worker was ever seen."
    else:
        yield f"A worker was last seen {(worker.now - worker.seen_at).total_seconds():.0f} seconds ago."
    if worker.is_away and waiting:
        yield f"{words.stopped()} {words.away(worker, words.safe(waiting))} Start {words.COMMAND}."
    elif worker.back_since:
        yield words.again(worker)
