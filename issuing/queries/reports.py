"""What a year came to: badges by badge, group and month, and consent by route. Sandbox badges do not count."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone

from issuing.enums import Decision, Route
from issuing.models import ConsentRecord, Issuance, Roster
from issuing.queries import tallies
from issuing.queries.pictures import Claims, SentByMonth, as_badges, as_months

D = Decision
SCHOOL_YEAR_BEGINS = 9
SLOW = 0.02
REMEMBERED = 300
"""Seconds for which answers are kept whose counting took longer than `SLOW`."""


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar year or a school year (September to August).

    Args:
        slug (str): as it stands in addresses, `2026` or `2025-26`.
    """

    slug: str
    since: datetime
    until: datetime

    @property
    def is_school_year(self) -> bool:
        return "-" in self.slug


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers recorded in one way."""

    route: str
    given: int
    declined: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class YearReport:
    """One period, counted."""

    period: Period
    months: SentByMonth
    badges: list[Claims]
    groups: list[Claims]
    consent: list[Answers]


def year_report(period: Period) -> YearReport:
    months = tallies.by_month(period.since, period.until)
    whole = tallies.Tally.of(months.values())
    return YearReport(period, as_months(months), as_badges(whole), _by_group(whole), _answers(period))


def periods() -> list[Period]:
    """Every year in which something was sent, and the present ones, the newest first."""
    today = timezone.localdate()
    sent = Issuance.objects.filter(issued_at__isnull=False).order_by("issued_at")
    first = sent.values_list("issued_at", flat=True).first()
    begins = timezone.localtime(first).date() if first else today
    years = [calendar_year(year) for year in range(begins.year, today.year + 1)]
    schools = [school_year(year) for year in range(_school_year_of(begins), _school_year_of(today) + 1)]
    return sorted([*years, *schools], key=lambda period: (period.since, period.slug), reverse=True)


def calendar_year(year: int) -> Period:
    return Period(str(year), _midnight(date(year, 1, 1)), _midnight(date(year + 1, 1, 1)))


def school_year(year: int) -> Period:
    """The one that begins in September of this year."""
    begins = [_midnight(date(number, SCHOOL_YEAR_BEGINS, 1)) for number in (year, year + 1)]
    return Period(f"{year}-{(year + 1) % 100:02}", begins[0], begins[1])


def answers_by_route(since: datetime, until: datetime) -> list[Answers]:
    """What was answered in that time, by how it was answered; records made in error do not count."""
    records = ConsentRecord.objects.filter(decided_at__gte=since, decided_at__lt=until, invalidated_at=None)
    sums = [Count("pk", filter=Q(decision=decision)) for decision in (D.GIVEN, D.DECLINED, D.WITHDRAWN)]
    columns = dict(zip(("given", "declined", "withdrawn"), sums, strict=True))
    found = {route: counts for route, *counts in records.order_by().values_list("route").annotate(**columns)}
    return [Answers(str(route.label), *found[route]) for route in Route if route in found]


def _answers(period: Period) -> list[Answers]:
    name = f"answers_by_route:{period.slug}"
    kept: list[Answers] | None = cache.get(name)
    if kept is not None:
        return kept
    began = time.monotonic()
    found = answers_by_route(period.since, period.until)
    if time.monotonic() - began > SLOW:
        cache.set(name, found, REMEMBERED)
    return found


def _by_group(whole: tallies.Tally) -> list[Claims]:
    """By the roster's course or group; badges issued alone, or with a roster without one, stand under no name."""
    names = dict(Roster.objects.exclude(group="").values_list("pk", "group"))
    sent, claimed = Counter[str](), Counter[str]()
    for into, some in ((sent, whole.sent), (claimed, whole.claimed)):
        for (_, roster), count in some.items():
            into[names.get(roster, "") if roster else ""] += count
    return [Claims(name, sent[name], claimed[name]) for name in sorted(sent, key=lambda name: (not name, name))]


def _school_year_of(day: date) -> int:
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
