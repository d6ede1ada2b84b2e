"""Issuing the badge again to those on a roster who have it, and taking that back."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from issuing.exceptions import IssuingError
from issuing.forms.rosters import LeaveOutForm, ReissueForm
from issuing.presenters import rosters as words
from issuing.services import rosters
from issuing.views.access import actor
from issuing.views.rosters.detail import shown
from issuing.views.rosters.pages import roster_or_404

NEVER = -1
"""No check has this number: what was shown is not known."""


@require_POST
def roster_reissue(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster, form = roster_or_404(uuid), ReissueForm(request.POST)
    typed = request.POST.get("reason", "")
    if not form.is_valid():
        return shown(request, roster, reason=typed)
    try:
        count = rosters.issue_again(roster=roster, by=actor(request), **form.cleaned_data)
    except IssuingError as refusal:
        return shown(request, roster_or_404(uuid), str(refusal), reason=typed)
    told = {"people": words.people(count)}
    messages.success(request, _("To be issued again: %(people)s, as far as they agree. Nothing was sent yet.") % told)
    return redirect("roster-detail", uuid)


@require_POST
def roster_leave(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster, form = roster_or_404(uuid), LeaveOutForm(request.POST)
    check_no = form.cleaned_data["check_no"] if form.is_valid() else NEVER
    try:
        count = rosters.leave_out_holders(roster=roster, check_no=check_no, by=actor(request))
    except IssuingError as refusal:
        return shown(request, roster_or_404(uuid), str(refusal))
    messages.success(request, _("Left out, for they have this badge: %(people)s.") % {"people": words.people(count)})
    return redirect("roster-detail", uuid)
