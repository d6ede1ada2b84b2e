"""What every answer is given on its way out."""

from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import get_script_prefix, is_valid_path
from django.utils.translation import gettext as _

HEADER = "Content-Security-Policy"


class ContentSecurityPolicyMiddleware:
    """Tells browsers to load and run nothing but our own files, as `SECURE_CSP` says; a view's own header stands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._policy = policy(settings.SECURE_CSP)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault(HEADER, self._policy)
        return response


class BackToThePageMiddleware:
    """Leads whoever opens an address that only a button may use, for example from the browser's list, to its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if request.method != "GET" or not isinstance(response, HttpResponseNotAllowed):
            return response
        messages.warning(request, _("Nothing was changed: that is only done by its button. This is how it stands now."))
        return redirect(get_script_prefix() + page_above(request.path_info)[1:])


def page_above(path: str) -> str:
    """The nearest address above this one at which there is something; `/` at last."""
    while path != "/":
        path = path[: path.rstrip("/").rfind("/") + 1]
        if is_valid_path(path):
            break
    return path


def policy(directives: Mapping[str, Iterable[str]]) -> str:
    """The header's text for a mapping of directives to their sources."""
    return "; ".join(" ".join([directive, *sources]) for directive, sources in directives.items())
