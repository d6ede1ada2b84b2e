"""All rosters: found by file or group, by where they stand."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing.models import Roster
from issuing.presenters import rosters as words
from issuing.presenters.dates import day_and_time
from issuing.presenters.issuances import Said
from issuing.queries import rosters as reads
from issuing.services import rosters
from issuing.views import paging

READY = "ready"
"""Rosters from which somebody who was left out could be issued the badge by now."""
STATES = (
    ("", gettext_lazy("All")),
    ("checked", gettext_lazy("Not confirmed")),
    ("sending", gettext_lazy("Sending")),
    ("paused", gettext_lazy("Paused")),
    ("stopped", gettext_lazy("Stopped")),
    ("done", gettext_lazy("Done")),
    (READY, gettext_lazy("People now ready")),
)


@require_safe
@never_cache
def roster_list(request: HttpRequest) -> HttpResponse:
    return render(request, "issuing/roster_list.html", {"page": RosterList(request)})


@dataclass(frozen=True, slots=True)
class Row:
    """One roster of the list."""

    roster: Roster
    said: Said
    tally: str
    who: str
    when: str


class RosterList:
    """One page of the list, and what it was filtered by."""

    def __init__(self, request: HttpRequest) -> None:
        self.text = request.GET.get("q", "").strip()[:200]
        self.state = request.GET.get("state", "")
        self.states = STATES
        self.is_filtered = bool(self.text or self.state)
        now = timezone.now()
        found = reads.find(self.text, self.state)
        self._ready = rosters.ready_by_now(now=now) if self.state == READY else {}
        if self.state == READY:
            found = found.filter(pk__in=[roster.pk for roster in self._ready])
        self.page = paging.page(request, found, noun=(_("roster"), _("rosters")))
        counts = reads.rosters_counted(self.page.rows, now)
        self.rows = [self._row(roster, counts[roster.pk]) for roster in self.page.rows]

    def _row(self, roster: Roster, counts: dict[str, int]) -> Row:
        who, at = roster.uploaded_by, roster.uploaded_at
        if roster.confirmed_by and roster.confirmed_at:
            who, at = roster.confirmed_by, roster.confirmed_at
        said, tally = words.standing(roster, counts), words.tally(roster, counts)
        if roster in self._ready:
            tally = f"{tally}; {words.now_ready(self._ready[roster])}"
        return Row(roster, said, tally, who.display_name, day_and_time(at))
