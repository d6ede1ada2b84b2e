"""What a year came to: badges by badge, group and month, and consent by route. Sandbox badges do not count."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils import timezone

from issuing.enums import Decision, Route
from issuing.models import ConsentRecord, Issuance, Roster
from issuing.queries.pictures import (
    Claims,
    SentByMonth,
    claimed_too,
    claims_by_badge,
    counted,
    remembered,
    sent_by_month,
)

D = Decision
SCHOOL_YEAR_BEGINS = 9


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
    since, until = period.since, period.until
    return YearReport(
        period,
        sent_by_month(since, until),
        claims_by_badge(since, until),
        remembered(f"claims_by_group:{period.slug}", lambda: _by_group(since, until)),
        remembered(f"answers_by_route:{period.slug}", lambda: answers_by_route(since, until)),
    )


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


def _by_group(since: datetime, until: datetime) -> list[Claims]:
    """By the roster's course or group; badges issued alone, or with a roster without one, stand under no name."""
    names = dict(Roster.objects.values_list("pk", "group"))
    rows = counted(since, until)
    sent, claimed = defaultdict[str, int](int), defaultdict[str, int](int)
    for into, some in ((sent, rows), (claimed, claimed_too(rows))):
        for roster, count in some.values_list("roster").annotate(Count("id")):
            into[names.get(roster, "")] += count
    return [Claims(name, sent[name], claimed[name]) for name in sorted(sent, key=lambda name: (not name, name))]


def _school_year_of(day: date) -> int:
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())
