"""What was sent in a month and is claimed by now, by badge and roster: every picture and report is added up from it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.utils import timezone

from issuing.models import Assertion, Badge, Issuance
from issuing.queries.plans import Unhelped

NEVER_CLAIMED: Final = ("", "Pending", "pending", "PENDING")
CLAIMED: Final = ("Claimed", "claimed", "CLAIMED")
MANY: Final = 2_000
"""A month in which more were sent is not counted for every page."""
REMEMBERED: Final = 20 * 60
"""Seconds for which the count of a month that is over is kept; the worker counts again before that (`count_again`)."""
REMEMBERED_NOW: Final = 60
"""The same of the present month."""

Key = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were sent, and how many of these are claimed, by badge and roster; None: issued on their own."""

    sent: Mapping[Key, int]
    claimed: Mapping[Key, int]

    @classmethod
    def of(cls, tallies: Iterable["Tally"]) -> "Tally":
        """All of them added up."""
        sent, claimed = Counter[Key](), Counter[Key]()
        for tally in tallies:
            sent.update(tally.sent)
            claimed.update(tally.claimed)
        return cls(sent, claimed)

    def without(self, badges: set[int]) -> "Tally":
        sent, claimed = (
            {key: count for key, count in some.items() if key[0] not in badges} for some in (self.sent, self.claimed)
        )
        return Tally(sent, claimed)


def by_month(since: datetime, until: datetime | None = None) -> dict[date, Tally]:
    """The months by the site's calendar from that of `since` to the last before `until`, or to this one.

    Whole months; sandbox badges do not count.
    """
    sandbox = set(Badge.objects.filter(is_sandbox=True).values_list("pk", flat=True))
    return {month: _tally(month).without(sandbox) for month in _months(since, until)}


def count_again() -> None:
    """Count anew what pages will ask for next, so that none of them waits for it: two years at most."""
    for month in _months(timezone.now() - timedelta(days=500), None):
        cache.delete(_name(month))
        _tally(month)


def _months(since: datetime, until: datetime | None) -> list[date]:
    last = timezone.localtime(until - timedelta(microseconds=1) if until else timezone.now())
    numbers = range(_number(timezone.localtime(since)), _number(last) + 1)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _number(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1


def _name(month: date) -> str:
    return f"tally:{month:%Y-%m}"


def _tally(month: date) -> Tally:
    kept: Tally | None = cache.get(_name(month))
    if kept is not None:
        return kept
    tally = _counted(month)
    if sum(tally.sent.values()) > MANY:
        is_over = month < timezone.localdate().replace(day=1)
        cache.set(_name(month), tally, REMEMBERED if is_over else REMEMBERED_NOW)
    return tally


def _counted(month: date) -> Tally:
    rows = _sent_in(month)
    sent, first, last = dict[Key, int](), 0, 0
    groups = rows.values_list("badge", "roster").annotate(Count("id"), Min("id"), Max("id"))
    for badge, roster, count, low, high in groups:
        sent[badge, roster] = count
        first, last = min(first or low, low), max(last, high)
    if not sent:
        return Tally({}, {})
    # Told where the month's badges lie, PostgreSQL does not read all claims there ever were.
    claims = Assertion.objects.alias(_badge=Unhelped("issuance")).filter(status__in=CLAIMED)
    claims = claims.filter(_badge__gte=first, _badge__lte=last)
    claimed = rows.filter(Exists(claims.filter(issuance=OuterRef("pk"))))
    found = claimed.values_list("badge", "roster").annotate(Count("id"))
    return Tally(sent, {(badge, roster): count for badge, roster, count in found})


def _sent_in(month: date) -> QuerySet[Issuance]:
    zone = timezone.get_current_timezone()
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (month, following))
    # Nothing but what was sent has a time of sending; so asked, all is counted in the index.
    return Issuance.objects.filter(issued_at__gte=begins, issued_at__lt=ends).order_by()
