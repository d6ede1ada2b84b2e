"""What is said where no page can answer: a request that was not understood, and a fault of the program's own."""

from collections.abc import Iterator

from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
STYLES = ("bootstrap/css/bootstrap.min.css", "css/tokens.css", "css/theme.css", "css/base.css")


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what the browser sent and could not be read. Nobody is known here: it may have been too early."""
    is_too_much = isinstance(exception, TOO_MUCH)
    told = {"is_too_much": is_too_much, "is_elsewhere": isinstance(exception, DisallowedHost)}
    body = render_to_string("400.html", {"styles": list(_styles())} | told)
    return HttpResponse(body, status=413 if is_too_much else 400)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for a fault of the program's own; asks neither the database nor the context of other pages."""
    return HttpResponse(render_to_string("500.html", {"styles": list(_styles())}), status=500)


def _styles() -> Iterator[str]:
    """Addresses of our styles; of none that was not collected, so that the page comes all the same."""
    for name in STYLES:
        try:
            yield static(name)
        except (OSError, ValueError):
            return
