"""Numbers behind the pictures: what was sent and claimed, without sandbox badges."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from issuing.models import Assertion, Badge, Issuance

T = TypeVar("T")

SLOW = 0.1
REMEMBERED = 300
"""Seconds for which a count that took longer than `SLOW` is kept."""
NEVER_CLAIMED = ("", "Pending", "pending", "PENDING")
CLAIMED = ("Claimed", "claimed", "CLAIMED")


@dataclass(frozen=True, slots=True)
class Month:
    """Badges sent in one month by the site's calendar, and how many of these are claimed by now."""

    month: date
    sent: int
    claimed: int

    @property
    def unclaimed(self) -> int:
        return self.sent - self.claimed


@dataclass(frozen=True, slots=True)
class SentByMonth:
    """Every month from the first to this one, also those in which nothing was sent."""

    months: list[Month]

    @property
    def most(self) -> int:
        """The highest column, at least 1."""
        return max([1, *(month.sent for month in self.months)])

    @property
    def sent(self) -> int:
        return sum(month.sent for month in self.months)

    @property
    def claimed(self) -> int:
        return sum(month.claimed for month in self.months)

    @property
    def unclaimed(self) -> int:
        return self.sent - self.claimed


@dataclass(frozen=True, slots=True)
class Claims:
    """How many of one badge were sent, and how many of these are claimed by now."""

    name: str
    sent: int
    claimed: int

    @property
    def share(self) -> int:
        """Claimed of a hundred sent; 100 only when all are."""
        return self.claimed * 100 // self.sent if self.sent else 0


def counted(since: datetime, until: datetime | None = None) -> QuerySet[Issuance]:
    """Badges sent from `since` on and before `until`; sandbox badges do not count."""
    # Nothing but what was sent has a time of sending; so asked, all is counted in the index.
    sandbox = list(Badge.objects.filter(is_sandbox=True).values_list("pk", flat=True))
    rows = Issuance.objects.filter(issued_at__gte=since).exclude(badge__in=sandbox)
    return (rows if until is None else rows.filter(issued_at__lt=until)).order_by()


def claimed_too(rows: QuerySet[Issuance]) -> QuerySet[Issuance]:
    """Those among them that Navigatr's records show as claimed."""
    return rows.filter(Exists(Assertion.objects.filter(issuance=OuterRef("pk"), status__in=CLAIMED)))


def sent_by_month(since: datetime, until: datetime | None = None) -> SentByMonth:
    """Badges sent from the month of `since` on, month by month to the last before `until`, or to this one."""
    last = timezone.localtime(until - timedelta(microseconds=1) if until else timezone.now())
    first = timezone.localtime(since)
    months = [date(number // 12, number % 12 + 1, 1) for number in range(_number(first), _number(last) + 1)]

    def count() -> SentByMonth:
        return SentByMonth([_month(month, counted(since, until)) for month in months])

    return remembered(f"sent_by_month:{since:%Y%m%d}:{last:%Y%m}", count)


def claims_by_badge(since: datetime, until: datetime | None = None) -> list[Claims]:
    """What became of each badge sent in that time, most sent first."""

    def count() -> list[Claims]:
        rows = counted(since, until)
        claimed = dict(claimed_too(rows).values_list("badge").annotate(Count("id")))
        found = rows.values_list("badge", "badge__name").annotate(count=Count("id")).order_by("-count", "badge__name")
        return [Claims(name, sent, claimed.get(badge, 0)) for badge, name, sent in found]

    return remembered(f"claims_by_badge:{since:%Y%m%d}:{until.date() if until else ''}", count)


def remembered(key: str, count: Callable[[], T]) -> T:
    """What `count` says, kept for a few minutes where saying it took long."""
    kept = cache.get(key)
    if kept is not None:
        return kept
    began = time.monotonic()
    found = count()
    if time.monotonic() - began > SLOW:
        cache.set(key, found, REMEMBERED)
    return found


def _month(month: date, rows: QuerySet[Issuance]) -> Month:
    zone = timezone.get_current_timezone()
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (month, following))
    sent = rows.filter(issued_at__gte=begins, issued_at__lt=ends)
    return Month(month, sent.count(), claimed_too(sent).count())


def _number(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1
