"""What learners ask for by right: noted, listed with the day it is due, closed when it was answered."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from issuing.enums import Right
from issuing.exceptions import IssuingError
from issuing.forms.rights import RequestForm
from issuing.models import Learner, RightsRequest
from issuing.presenters import rights
from issuing.presenters.dates import day
from issuing.queries.rights import requests_due
from issuing.services import erasure
from issuing.views.access import actor


@require_safe
@never_cache
def due(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = [rights.asked(one, today) for one in requests_due()]
    return render(request, "issuing/right_list.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@never_cache
def note(request: HttpRequest, uuid: UUID) -> HttpResponse:
    learner = get_object_or_404(Learner.objects.present(), uuid=uuid)
    form, problem = RequestForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        right, received_on = Right(form.cleaned_data["right"]), form.cleaned_data["received_on"]
        try:
            asked = erasure.note(learner=learner, right=right, received_on=received_on, by=actor(request))
        except IssuingError as error:
            problem = str(error)
        else:
            messages.success(request, _("Noted. It is due %s, and stands on Home until then.") % day(asked.due_on))
            return redirect("learner-detail", learner.uuid)
    page = {"learner": learner, "form": form, "problem": problem}
    return render(request, "issuing/right_note.html", page)


@require_POST
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    asked = get_object_or_404(RightsRequest.objects.select_related("learner"), uuid=uuid)
    try:
        erasure.close(request=asked, by=actor(request))
    except IssuingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Marked as answered."))
    return redirect("learner-detail", asked.learner.uuid)
