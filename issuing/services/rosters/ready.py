"""Who was left out of a confirmed roster and could be issued the badge by now."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from issuing import queries
from issuing.enums import Disposition
from issuing.models import Badge, Roster, RosterRow
from issuing.queries import nowready
from issuing.services.rosters.checking import facts_of
from issuing.services.rosters.dispositions import look_up, place_with


def ready_by_now(*, now: datetime) -> dict[Roster, int]:
    """By roster, the latest first, how many of those left out are ready as things stand: as many as its page says.

    Of rosters confirmed within the last months and not stopped. Nothing is written, and Navigatr is not asked.
    """
    by_badge: dict[Badge, list[Roster]] = defaultdict(list)
    found = nowready.perhaps_ready(now)
    for roster in found:
        by_badge[roster.badge].append(roster)
    counts: dict[int, int] = {}
    for badge, rosters in by_badge.items():
        counts |= _ready_of(badge, rosters, now)
    return {roster: counts[roster.pk] for roster in found if counts.get(roster.pk)}


def _ready_of(badge: Badge, rosters: Sequence[Roster], now: datetime) -> dict[int, int]:
    rows: dict[int, list[RosterRow]] = defaultdict(list)
    for part in queries.batched([roster.pk for roster in rosters]):
        for row in nowready.still_to_go(part):
            rows[row.roster_id].append(row)
    facts = {pk: [facts_of(row) for row in some] for pk, some in rows.items()}
    known = look_up(badge, [one for some in facts.values() for one in some], now=now)
    placed = {pk: [one.disposition for one in place_with(known, some)] for pk, some in facts.items()}
    return {pk: some.count(Disposition.READY) for pk, some in placed.items()}
