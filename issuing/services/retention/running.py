"""Removes what is kept no longer: by night, or when a manager says so; part by part, and on where it stood."""

import time
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from issuing import enqueue
from issuing.exceptions import AlreadyTaken, NotPermitted
from issuing.models import RetentionRun, User
from issuing.permissions import is_manager
from issuing.queries import retention as reads
from issuing.services import audit, erasure
from issuing.services.retention import logs, removing
from issuing.services.retention.foreseeing import foresee
from issuing.workflow import keeping
from issuing.workflow.keeping import Kind

BUDGET = 20.0
"""Seconds of one task; then the next goes on."""
ORDER: Final = tuple(Kind)
CHANGED = "A rule, or what goes, changed since you looked. Below is what goes now. Nothing was removed."


def wake(now: datetime | None = None) -> None:
    """Begin the night's removal where it is time, and go on with one that was broken off.

    The first time nothing is removed, so that a manager can see what the next night takes.
    """
    here = timezone.localtime(now or timezone.now(), timezone.get_default_timezone())
    latest = reads.latest_night()
    if latest is None:
        _begin(here.date(), reads.amounts(), by=None, is_over=True)
    elif keeping.is_time(latest, here):
        _begin(here.date(), reads.amounts(), by=None)
    for run in RetentionRun.objects.filter(ended_at=None).order_by("pk"):
        enqueue.retain(run.pk)
    # Last: a disk that is full, which this may fail on, is no reason to keep what is to go.
    logs.begin_anew(here.date())


def remove_now(*, day: date, mark: str, by: User) -> RetentionRun:
    """Have the next night's removal done at once, as the preview of that day showed it.

    Args:
        mark (str): the preview's (`Foreseen.mark`).

    Raises:
        NotPermitted: `by` is no manager.
        AlreadyTaken: the preview is from an earlier day, a rule or what goes changed since, or something is just being
            removed.
    """
    if not is_manager(by):
        raise NotPermitted("Only a manager may have data removed.")
    if day != reads.next_day(timezone.now()):
        raise AlreadyTaken("This preview is from another day. Look at it again; nothing was removed.")
    if RetentionRun.objects.filter(ended_at=None).exists():
        raise AlreadyTaken("A removal is under way at this moment. Wait until it has ended; no second one was started.")
    found = foresee(day)
    if mark != found.mark:
        raise AlreadyTaken(CHANGED)
    run = _begin(day, found.amounts, by=by)
    assert run is not None  # noqa: S101 - only nights are counted
    return run


def _begin(day: date, amounts: dict[str, int], *, by: User | None, is_over: bool = False) -> RetentionRun | None:
    """A removal with these rules, woken at once; None where the night's began already."""
    now = timezone.now()
    given = {"day": day, "amounts": amounts, "started_at": now, "started_by": by}
    try:
        with transaction.atomic():
            run = RetentionRun.objects.create(**given, ended_at=now if is_over else None)
            audit.record("retain", run, by=by, day=str(day))
            if not is_over:
                enqueue.retain(run.pk)
    except IntegrityError:
        return None
    return run


def go_on(run_id: int, *, seconds: float = BUDGET) -> None:
    """Remove part by part, and leave the rest to the next task. Doubled, late or after a crash it does no harm."""
    until = time.monotonic() + seconds
    while _step(run_id):
        if time.monotonic() > until:
            enqueue.retain(run_id)
            return
    erasure.checkpoint()


def _step(run_id: int) -> bool:
    """Remove one part and note how far it is, in one transaction; False at the end."""
    with transaction.atomic():
        run = RetentionRun.objects.select_for_update(of=("self",)).filter(pk=run_id, ended_at=None).first()
        if run is None:
            return False
        _part(run, Kind(run.kind))
        run.save(update_fields=["kind", "after", "removed", "skipped", "ended_at"])
    return run.ended_at is None


def _part(run: RetentionRun, kind: Kind) -> None:
    if kind == Kind.LOGS:
        _count(run, kind, removing.remove_logs(run))
        run.ended_at = timezone.now()
        return
    due = reads.due(kind, run.day, run.amounts).filter(pk__gt=run.after).order_by("pk")
    ids = list(due.values_list("pk", flat=True)[: removing.AT_A_TIME[kind]])
    if not ids:
        run.kind, run.after = ORDER[ORDER.index(kind) + 1], 0
        return
    done = removing.remove(kind, ids, run, timezone.now())
    _count(run, kind, done.count)
    run.skipped += done.skipped
    if done.is_done:
        run.after = ids[-1]


def _count(run: RetentionRun, kind: Kind, count: int) -> None:
    if count:
        run.removed[kind.value] = run.removed.get(kind.value, 0) + count
