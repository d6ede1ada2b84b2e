"""A roster that was not confirmed, once the time is over for which its rows are kept."""

from issuing.enums import Disposition
from issuing.models import Roster
from issuing.presenters import rosters as words
from issuing.presenters.dates import day
from issuing.queries import rosters as reads


class GonePage:
    """What is left to say of it: how many rows there were, and what they might have expected."""

    def __init__(self, roster: Roster, problem: str = "") -> None:
        self.roster, self.problem = roster, problem
        self.uploaded = words.uploaded(roster)
        self.initials = words.initials(roster.badge)
        self.since = day(roster.rows_removed_at) if roster.rows_removed_at else ""
        counts = reads.left_out_counts(roster)
        self.counts = [(one.label, counts[one.value]) for one in Disposition if counts.get(one.value)]
        self.total = sum(counts.values())
