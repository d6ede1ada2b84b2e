"""What the pages of a roster say of those who have the badge already or had it."""

from collections.abc import Iterable

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing import queries
from issuing.enums import Disposition
from issuing.forms.rosters import ReissueForm
from issuing.models import Roster, RosterRow
from issuing.presenters import holding as said
from issuing.presenters import rosters as words
from issuing.queries import rosters as reads
from issuing.services import rosters

AUTO_ID = "id_again_%s"
"""The page has other forms with fields of these names."""
HAD_PERHAPS = (Disposition.READY, Disposition.ALREADY_ISSUED)
NOBODY = rosters.Foreseen()


class Again:
    """Issuing it again to those who have it: the form, what was decided, and how many that comes to.

    Args:
        held (int): how many have it and are left out.
        ready (int): how many would be issued it now.
        reason (str | None): what was typed, where the form was sent and is shown again.
    """

    def __init__(self, roster: Roster, *, held: int, ready: int, reason: str | None = None) -> None:
        self.roster, self.held, self._ready = roster, held, ready
        self.foreseen = rosters.foresee_again(roster=roster) if held else NOBODY
        self.count = self.foreseen.count
        self.is_open = reason is not None and bool(self.count)
        shown = {"count": self.count, "check_no": roster.check_no, "seen": self.foreseen.seen}
        if self.is_open:
            self.form = ReissueForm({**shown, "reason": reason}, auto_id=AUTO_ID)
        else:
            self.form = ReissueForm(initial={**shown, "reason": roster.reissue_reason}, auto_id=AUTO_ID)

    @property
    def held_said(self) -> str:
        return _("%(people)s: left out, for they have this badge already.") % {"people": words.people(self.held)}

    @property
    def beside(self) -> str:
        """Of those who have it, who cannot be issued it again, and who not at once; empty where all can."""
        against = self.foreseen.against
        parts = (
            said.against(against.values()),
            said.without_consent(self.foreseen.without_consent, self.count, len(against)),
        )
        return " ".join(filter(None, parts))

    def says_of(self, rows: Iterable[RosterRow]) -> dict[int, str]:
        """Of rows without a badge of this run, by their ids: that they have it or had it, and what becomes of it."""
        wanted = [row for row in rows if row.disposition in HAD_PERHAPS]
        found = queries.holdings(self.roster.badge, {row.email_key: row.learner_id for row in wanted}) if wanted else {}
        return {row.pk: self._says(row, found.get(row.email_key, queries.NOTHING)) for row in wanted}

    def _says(self, row: RosterRow, holding: queries.Holding) -> str:
        is_again, is_ready = row.reissue_after is not None, row.disposition == Disposition.READY
        against = self.foreseen.against.get(row.pk)
        parts = said.row_says(holding, is_again=is_again, is_ready=is_ready), str(against.label) if against else ""
        return " ".join(filter(None, parts))

    @property
    def label(self) -> str:
        """What the button says, with the exact number."""
        label = ngettext("Issue again to this person", "Issue again to these %(count)s", self.count)
        return label % {"count": f"{self.count:,}"}

    @cached_property
    def _decided(self) -> int:
        return reads.to_issue_again(self.roster).count() if self.roster.reissue_reason else 0

    @property
    def decided(self) -> str:
        """That it is issued again to those who have it, and why; empty where nobody decided so."""
        if not self._decided:
            return ""
        sentence = ngettext(
            "%(count)s person who has this badge is to be issued it again: “%(reason)s”.",
            "%(count)s people who have this badge are to be issued it again: “%(reason)s”.",
            self._decided,
        )
        return sentence % {"count": f"{self._decided:,}", "reason": self.roster.reissue_reason}

    @property
    def decided_by(self) -> str:
        return words.reissue_decided(self.roster)

    @cached_property
    def ready(self) -> int:
        """How many of those who are ready had it before."""
        return reads.ready_once_more(self.roster).count() if self._ready else 0

    @property
    def ready_said(self) -> str:
        """The same in a sentence; empty where nobody had it."""
        if not self.ready:
            return ""
        sentence = ngettext(
            "%(count)s of those who are ready had this badge before and is sent it again.",
            "%(count)s of those who are ready had this badge before and are sent it again.",
            self.ready,
        )
        return sentence % {"count": f"{self.ready:,}"}

    @property
    def waiting_said(self) -> str:
        """How many of whom that was decided do not go yet."""
        count = self._decided - reads.to_issue_again(self.roster).filter(disposition=Disposition.READY).count()
        sentence = ngettext("%(count)s of them is not ready yet.", "%(count)s of them are not ready yet.", count)
        return sentence % {"count": f"{count:,}"} if self._decided and count else ""
