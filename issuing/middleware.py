"""What every answer is given on its way out."""

from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse

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


def policy(directives: Mapping[str, Iterable[str]]) -> str:
    """The header's text for a mapping of directives to their sources."""
    return "; ".join(" ".join([directive, *sources]) for directive, sources in directives.items())
