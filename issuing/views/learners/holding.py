"""Puts learners on hold and takes the hold off."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from issuing.models import Learner
from issuing.services import learners
from issuing.views.access import actor
from issuing.views.acting import do


@require_POST
def hold(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """On hold: what waits stays waiting."""
    learner = get_object_or_404(Learner.objects.present(), uuid=uuid)
    note = request.POST.get("note", "")
    done = _("%s is on hold. No badge and no request goes to them until you take the hold off.") % learner
    do(request, lambda: learners.hold(learner=learner, note=note, by=actor(request)), done)
    return redirect("learner-detail", learner.uuid)


@require_POST
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What waits goes out again."""
    learner = get_object_or_404(Learner.objects.present(), uuid=uuid)
    done = _("%s is not on hold any more. What waits for them can go out again.") % learner
    do(request, lambda: learners.release(learner=learner, by=actor(request)), done)
    return redirect("learner-detail", learner.uuid)
