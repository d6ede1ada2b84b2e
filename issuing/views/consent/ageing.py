"""Noting that a learner is under 13, and that they are not any more."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from issuing.exceptions import AlreadyTaken, IssuingError
from issuing.forms.consent import GrownForm
from issuing.models import Learner
from issuing.presenters import consent as words
from issuing.presenters.dates import day
from issuing.services import consent
from issuing.views.access import actor
from issuing.views.consent.addresses import learner_page


@never_cache
@require_http_methods(["GET", "POST"])
def age(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """Ask for what is not noted: that they are under 13, or how it is known that they are not."""
    learner = get_object_or_404(Learner.objects.present(), uuid=uuid)
    form, problem = GrownForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and (not _says_13(request) or form.is_valid()):
        try:
            _note(request, learner, form)
        except AlreadyTaken as taken:
            messages.warning(request, str(taken))
            return redirect(learner_page(learner))
        except IssuingError as error:
            problem = error
        else:
            return redirect(learner_page(learner))
    shown = {"learner": learner, "form": form, "problem": problem, "back_url": learner_page(learner)}
    since = day(learner.under_13_since) if learner.under_13_since else ""
    return render(request, "issuing/consent_age.html", {**shown, "since": since})


def _says_13(request: HttpRequest) -> bool:
    """By what was pressed, not by what is noted by now: the same press twice must not turn into its opposite."""
    return "reason" in request.POST


def _note(request: HttpRequest, learner: Learner, form: GrownForm) -> None:
    if _says_13(request):
        consent.note_13(learner=learner, reason=form.cleaned_data["reason"], by=actor(request))
        messages.success(request, _("Noted: 13 or over. What was answered for them counts from now on."))
        return
    stopped = consent.note_under_13(learner_ids=[learner.pk], by=actor(request))
    messages.success(request, _("Noted: under 13. They are sent nothing, whoever agrees."))
    if said := words.stopped(stopped):
        messages.warning(request, said)
