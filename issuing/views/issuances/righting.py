"""Putting one badge right: correct and send, stop, send to the right person, issue again, revoke."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from issuing.exceptions import AlreadyTaken, IssuingError
from issuing.forms.base import StyledForm
from issuing.forms.issuances import AgainForm, CorrectForm, LookedForm, MisdirectedForm, RevokeForm
from issuing.models import Issuance
from issuing.services import issuances
from issuing.views.access import actor
from issuing.views.issuances.detail import BadgePage, find


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    issuance, problem, has_it = find(uuid), "", False
    form = CorrectForm(request.POST or None, issuance=issuance)
    if form.is_valid():
        try:
            issuances.correct(
                issuance=issuance,
                attempt_no=form.cleaned_data["attempt_no"],
                person=form.person(),
                details=form.details(),
                again_reason=form.cleaned_data["reason"],
                by=actor(request),
            )
        except IssuingError as error:
            problem, has_it = str(error), isinstance(error, AlreadyTaken)
        else:
            messages.success(request, _("Corrected. It waits to be sent."))
            return redirect("issuance-detail", issuance.uuid)
    asks_why = has_it or bool(form["reason"].value())
    return _page(request, "issuing/issuance_correct.html", issuance, form, problem, has_it=has_it, asks_why=asks_why)


@require_POST
def cancel(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    issuance = find(uuid)
    number = request.POST.get("attempt_no", "")
    try:
        issuances.cancel(issuance=issuance, attempt_no=int(number) if number.isdigit() else -1, by=actor(request))
    except IssuingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Stopped. It will not be sent."))
    return redirect("issuance-detail", issuance.uuid)


@require_http_methods(["GET", "POST"])
def wrong(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    issuance, problem = find(uuid), ""
    form = MisdirectedForm(request.POST or None, issuance=issuance)
    if form.is_valid():
        try:
            done = issuances.redirect(
                issuance=issuance,
                person=form.person(),
                details=form.details(),
                reason=form.cleaned_data["reason"],
                is_with_somebody_else=form.is_with_somebody_else,
                by=actor(request),
            )
        except IssuingError as error:
            problem = str(error)
        else:
            _tell(request, done, form.is_with_somebody_else)
            return redirect("issuance-detail", issuance.uuid if form.is_with_somebody_else else done.issuance.uuid)
    return _page(request, "issuing/issuance_wrong.html", issuance, form, problem)


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    issuance, problem = find(uuid), ""
    form = AgainForm(request.POST or None, issuance=issuance)
    if form.is_valid():
        try:
            made = issuances.reissue(
                issuance=issuance,
                person=form.person(),
                details=form.details(),
                reason=form.cleaned_data["reason"],
                by=actor(request),
            )
        except IssuingError as error:
            problem = str(error)
        else:
            messages.success(request, _("The badge waits to be sent again."))
            return redirect("issuance-detail", made.uuid)
    return _page(request, "issuing/issuance_again.html", issuance, form, problem)


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    said = _("Navigatr is being asked to revoke it. This page says what came of it.")
    return _with_reason(request, uuid, RevokeForm, issuances.revoke, said, "issuing/issuance_revoke.html")


@require_http_methods(["GET", "POST"])
def twice(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    said = _("Noted; the mark is taken off.")
    return _with_reason(request, uuid, LookedForm, issuances.looked, said, "issuing/issuance_twice.html")


def _with_reason(
    request: HttpRequest, key: uuid.UUID, kind: type[StyledForm], act: Callable[..., object], said: str, template: str
) -> HttpResponse:
    """A page that asks for nothing but a reason, and acts on it."""
    issuance, problem = find(key), ""
    form = kind(request.POST or None)
    if form.is_valid():
        try:
            act(issuance=issuance, reason=form.cleaned_data["reason"], by=actor(request))
        except IssuingError as error:
            problem = str(error)
        else:
            messages.success(request, said)
            return redirect("issuance-detail", issuance.uuid)
    return _page(request, template, issuance, form, problem)


def _page(
    request: HttpRequest, template: str, issuance: Issuance, form: object, problem: str, **more: object
) -> HttpResponse:
    context = {"page": BadgePage(issuance), "form": form, "problem": problem}
    return render(request, template, context | more)


def _tell(request: HttpRequest, done: issuances.Redirected, is_with_somebody_else: bool) -> None:
    messages.success(request, _("The badge waits to be sent to %s.") % done.issuance.email)
    if done.revocation:
        messages.success(request, _("Navigatr is being asked to revoke the earlier one; below is what came of it."))
    elif is_with_somebody_else:
        messages.warning(
            request, _("The earlier one could not be revoked from here. Below is a text for Navigatr’s support.")
        )
