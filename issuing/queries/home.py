"""What the home page says at a glance."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from issuing.enums import IssuanceStatus, RosterStatus
from issuing.models import Issuance, Roster
from issuing.queries.finding import Wanted, history
from issuing.queries.rosters import RunCounts

BOUND = 10_000


def bounded(rows: QuerySet[Issuance]) -> int:
    """How many there are, counted no further than one beyond ten thousand."""
    return rows.order_by().values("pk")[: BOUND + 1].count()


def with_status(status: IssuanceStatus) -> int:
    """How many badges stand in a status, bounded."""
    return bounded(Issuance.objects.filter(status=status))


def listed(status: str, now: datetime) -> int:
    """How many badges History lists under one of its statuses, bounded."""
    return bounded(history(Wanted(status=status), now=now).countable)


def singles_under_way() -> int:
    """Badges issued on their own of which nobody knows the end yet, bounded."""
    return bounded(Issuance.objects.filter(status__in=[IssuanceStatus.QUEUED, IssuanceStatus.SENDING], roster=None))


@dataclass(frozen=True, slots=True)
class Run:
    """A roster on its way, with its badges counted by status.

    Args:
        first_at (datetime | None): when the first that waits may leave; None where one may at once.
    """

    roster: Roster
    counts: dict[str, int]
    first_at: datetime | None = None

    @property
    def counted(self) -> RunCounts:
        """The same by what becomes of them; who has claimed is not asked for, nor who was left out."""
        status = IssuanceStatus
        return RunCounts(
            waiting=self.counts.get(status.QUEUED, 0) + self.counts.get(status.SENDING, 0),
            unclaimed=self.counts.get(status.ISSUED, 0),
            claimed=0,
            checking=self.counts.get(status.UNCONFIRMED, 0),
            not_sent=self.counts.get(status.REJECTED, 0),
            stopped=self.counts.get(status.CANCELLED, 0),
            left_out=0,
        )


def runs_under_way(most: int = 10) -> list[Run]:
    """Confirmed rosters with something waiting or being sent, the latest first; two queries whatever their number."""
    waiting = Issuance.objects.filter(roster=OuterRef("pk"), status__in=[IssuanceStatus.QUEUED, IssuanceStatus.SENDING])
    found = list(
        Roster.objects.filter(Exists(waiting), status__in=[RosterStatus.RUNNING, RosterStatus.PAUSED])
        .select_related("badge__provider__connection__pace", "confirmed_by")
        .order_by("-confirmed_at")[:most]
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    first: dict[int, datetime | None] = {}
    rows = Issuance.objects.filter(roster__in=found).order_by().values("roster", "status")
    told = rows.annotate(count=Count("id"), timed=Count("not_before"), first=Min("not_before"))
    for roster_id, status, count, timed, at in told.values_list("roster", "status", "count", "timed", "first"):
        counts[roster_id][status] = count
        if status == IssuanceStatus.QUEUED and timed == count:
            first[roster_id] = at
    return [Run(roster, counts[roster.pk], first.get(roster.pk)) for roster in found]
