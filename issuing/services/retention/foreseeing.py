"""What the next removal takes, before it happens."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

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
    """What the removal for a day takes: rows by kind, not counted yet (none are `LOGS`), and logs."""

    day: date
    rows: dict[Kind, QuerySet[Any]]
    logs: Old


def foresee(day: date) -> Foreseen:
    """What is removed for that day, by the rules of now."""
    amounts = reads.amounts()
    rows = {kind: reads.due(kind, day, amounts) for kind in tuple(Kind)}
    return Foreseen(day, rows, old_logs(reads.kept_since(Rule.LOGS, day, amounts)))


def old_logs(since: datetime) -> Old:
    """Log files and ended tasks from before that."""
    return Old(logs.old_files(since), enqueue.ended_before(since))
