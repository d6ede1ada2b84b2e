"""Issue one badge: choose, settle consent, confirm."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from issuing.exceptions import AlreadyTaken, IssuingError
from issuing.forms.issue import IssueForm, RecordHereForm
from issuing.models import Learner
from issuing.presenters import consent as words
from issuing.services import consent, issuances
from issuing.services.learners import Person
from issuing.views.access import actor
from issuing.views.consent.proofs import posted
from issuing.views.issue.page import IssuePage


@require_http_methods(["GET", "POST"])
@never_cache
def one(request: HttpRequest) -> HttpResponse:
    """The steps by address, ?badge=…&learner=…; a POST confirms. htmx asks for what is found of ?q=… alone."""
    if request.method == "POST":
        return _confirm(request)
    page = IssuePage(request)
    is_search = request.htmx and request.htmx.target == "found"  # type: ignore[attr-defined]
    return _shown(request, page, "issuing/_issue_found.html" if is_search else "issuing/issue_one.html")


def _confirm(request: HttpRequest) -> HttpResponse:
    form = IssueForm(request.POST)
    page = IssuePage(request, details=form)
    if not (page.badge and page.learner):
        raise Http404
    if not form.is_valid():
        return _shown(request, page)
    try:
        issuance = issuances.issue(
            badge=page.badge,
            person=_person(page.learner),
            details=form.details(),
            key=form.cleaned_data["key"],
            by=actor(request),
        )
    except IssuingError as error:
        return _shown(request, IssuePage(request, details=form, problem=str(error)))
    return redirect("issue-sent", issuance.uuid)


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Record an answer in place, and go on with the page."""
    page = IssuePage(request)
    if not (page.badge and page.learner):
        raise Http404
    data, refused = posted(request)
    form = RecordHereForm(data, learner=page.learner, badge=page.badge)
    if not form.is_valid() or refused:
        return _shown(request, IssuePage(request, record=form, problem=str(refused or "")))
    try:
        done = consent.record(
            learner=page.learner, answer=form.answer(), by=actor(request), uuid=form.cleaned_data["once"]
        )
    except AlreadyTaken as taken:
        messages.warning(request, str(taken))
    except IssuingError as error:
        return _shown(request, IssuePage(request, record=form, problem=str(error)))
    else:
        messages.success(request, _("Recorded: %s.") % words.full(done.records[0]))
        if stopped := words.stopped(done.stopped):
            messages.warning(request, stopped)
    return redirect(page.here)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Exactly what Navigatr would get by now; changes nothing."""
    page = IssuePage(request, details=IssueForm(request.POST))
    if not page.is_ready_to_ask:
        raise Http404
    return _shown(request, page, "issuing/_issue_gets.html")


def _person(learner: Learner) -> Person:
    return Person(learner.first_name, learner.last_name, learner.email)


def _shown(request: HttpRequest, page: IssuePage, template: str = "issuing/issue_one.html") -> HttpResponse:
    return render(request, template, {"page": page})
