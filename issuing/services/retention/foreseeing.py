"""What the next removal takes, before it happens."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import Count, QuerySet, Sum

from issuing import enqueue
from issuing.queries import retention as reads
from issuing.services.retention import logs
from issuing.workflow.keeping import Kind, Rule


@dataclass(frozen=True, slots=True)
class Old:
    """What of the logs goes.

    Args:
        tasks (int): ended tasks of the background worker that are still told of.
    """

    files: list[Path]
    tasks: int

    @property
    def count(self) -> int:
        return len(self.files) + self.tasks


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the removal for a day takes by these rules: rows by kind (none are `LOGS`), how many of each, and logs.

    Args:
        mark (str): the same again only by the same rules, and of the same rows and files.
    """

    day: date
    amounts: dict[str, int]
    rows: dict[Kind, QuerySet[Any]]
    counts: dict[Kind, int]
    logs: Old
    mark: str


def foresee(day: date) -> Foreseen:
    """What is removed for that day, by the rules of now."""
    amounts = reads.amounts()
    rows = {kind: reads.due(kind, day, amounts) for kind in tuple(Kind)}
    told = {kind: found.aggregate(count=Count("pk"), sum=Sum("pk")) for kind, found in rows.items()}
    logs_of_then = old_logs(reads.kept_since(Rule.LOGS, day, amounts))
    counts = {kind: one["count"] for kind, one in told.items()} | {Kind.LOGS: logs_of_then.count}
    seen = [str(day), amounts, told, [path.name for path in logs_of_then.files], logs_of_then.tasks]
    mark = hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()
    return Foreseen(day, amounts, rows, counts, logs_of_then, mark)


def old_logs(since: datetime) -> Old:
    """Log files and ended tasks from before that."""
    return Old(logs.old_files(since), enqueue.ended_before(since))
