"""Issuing a roster's ready rows, first all of them and later those who became ready."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from issuing.enums import RosterStatus
from issuing.exceptions import IssuingError
from issuing.forms.rosters import ConfirmForm
from issuing.models import Roster
from issuing.presenters import rosters as words
from issuing.services import rosters
from issuing.views.access import actor
from issuing.views.rosters.again import Again
from issuing.views.rosters.checked import CheckPage
from issuing.views.rosters.pages import roster_or_404


@require_POST
def roster_confirm(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster, form = roster_or_404(uuid), ConfirmForm(request.POST)
    if roster.status != RosterStatus.CHECKED:
        return _told(request, roster, rosters.taken_sentence(roster))
    if not form.is_valid():
        return _check_page(request, roster, "", form)
    if _must_ask(form):
        return _ask(request, roster, form)
    try:
        sent = _confirm(request, roster, form)
    except IssuingError as refusal:
        return _check_page(request, roster_or_404(uuid), str(refusal), form)
    return _confirmed(request, roster, sent)


def _confirm(request: HttpRequest, roster: Roster, form: ConfirmForm) -> int:
    given = form.cleaned_data
    return rosters.confirm(
        roster=roster, ready=given["ready"], check_no=given["check_no"], start_at=form.starts(), by=actor(request)
    )


@require_POST
def roster_more(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster, form = roster_or_404(uuid), ConfirmForm(request.POST)
    if not form.is_valid():
        return redirect("roster-detail", uuid)
    if _must_ask(form):
        return _ask(request, roster, form, more=True)
    given = form.cleaned_data
    try:
        sent = rosters.confirm_more(roster=roster, ready=given["ready"], check_no=given["check_no"], by=actor(request))
    except IssuingError as refusal:
        return _told(request, roster, str(refusal))
    return _confirmed(request, roster, sent)


def _must_ask(form: ConfirmForm) -> bool:
    return form.cleaned_data["ready"] > settings.ROSTER_ASK_ABOVE and not form.cleaned_data["sure"]


def _ask(request: HttpRequest, roster: Roster, form: ConfirmForm, *, more: bool = False) -> HttpResponse:
    """Once more, where very many people would be sent a badge."""
    ready = form.cleaned_data["ready"]
    told = {"roster": roster, "form": form, "more": more, "people": words.people(ready)}
    told["again"] = Again(roster, held=0, ready=ready)
    return render(request, "issuing/roster_confirm.html", told)


def _check_page(request: HttpRequest, roster: Roster, problem: str, form: ConfirmForm) -> HttpResponse:
    """The check once more, with what changed on top and the start that was typed."""
    if roster.status != RosterStatus.CHECKED:
        return _told(request, roster, problem)
    page = CheckPage(request, roster, problem=problem)
    page.keep_start(form)
    return render(request, "issuing/roster_check.html", {"page": page})


def _told(request: HttpRequest, roster: Roster, sentence: str) -> HttpResponse:
    messages.warning(request, sentence)
    return redirect("roster-detail", roster.uuid)


def _confirmed(request: HttpRequest, roster: Roster, sent: int) -> HttpResponse:
    messages.success(request, _("Confirmed: %(badges)s on the way.") % {"badges": words.badges(sent)})
    return redirect("roster-detail", roster.uuid)
