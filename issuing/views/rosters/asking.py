"""The part of a roster's pages about those who need consent."""

from datetime import datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from issuing.enums import AskedState
from issuing.models import Roster
from issuing.presenters import agreeing as words
from issuing.presenters.asking import requests
from issuing.queries import roster_consent as reads
from issuing.services.consent import is_set_up
from issuing.views.rosters.pages import address, ask_url


class ConsentPart:
    """Who needs consent, by whether they were asked, and what can be done about it.

    Args:
        show (str): which of the page's rows are shown; an `AskedState` where it is some of these.
    """

    def __init__(self, roster: Roster, show: str, now: datetime) -> None:
        self.roster, self._now, self.counts = roster, now, reads.asked_counts(roster, now=now)
        self.total = sum(self.counts.values())
        self.split = words.split(self.counts, show, address(roster))
        self.to_mail = reads.rows_to_mail(roster, now=now)
        self.waiting = words.waiting(self.counts[AskedState.OPEN], is_set_up=is_set_up())
        self.ask_url = ask_url(roster)
        self.ask_label = _("E-mail %s") % requests(self.to_mail)

    @cached_property
    def was_asked(self) -> bool:
        return bool(self.elsewhere) or self.roster.consent_requests.exists()

    @cached_property
    def open_requests(self) -> int:
        """How many were made from this roster."""
        return reads.open_requests(self.roster, now=self._now).count()

    @cached_property
    def elsewhere(self) -> int:
        """How many open ones were not."""
        return reads.asked_elsewhere(self.roster, now=self._now).count()

    @property
    def elsewhere_said(self) -> str:
        return words.elsewhere(self.elsewhere)

    @property
    def stop_label(self) -> str:
        """What the button says that ends every open request made from this roster, with the exact number."""
        return words.stop_label(self.open_requests)
