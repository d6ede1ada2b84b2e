"""Who sees a page, and what a colleague without the right is told."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from issuing import permissions
from issuing.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def manager_required(view: View[P]) -> View[P]:
    """For managers only; a colleague is told who they are (`refused`)."""

    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not permissions.is_manager(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def actor(request: HttpRequest) -> User:
    """Whoever is signed in, for a service's `by`."""
    assert isinstance(request.user, User)  # noqa: S101 - every page but the open ones asks for a sign-in
    return request.user


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page that says who may do it; it names no learner."""
    return render(request, "403.html", {"managers": permissions.managers()}, status=403)
