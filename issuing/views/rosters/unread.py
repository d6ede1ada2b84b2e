"""The page of an upload whose rows are not there yet, because it is being read or something is in the way."""

from django.utils.translation import gettext as _

from issuing.models import Roster
from issuing.presenters import rosters as words


class UnreadPage:
    """How far it is read, or why it is not."""

    def __init__(self, roster: Roster, fault: str = "") -> None:
        self.roster = roster
        self.fault = fault or str(roster.reading.get("fault", ""))
        self.total = int(roster.reading.get("rows", 0))
        self.done = roster.rows.count() if self.total else 0

    @property
    def share(self) -> float:
        return 99.0 * self.done / self.total if self.total else 0.0

    @property
    def sentence(self) -> str:
        if not self.total and self.roster.reading.get("recipients"):
            count = self.roster.badge.assertions.count()
            said = _("Reading at Navigatr who has this badge already: %(count)s so far. A long list takes minutes.")
            return said % {"count": f"{count:,}"}
        if not self.total:
            return _("Reading the file. A large one takes up to a minute.")
        told = {"done": f"{self.done:,}", "total": f"{self.total:,}"}
        return _("Checking the rows: %(done)s of %(total)s.") % told

    @property
    def title(self) -> str:
        return self.sentence

    @property
    def initials(self) -> str:
        return words.initials(self.roster.badge)

    @property
    def uploaded(self) -> str:
        return words.uploaded(self.roster)
