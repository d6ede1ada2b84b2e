"""Puts learners on hold and takes the hold off."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from issuing.exceptions import IssuingError
from issuing.models import Learner
from issuing.services import learners
from issuing.views.access import actor


@require_POST
def hold(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """On hold: what waits stays waiting."""
    learner = get_object_or_404(Learner.objects.present(), uuid=uuid)
    note = request.POST.get("note", "")
    done = _("%s is on hold. Nothing is sent to them until you take the hold off.") % learner
    return _do(request, learner, lambda: learners.hold(learner=learner, note=note, by=actor(request)), done)


@require_POST
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What waits goes out again."""
    learner = get_object_or_404(Learner.objects.present(), uuid=uuid)
    done = _("%s is not on hold any more. What was waiting goes out now.") % learner
    return _do(request, learner, lambda: learners.release(learner=learner, by=actor(request)), done)


def _do(request: HttpRequest, learner: Learner, act: Callable[[], Learner], done: str) -> HttpResponse:
    try:
        act()
    except IssuingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("learner-detail", learner.uuid)
