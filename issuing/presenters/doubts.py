"""Why an upload may be the wrong file or meant for another badge, before anything of it is sent."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from issuing.enums import Disposition
from issuing.models import Roster
from issuing.queries import rosters as reads

FEWEST = 5
"""Of fewer people nothing can be concluded."""
MOST_HOLD_IT = 0.8
MOST_ARE_NEW = 0.5


def doubts(roster: Roster, counts: Mapping[str, int]) -> list[str]:
    """Sentences that ask whether it is the right file and the right badge; none where nothing speaks against it.

    Args:
        counts (Mapping[str, int]): the roster's rows by disposition.
    """
    total = sum(counts.values())
    if total < FEWEST:
        return []
    found = []
    held = counts.get(Disposition.ALREADY_ISSUED, 0)
    if held >= MOST_HOLD_IT * total:
        said = _("%(held)s of %(total)s already hold this badge. Is it the right badge?")
        found.append(said % {"held": f"{held:,}", "total": f"{total:,}"})
    if reads.has_earlier_of_group(roster) and (new := reads.unknown_people(roster)) > MOST_ARE_NEW * total:
        said = _(
            "%(new)s of %(total)s are not known here, though “%(group)s” had a roster before. Is it the right file?"
        )
        found.append(said % {"new": f"{new:,}", "total": f"{total:,}", "group": roster.group})
    return found
