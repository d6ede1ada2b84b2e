"""Reading badges again, and marking the one to try with."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from issuing.models import Badge
from issuing.services import badges
from issuing.views.access import actor, manager_required


@require_POST
def badge_refresh(request: HttpRequest) -> HttpResponse:
    if badges.refresh(by=actor(request)):
        messages.success(request, _("The badges are being read from Navigatr; look again in a minute."))
    else:
        messages.warning(request, _("No Navigatr account is working at the moment, so nothing is read."))
    return redirect("badge-list")


@require_POST
@manager_required
def badge_sandbox(request: HttpRequest, uuid: UUID) -> HttpResponse:
    badge = get_object_or_404(Badge, uuid=uuid)
    is_sandbox = request.POST.get("sandbox") == "yes"
    badges.mark_sandbox(badge, is_sandbox=is_sandbox, by=actor(request))
    said = _("%(badge)s is a sandbox badge now and is left out of counts.")
    if not is_sandbox:
        said = _("%(badge)s is no sandbox badge any more; it counts.")
    messages.success(request, said % {"badge": badge.name})
    return redirect("badge-detail", badge.uuid)
