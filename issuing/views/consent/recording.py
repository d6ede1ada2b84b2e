"""Recording one answer: the form, the check of what it comes to, the record."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from issuing import queries
from issuing.enums import Decision
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.forms.consent import InvalidateForm, RecordForm
from issuing.models import ConsentRecord, User
from issuing.presenters import consent as words
from issuing.services import consent
from issuing.services.consent import Answer, Recorded, Stopped
from issuing.views.access import actor
from issuing.views.consent.addresses import asked_next, learner_page
from issuing.views.consent.proofs import posted
from issuing.views.consent.subject import Subject, subject


@dataclass(frozen=True, slots=True)
class Check:
    """An answer before it is recorded: what it says, and what the learner's answers then come to.

    Args:
        standings (list[Said]): what they come to, for each organisation and for badges that differ.
        is_without_effect (bool): whether a yes changes nothing because of something else that was said.
        once (UUID): becomes the record's identity, so that it is made once.
    """

    entry: words.Entry
    body: str
    standings: list[words.Said]
    is_without_effect: bool
    once: uuid.UUID


@never_cache
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    asked, (data, refused) = subject(request), posted(request)
    form = RecordForm(
        data,
        learner=asked.learner,
        badge=asked.badge,
        decision=Decision.WITHDRAWN if request.GET.get("answer") == Decision.WITHDRAWN else None,
    )
    shown = {"subject": asked, "form": form, "problem": refused}
    if request.method == "GET" or not form.is_valid() or "edit" in request.POST or refused:
        return render(request, "issuing/consent_record.html", shown)
    try:
        if "once" in request.POST:
            done = _recorded(asked, form.answer(), _once(request), actor(request))
            _tell(request, done)
            _mail_receipt(request, done)
            return redirect(asked_next(request) or learner_page(done.records[0].learner))
        return render(request, "issuing/consent_check.html", {**shown, "check": _check(asked, form.answer(), request)})
    except AlreadyTaken as taken:
        messages.warning(request, str(taken))
        return redirect(asked.back_url)
    except InvalidInput as problem:
        return render(request, "issuing/consent_record.html", {**shown, "problem": problem})


def _recorded(asked: Subject, answer: Answer, once: uuid.UUID | None, by: User) -> Recorded:
    if asked.row is not None:
        return consent.record_for_person(person=asked.person, answer=answer, by=by, uuid=once)
    assert asked.learner is not None  # noqa: S101 - a subject is one or the other
    return consent.record(learner=asked.learner, answer=answer, by=by, uuid=once)


def _once(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST["once"])
    except ValueError:
        return None


def _check(asked: Subject, answer: Answer, request: HttpRequest) -> Check:
    proposed = consent.proposed(learner=asked.learner, answer=answer, by=actor(request))
    learner_id = asked.learner.pk if asked.learner else None
    standings = queries.consent_standings(learner_id, now=timezone.now(), proposed=proposed)
    about = answer.text.statement if answer.text else None
    concerned = [one for one in standings if about and one.provider == about.provider and one.badge == about.badge]
    return Check(
        entry=words.entry(proposed),
        body=answer.text.body if answer.text else "",
        standings=[words.said(one) for one in standings],
        is_without_effect=answer.decision == Decision.GIVEN and any(not one.allows for one in concerned),
        once=uuid.uuid4(),
    )


def _tell(request: HttpRequest, done: Recorded) -> None:
    messages.success(request, _("Recorded: %s.") % words.full(done.records[0]))
    _tell_stopped(request, done.stopped)


def _mail_receipt(request: HttpRequest, done: Recorded) -> None:
    """Where it was ticked; that it cannot leave takes nothing back."""
    if "receipt" not in request.POST:
        return
    try:
        consent.mail_receipt(record=done.records[0], by=actor(request))
    except InvalidInput as error:
        messages.warning(request, str(error))


def _tell_stopped(request: HttpRequest, stopped: Stopped) -> None:
    if said := words.stopped(stopped):
        messages.warning(request, said)


@never_cache
@require_http_methods(["GET", "POST"])
def invalidate(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    whole = ConsentRecord.objects.select_related("learner", "text__statement__provider", "text__statement__badge")
    found = get_object_or_404(whole.select_related("recorded_by"), uuid=uuid)
    back = asked_next(request) or learner_page(found.learner)
    form, problem = InvalidateForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            stopped = consent.invalidate(record=found, note=form.cleaned_data["note"], by=actor(request))
        except (AlreadyTaken, InvalidInput) as error:
            problem = error
        else:
            messages.success(request, _("This record counts no more. It stays in the history, struck out."))
            _tell_stopped(request, stopped)
            return redirect(back)
    shown = {"entry": words.entry(found), "learner": found.learner, "form": form, "problem": problem, "back_url": back}
    return render(request, "issuing/consent_invalidate.html", shown)
