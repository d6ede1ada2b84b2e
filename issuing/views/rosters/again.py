"""What the pages of a roster say of those who have the badge already or had it."""

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing.enums import Disposition
from issuing.forms.rosters import ReissueForm
from issuing.models import Roster
from issuing.presenters import rosters as words
from issuing.queries import rosters as reads

AUTO_ID = "id_again_%s"
"""The page has other forms with fields of these names."""


class Again:
    """Issuing it again to those who have it: the form, what was decided, and how many that comes to.

    Args:
        held (int): how many have it and are left out.
        ready (int): how many would be issued it now.
        reason (str | None): what was typed, where the form was sent and is shown again.
    """

    def __init__(self, roster: Roster, *, held: int, ready: int, reason: str | None = None) -> None:
        self.roster, self.held, self._ready = roster, held, ready
        self.is_open = reason is not None and bool(held)
        shown = {"count": held, "check_no": roster.check_no}
        if self.is_open:
            self.form = ReissueForm({**shown, "reason": reason}, auto_id=AUTO_ID)
        else:
            self.form = ReissueForm(initial={**shown, "reason": roster.reissue_reason}, auto_id=AUTO_ID)

    @property
    def held_said(self) -> str:
        return _("%(people)s: left out, for they have this badge already.") % {"people": words.people(self.held)}

    @property
    def label(self) -> str:
        """What the button says, with the exact number."""
        said = ngettext("Issue again to this person", "Issue again to these %(count)s", self.held)
        return said % {"count": f"{self.held:,}"}

    @cached_property
    def _decided(self) -> int:
        return reads.to_issue_again(self.roster).count() if self.roster.reissue_reason else 0

    @property
    def decided(self) -> str:
        """That it is issued again to those who have it, and why; empty where nobody decided so."""
        if not self._decided:
            return ""
        said = ngettext(
            "%(count)s person who has this badge is to be issued it again: “%(reason)s”.",
            "%(count)s people who have this badge are to be issued it again: “%(reason)s”.",
            self._decided,
        )
        return said % {"count": f"{self._decided:,}", "reason": self.roster.reissue_reason}

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
        said = ngettext(
            "%(count)s of those who are ready had this badge before and is sent it again.",
            "%(count)s of those who are ready had this badge before and are sent it again.",
            self.ready,
        )
        return said % {"count": f"{self.ready:,}"}

    @property
    def waiting_said(self) -> str:
        """How many of whom that was decided do not go yet."""
        count = self._decided - reads.to_issue_again(self.roster).filter(disposition=Disposition.READY).count()
        said = ngettext("%(count)s of them is not ready yet.", "%(count)s of them are not ready yet.", count)
        return said % {"count": f"{count:,}"} if self._decided and count else ""
