"""Numbers behind the pictures: what was sent and claimed, without sandbox badges."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from issuing.models import Badge
from issuing.queries import tallies


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


def sent_by_month(since: datetime, until: datetime | None = None) -> SentByMonth:
    """Badges sent from the month of `since` on, month by month to the last before `until`, or to this one."""
    return as_months(tallies.by_month(since, until))


def claims_by_badge(since: datetime, until: datetime | None = None) -> list[Claims]:
    """What became of each badge sent in those months, most sent first."""
    return as_badges(tallies.Tally.of(tallies.by_month(since, until).values()))


def as_months(months: Mapping[date, tallies.Tally]) -> SentByMonth:
    return SentByMonth(
        [Month(month, sum(one.sent.values()), sum(one.claimed.values())) for month, one in months.items()]
    )


def as_badges(whole: tallies.Tally) -> list[Claims]:
    sent, claimed = Counter[int](), Counter[int]()
    for into, some in ((sent, whole.sent), (claimed, whole.claimed)):
        for (badge, _), count in some.items():
            into[badge] += count
    names = dict(Badge.objects.filter(pk__in=sent).values_list("pk", "name"))
    found = [Claims(names[badge], count, claimed[badge]) for badge, count in sent.items()]
    return sorted(found, key=lambda one: (-one.sent, one.name))
