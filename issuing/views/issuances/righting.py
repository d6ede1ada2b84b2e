"""Putting one badge right: correct and send, stop, send to the right person, issue again, revoke."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
    issuance = find(uuid)
    form = CorrectForm(request.POST or None, issuance=issuance)

    def act(given: dict[str, Any]) -> str:
        issuances.correct(
            issuance=issuance,
            attempt_no=given["attempt_no"],
            person=form.person(),
            details=form.details(),
            again_reason=given["reason"],
            by=actor(request),
        )
        messages.success(request, _("Corrected. It waits to be sent."))
        return _page_of(issuance)

    return _righted(request, "issuing/issuance_correct.html", issuance, form, act)


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
    issuance = find(uuid)
    form = MisdirectedForm(request.POST or None, issuance=issuance)

    def act(given: dict[str, Any]) -> str:
        done = issuances.redirect(
            issuance=issuance,
            person=form.person(),
            details=form.details(),
            reason=given["reason"],
            is_with_somebody_else=form.is_with_somebody_else,
            by=actor(request),
        )
        _tell(request, done, form.is_with_somebody_else)
        return _page_of(issuance if form.is_with_somebody_else else done.issuance)

    return _righted(request, "issuing/issuance_wrong.html", issuance, form, act)


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    issuance = find(uuid)
    form = AgainForm(request.POST or None, issuance=issuance)

    def act(given: dict[str, Any]) -> str:
        made = issuances.reissue(
            issuance=issuance, person=form.person(), details=form.details(), reason=given["reason"], by=actor(request)
        )
        messages.success(request, _("The badge waits to be sent again."))
        return _page_of(made)

    return _righted(request, "issuing/issuance_again.html", issuance, form, act)


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
    issuance = find(key)

    def acted(given: dict[str, Any]) -> str:
        act(issuance=issuance, reason=given["reason"], by=actor(request))
        messages.success(request, said)
        return _page_of(issuance)

    return _righted(request, template, issuance, kind(request.POST or None), acted)


def _righted(
    request: HttpRequest, template: str, issuance: Issuance, form: StyledForm, act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """The page, until what was typed is good and the act was not refused; then the address that the act gives.

    Where the refusal is that somebody has the badge already, the page is told so: why it is sent again is asked then.
    """
    problem: IssuingError | None = None
    if form.is_valid():
        try:
            return redirect(act(form.cleaned_data))
        except IssuingError as refusal:
            problem = refusal
    told = {"page": BadgePage(issuance), "form": form, "problem": str(problem or "")}
    return render(request, template, told | {"has_it": isinstance(problem, AlreadyTaken)})


def _page_of(issuance: Issuance) -> str:
    return reverse("issuance-detail", args=[issuance.uuid])


def _tell(request: HttpRequest, done: issuances.Redirected, is_with_somebody_else: bool) -> None:
    messages.success(request, _("The badge waits to be sent to %s.") % done.issuance.email)
    if done.revocation:
        messages.success(request, _("Navigatr is being asked to revoke the earlier one; below is what came of it."))
    elif is_with_somebody_else:
        messages.warning(
            request, _("The earlier one could not be revoked from here. Below is a text for Navigatr’s support.")
        )
