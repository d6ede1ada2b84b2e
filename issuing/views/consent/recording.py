"""Recording one answer: its questions one by one, the check of what they come to, the record."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

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
from issuing.views.consent.questions import CHECK, Questions
from issuing.views.consent.subject import Subject, subject


@dataclass(frozen=True, slots=True)
class Check:
    """An answer before it is recorded: what it says, and what the learner's answers then come to.

    Args:
        standings (list[Said]): what they come to, for each organisation and for badges that differ.
        is_without_effect (bool): whether a yes changes nothing because of something else that was said.
    """

    entry: words.Entry
    body: str
    standings: list[words.Said]
    is_without_effect: bool


@never_cache
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """A new answer: its first question, at an address of its own."""
    questions = Questions(request, subject(request), uuid.uuid4())
    return redirect(questions.url(questions.names[0]))


@never_cache
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, uuid: uuid.UUID, question: str) -> HttpResponse:
    """One question. What was typed is kept before anything else, and the browser is always led on by a redirect, so
    that its own way back works too."""
    questions = Questions(request, subject(request), uuid)
    if question not in questions.names:
        raise Http404
    if _is_recorded(questions):
        return _over(request, questions)
    if request.method == "POST":
        return _taken(request, questions, question)
    if questions.is_early(question):
        return _led_back(request, questions)
    return _asked(request, questions, question)


def _taken(request: HttpRequest, questions: Questions, name: str) -> HttpResponse:
    data, refused = posted(request)
    assert data is not None  # noqa: S101 - it was posted
    is_early, is_back = questions.is_early(name), "back" in request.POST
    questions.take(name, data, is_sent=not is_back)
    if refused:
        return _asked(request, questions, name, problem=refused)
    if is_back:
        return redirect(questions.url(questions.before(name)))
    return _led_back(request, questions) if is_early else redirect(questions.url(questions.next()))


def _led_back(request: HttpRequest, questions: Questions) -> HttpResponse:
    """To what must be asked first, for it is not here: its hour is over."""
    messages.warning(request, _("What is typed here is kept for an hour. Nothing was recorded; please answer again."))
    return redirect(questions.url(questions.next()))


def _is_recorded(questions: Questions) -> bool:
    return ConsentRecord.objects.filter(uuid=questions.draft.token).exists()


def _over(request: HttpRequest, questions: Questions) -> HttpResponse:
    """Somebody went back to where an answer was typed that is recorded since."""
    messages.info(request, _("This answer was recorded already; nothing was recorded twice."))
    return redirect(questions.subject.back_url)


def _asked(
    request: HttpRequest, questions: Questions, name: str, *, problem: InvalidInput | None = None
) -> HttpResponse:
    shown = {
        "name": name,
        "number": questions.number(name),
        "count": len(questions.names),
        "form": questions.form(name),
        "problem": problem,
        "is_withdrawal": questions.asked_for == Decision.WITHDRAWN,
        "subject": questions.subject,
    }
    return render(request, "issuing/consent_question.html", shown)


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """What was answered and what it comes to. A POST records just what this page showed, once."""
    questions = Questions(request, subject(request), uuid)
    if request.method == "POST":
        return _record(request, questions)
    if _is_recorded(questions):
        return _over(request, questions)
    if not questions.draft.seen:
        return _led_back(request, questions)
    if (missing := questions.next()) != CHECK:
        return redirect(questions.url(missing))
    return _checked(request, questions, questions.whole())


def _checked(
    request: HttpRequest, questions: Questions, form: RecordForm, *, problem: InvalidInput | None = None
) -> HttpResponse:
    shown: dict[str, Any] = {"subject": questions.subject, "form": form, "urls": questions.urls}
    try:
        found = _check(questions.subject, form.answer(), request) if form.is_valid() else None
    except InvalidInput as error:
        found, problem = None, error
    return render(request, "issuing/consent_check.html", {**shown, "check": found, "problem": problem})


def _record(request: HttpRequest, questions: Questions) -> HttpResponse:
    asked, form = questions.subject, questions.whole(request.POST)
    if not form.is_valid():  # the words were replaced, or a guardian's record went, since it was shown
        questions.take_all(request.POST)
        return redirect(questions.url(questions.next()))
    try:
        done = _recorded(asked, form.answer(), questions.draft.token, actor(request))
    except AlreadyTaken as taken:
        messages.warning(request, str(taken))
        return redirect(asked.back_url)
    except InvalidInput as problem:
        return _checked(request, questions, form, problem=problem)
    questions.draft.drop()
    _tell(request, done)
    _mail_receipt(request, done)
    return redirect(asked_next(request) or learner_page(done.records[0].learner))


def _recorded(asked: Subject, answer: Answer, once: uuid.UUID, by: User) -> Recorded:
    if asked.row is not None:
        return consent.record_for_person(person=asked.person, answer=answer, by=by, uuid=once)
    assert asked.learner is not None  # noqa: S101 - a subject is one or the other
    return consent.record(learner=asked.learner, answer=answer, by=by, uuid=once)


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
