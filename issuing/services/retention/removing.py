"""Removes a few of each kind at a time, in the caller's transaction; each looks once more under its locks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from issuing import enqueue
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Attempt, Learner, RetentionRun, Roster, RosterRow
from issuing.queries import retention as reads
from issuing.queries import rosters as of_rosters
from issuing.services import erasure
from issuing.services.retention import logs
from issuing.workflow.keeping import RULE_OF, Kind

ROWS_AT_A_TIME = 2_000
AT_A_TIME: Mapping[Kind, int] = {
    Kind.UNREAD: 20,
    Kind.FILE: 50,
    Kind.ENDED_FILE: 50,
    Kind.CALLS: 1_000,
    Kind.UNISSUED: 5,
    Kind.ISSUED: 5,
    Kind.ROWS: 1,
    Kind.LOGS: 1,
}


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of one part.

    Args:
        count (int): how many went.
        skipped (int): how many could not go now, and wait for the next night.
        is_done (bool): whether to go on to the next part.
    """

    count: int = 0
    skipped: int = 0
    is_done: bool = True


def remove(kind: Kind, ids: Sequence[int], run: RetentionRun, at: datetime) -> Removed:
    """Remove these, as far as their time is still over."""
    return _REMOVE[kind](ids, reads.due(kind, run.day, run.amounts), at)


def remove_logs(run: RetentionRun) -> int:
    """Log files and ended tasks; again it does no harm."""
    since = reads.kept_since(RULE_OF[Kind.LOGS], run.day, run.amounts)
    return logs.remove(since) + enqueue.forget_ended_before(since)


Due = QuerySet[Any]


def _locked(ids: Sequence[int], due: Due) -> list[Roster]:
    """Those rosters of them that are due once nobody can change them any more."""
    list(Roster.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    return list(due.filter(pk__in=ids).order_by("pk"))


def _uploads(ids: Sequence[int], due: Due, _at: datetime) -> Removed:
    gone = _locked(ids, due)
    Roster.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return Removed(len(gone), len(ids) - len(gone))


def _files(ids: Sequence[int], due: Due, _at: datetime) -> Removed:
    gone = Roster.objects.filter(pk__in=[one.pk for one in _locked(ids, due)])
    count = gone.update(original=None, keeps_original=False)
    return Removed(count, len(ids) - count)


def _calls(ids: Sequence[int], due: Due, _at: datetime) -> Removed:
    still = list(due.filter(pk__in=ids).values_list("pk", flat=True))
    Attempt.objects.filter(pk__in=still).update(detail="", answer=None)
    return Removed(len(still), len(ids) - len(still))


def _learners(ids: Sequence[int], due: Due, at: datetime) -> Removed:
    count = sum(_lapse(learner, due, at) for learner in Learner.objects.filter(pk__in=ids).order_by("pk"))
    return Removed(count, len(ids) - count)


def _lapse(learner: Learner, due: Due, at: datetime) -> bool:
    try:
        with transaction.atomic():
            return erasure.lapse(learner=learner, among=due, at=at)
    except (AlreadyTaken, InvalidInput):
        return False


def _rows(ids: Sequence[int], due: Due, at: datetime) -> Removed:
    """A part of one roster's rows; its counts are kept with the first, and its file goes, which holds the same."""
    found = _locked(ids, due)
    if not found:
        return Removed(skipped=len(ids))
    (roster,) = found
    if roster.rows_removed_at is None:
        roster.kept_counts = of_rosters.left_out_counts(roster)
        roster.rows_removed_at, roster.reading, roster.choices, roster.check_no = at, {}, {}, roster.check_no + 1
        roster.original, roster.keeps_original = None, False
        roster.reissue_reason, roster.reissue_decided_at, roster.reissue_decided_by = "", None, None
        changed = ("kept_counts", "rows_removed_at", "reading", "choices", "check_no", "original", "keeps_original")
        decided = ("reissue_reason", "reissue_decided_at", "reissue_decided_by")
        roster.save(update_fields=[*changed, *decided])
    some = list(roster.rows.order_by("pk").values_list("pk", flat=True)[:ROWS_AT_A_TIME])
    RosterRow.objects.filter(pk__in=some).delete()
    is_done = len(some) < ROWS_AT_A_TIME or not roster.rows.exists()
    return Removed(int(is_done), is_done=is_done)


_REMOVE: Mapping[Kind, Callable[[Sequence[int], Due, datetime], Removed]] = {
    Kind.UNREAD: _uploads,
    Kind.FILE: _files,
    Kind.ENDED_FILE: _files,
    Kind.CALLS: _calls,
    Kind.UNISSUED: _learners,
    Kind.ISSUED: _learners,
    Kind.ROWS: _rows,
}
