"""One roster: checked, or confirmed and on its way."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from issuing.enums import RosterStatus
from issuing.exceptions import IssuingError
from issuing.models import Roster
from issuing.presenters import rosters as words
from issuing.services import rosters
from issuing.views.access import actor
from issuing.views.rosters import reading
from issuing.views.rosters.checked import CheckPage
from issuing.views.rosters.gone import GonePage
from issuing.views.rosters.pages import roster_or_404
from issuing.views.rosters.run import Progress, RunPage
from issuing.views.rosters.unread import UnreadPage


@require_safe
@never_cache
def roster_detail(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster = roster_or_404(uuid)
    if roster.rows_removed_at is None and rosters.refresh(roster=roster):
        roster = roster_or_404(uuid)
    return shown(request, roster)


def shown(request: HttpRequest, roster: Roster, problem: str = "", *, reason: str | None = None) -> HttpResponse:
    """The page that fits where the roster stands.

    Args:
        reason (str | None): what was typed as the reason for issuing the badge again, where that was not taken.
    """
    if roster.status == RosterStatus.UPLOADED:
        return _unread(request, roster, problem)
    if roster.status == RosterStatus.CHECKED and roster.rows_removed_at is not None:
        return render(request, "issuing/roster_gone.html", {"page": GonePage(roster, problem)})
    if roster.status == RosterStatus.CHECKED:
        page = CheckPage(request, roster, problem=problem, reason=reason)
        return render(request, "issuing/roster_check.html", {"page": page})
    run = RunPage(request, roster, problem=problem, reason=reason)
    return render(request, "issuing/roster_run.html", {"page": run})


def _unread(request: HttpRequest, roster: Roster, problem: str) -> HttpResponse:
    """What is to be answered before the rows are there; else how far they are, or why they are not."""
    if roster.reading.get("questions") and not roster.reading.get("fault"):
        try:
            return reading.shown(request, reading.kept_page(roster))
        except IssuingError as refusal:
            problem = str(refusal)
    return render(request, "issuing/roster_unread.html", {"page": UnreadPage(roster, problem)})


@require_safe
@never_cache
def roster_progress(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster = roster_or_404(uuid)
    if roster.confirmed_at is None:
        return _reading_progress(request, roster)
    progress = Progress(roster, request.GET.get("show", ""))
    answer = render(request, "issuing/_roster_progress.html", {"progress": progress})
    if request.GET.get("was", "") not in ("", progress.state.phase):
        # The rows below are as old as the page: where all are sent, or looked up, it is loaded once more.
        answer["HX-Refresh"] = "true"
    return answer


def _reading_progress(request: HttpRequest, roster: Roster) -> HttpResponse:
    """How far the file is read; the page is loaded once more as soon as there is something for staff to do."""
    answer = render(request, "issuing/_roster_unread.html", {"page": UnreadPage(roster)})
    if not rosters.is_unread(roster):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def roster_pause(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    done = _("Paused. What was on its way arrives; the rest waits until you resume.")
    return _acted(request, uuid, rosters.pause, lambda _none: done)


@require_POST
def roster_resume(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    return _acted(request, uuid, rosters.resume, lambda _none: _("Sending goes on."))


@require_POST
def roster_stop(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    done = _("Stopped: %(badges)s will not be sent. What was sent stays sent.")
    return _acted(request, uuid, rosters.stop, lambda count: done % {"badges": words.badges(count)})


def _acted(request: HttpRequest, uuid: uuid.UUID, act: Callable[..., Any], said: Callable[[Any], str]) -> HttpResponse:
    """Show the roster again, with what the act came to or why it was refused."""
    roster = roster_or_404(uuid)
    try:
        messages.success(request, said(act(roster=roster, by=actor(request))))
    except IssuingError as refusal:
        messages.warning(request, str(refusal))
    return redirect("roster-detail", uuid)


@require_POST
def roster_delete(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster = roster_or_404(uuid)
    try:
        rosters.delete(roster=roster, by=actor(request))
    except IssuingError as refusal:
        messages.warning(request, str(refusal))
        return redirect("roster-detail", uuid)
    messages.success(request, _("%(file)s was deleted. No badge was sent.") % {"file": roster})
    return redirect("roster-list")
