"""Rosters: their counts, whether a check is still true, and whom a row is like."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from issuing.enums import Disposition, IssuanceStatus, RosterStatus
from issuing.models import (
    Assertion,
    AuditEvent,
    Badge,
    ConsentRecord,
    ConsentStatement,
    Issuance,
    Learner,
    Roster,
    RosterRow,
)
from issuing.queries.counts import seconds_for
from issuing.queries.due import waiting
from issuing.queries.plans import Unhelped

S = IssuanceStatus
LATER = "later"
CLAIMED = Exists(Assertion.objects.filter(issuance=OuterRef("pk"), status__iexact="Claimed"))


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Where the rows of a confirmed roster stand; together they are all of its rows."""

    waiting: int
    unclaimed: int
    claimed: int
    checking: int
    not_sent: int
    stopped: int
    left_out: int

    @property
    def sent(self) -> int:
        return self.unclaimed + self.claimed

    @property
    def total(self) -> int:
        """How many badges the run is about."""
        return self.waiting + self.sent + self.checking + self.not_sent + self.stopped


def run_counts(roster: Roster) -> RunCounts:
    """Where the rows of a confirmed roster stand now."""
    counted = dict(roster.issuances.order_by().values_list("status").annotate(Count("id")))
    claimed = roster.issuances.filter(CLAIMED, status=S.ISSUED).count() if counted.get(S.ISSUED) else 0
    return RunCounts(
        waiting=counted.get(S.QUEUED, 0) + counted.get(S.SENDING, 0),
        unclaimed=counted.get(S.ISSUED, 0) - claimed,
        claimed=claimed,
        checking=counted.get(S.UNCONFIRMED, 0),
        not_sent=counted.get(S.REJECTED, 0),
        stopped=counted.get(S.CANCELLED, 0),
        left_out=sum(left_out_counts(roster).values()),
    )


def left_out(roster: Roster) -> QuerySet[RosterRow]:
    """Rows of which no badge was ever confirmed."""
    return roster.rows.filter(~Exists(Issuance.objects.filter(row=OuterRef("pk"))))


def to_issue_again(roster: Roster) -> QuerySet[RosterRow]:
    """Rows of those who have the badge and, as staff decided, are to have it again, as long as that holds."""
    void = (Disposition.ALREADY_ISSUED, Disposition.LEFT_OUT)
    return left_out(roster).filter(reissue_after__isnull=False).exclude(disposition__in=void)


def ready_once_more(roster: Roster) -> QuerySet[RosterRow]:
    """Ready rows of those who have the badge already or had it."""
    # Looked up by the person, row by row: SQLite would go through all of the badge each time.
    sent = Issuance.objects.alias(stands=Unhelped("status"), of=Unhelped("badge")).filter(stands=S.ISSUED)
    by_address = sent.filter(badge=roster.badge_id, email_key=OuterRef("email_key"))
    by_learner = sent.filter(of=roster.badge_id, learner=OuterRef("learner"))
    records = Assertion.objects.filter(badge=roster.badge_id, email_key=OuterRef("email_key"))
    had = Exists(by_address) | Exists(by_learner) | Exists(records)
    return left_out(roster).filter(had, disposition=Disposition.READY)


def left_out_counts(roster: Roster) -> dict[str, int]:
    """How many of them have each disposition; where the rows' time is over, as they had it last."""
    if roster.rows_removed_at is not None:
        return dict(roster.kept_counts or {})
    return dict(left_out(roster).order_by().values_list("disposition").annotate(Count("id")))


def find(text: str, status: str) -> QuerySet[Roster]:
    """Rosters whose file or group holds the text, in one of: checked, sending, paused, stopped, done; else all."""
    found = Roster.objects.select_related("badge", "uploaded_by", "confirmed_by")
    if text:
        found = found.filter(Q(file_name__icontains=text) | Q(group__icontains=text))
    open_ones = Exists(Issuance.objects.filter(roster=OuterRef("pk"), status__in=[S.QUEUED, S.SENDING]))
    if status == "sending":
        return found.filter(open_ones, status=RosterStatus.RUNNING)
    if status == "done":
        return found.filter(~open_ones, status=RosterStatus.RUNNING)
    if status == RosterStatus.CHECKED:  # or not read yet: whatever waits for somebody to confirm it
        return found.filter(confirmed_at=None)
    return found.filter(status=status) if status in RosterStatus else found


def rosters_counted(rosters: Collection[Roster], now: datetime) -> dict[int, dict[str, int]]:
    """By roster, how many rows have each disposition and badges each status, and how many wait for a time (`LATER`)."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    counts |= {roster.pk: dict(roster.kept_counts or {}) for roster in rosters if roster.rows_removed_at is not None}
    rows = RosterRow.objects.filter(roster__in=[one for one in rosters if one.rows_removed_at is None]).order_by()
    for roster_id, disposition, count in rows.values_list("roster", "disposition").annotate(Count("id")):
        counts[roster_id][disposition] = count
    later = Count("id", filter=Q(status=S.QUEUED, not_before__gt=now))
    badges = Issuance.objects.filter(roster__in=rosters).order_by().values("roster", "status")
    found = badges.annotate(count=Count("id"), later=later).values_list("roster", "status", "count", "later")
    for roster_id, status, count, waiting_on in found:
        counts[roster_id][status] = count
        counts[roster_id][LATER] = counts[roster_id].get(LATER, 0) + waiting_on
    return counts


def same_file(sha256: str, badge: Badge, *, but: Roster) -> QuerySet[Roster]:
    """Other rosters of the same file for the same badge, the latest first."""
    others = Roster.objects.filter(file_sha256=sha256, badge=badge).exclude(pk=but.pk)
    return others.select_related("uploaded_by", "confirmed_by").order_by("-pk")


def has_earlier_of_group(roster: Roster) -> bool:
    """Whether a roster of the same course or group was confirmed before."""
    earlier = Roster.objects.filter(group=roster.group, confirmed_at__isnull=False)
    return bool(roster.group) and earlier.exclude(pk=roster.pk).exists()


def unknown_people(roster: Roster) -> int:
    """How many rows with a usable address are about nobody we know."""
    return roster.rows.filter(learner=None).exclude(email_key="").count()


def finish_with(connection_id: int, more: int, now: datetime) -> datetime:
    """When all that waits on this connection and `more` badges would have been sent, were they confirmed now."""
    ahead = waiting(connection_id).count() + more
    return now + timedelta(seconds=seconds_for(connection_id, ahead, now))


def is_out_of_date(roster: Roster, now: datetime) -> bool:
    """Whether something that the rows still to go depend on was written since they were checked."""
    since = roster.checked_at
    keys = left_out(roster).exclude(email_key="").values("email_key")
    people = Learner.objects.filter(email_key__in=keys)
    written = Q(recorded_at__gt=since) | Q(invalidated_at__gt=since) | Q(ends_at__gt=since, ends_at__lte=now)
    acts = AuditEvent.objects.filter(subject="learner", at__gt=since, subject_uuid__in=people.values("uuid"))
    replaced = ConsentStatement.objects.filter(provider=roster.badge.provider_id, superseded_at__gt=since)
    changed = Issuance.objects.filter(badge=roster.badge_id, changed_at__gt=since)
    sent = changed.filter(email_key__in=keys), changed.filter(learner__in=people)
    is_run = roster.status != RosterStatus.CHECKED
    return (
        ConsentRecord.objects.filter(written, learner__in=people).exists()
        or acts.exists()
        or replaced.exists()
        or (_sent_meanwhile(roster) if is_run else any(one.exists() for one in sent))
    )


def _sent_meanwhile(roster: Roster) -> bool:
    """Whether a badge changed of somebody ready who did not go with the run; those of the run change all along."""
    changed = Issuance.objects.alias(of=Unhelped("badge")).filter(changed_at__gt=roster.checked_at)
    by_address = changed.filter(badge=roster.badge_id, email_key=OuterRef("email_key"))
    by_learner = changed.filter(of=roster.badge_id, learner=OuterRef("learner"))
    ready = left_out(roster).filter(disposition=Disposition.READY)
    return ready.filter(Exists(by_address) | Exists(by_learner)).exists()


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody we know, of whom staff must say whether a row is about them."""

    learner: Learner
    by_number: bool


def alike(rows: Iterable[RosterRow]) -> dict[int, Alike]:
    """Whom each of these rows is like, by the row's number; where both fit, the one with its student number."""
    found: dict[int, Alike] = {}
    rows = list(rows)
    numbers = {row.student_number for row in rows} - {""}
    by_number = {one.student_number: one for one in Learner.objects.filter(student_number__in=numbers)}
    for row in rows:
        owner = by_number.get(row.student_number)
        if owner is not None and owner.email_key != row.email_key:
            found[row.row_no] = Alike(owner, by_number=True)
        elif row.learner is not None:
            found[row.row_no] = Alike(row.learner, by_number=False)
    return found


def latest_issuances(rows: Collection[RosterRow]) -> dict[int, Issuance]:
    """The latest badge of each of these rows, by the row's id, with Navigatr's records of it."""
    found = Issuance.objects.filter(row__in=[row.pk for row in rows]).select_related("learner")
    found = found.prefetch_related("assertions").order_by("pk")
    return {issuance.row_id: issuance for issuance in found if issuance.row_id is not None}


def rows_of_run(roster: Roster, *, statuses: Collection[str] = (), claimed: bool | None = None) -> QuerySet[RosterRow]:
    """Rows with a badge in one of these statuses, by row number; claimed or not where that is asked."""
    badges: Any = Issuance.objects.filter(row=OuterRef("pk"), status__in=statuses)
    if claimed is not None:
        badges = badges.filter(CLAIMED if claimed else ~CLAIMED)
    return roster.rows.filter(Exists(badges)).order_by("row_no")
