"""Where a request comes from."""

from django.http import HttpRequest


def place_of(request: HttpRequest) -> str:
    """The address a request comes from: behind a web server on this machine, what that one says last."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    passed_on = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return passed_on if passed_on and direct in ("", "127.0.0.1", "::1") else direct
