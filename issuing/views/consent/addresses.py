"""Where a page about consent leads back to."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from issuing.models import Learner
from issuing.views.acting import do


def asked_next(request: HttpRequest) -> str:
    """The address on this site that `next` names, else nothing."""
    address = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else ""


def learner_page(learner: Learner) -> str:
    return reverse("learner-detail", kwargs={"uuid": learner.uuid})


def do_and_return(request: HttpRequest, act: Callable[[], None], said: str) -> HttpResponse:
    """Do what a button is for, and lead back to where it stood."""
    do(request, act, said)
    return redirect(asked_next(request) or reverse("request-list"))
