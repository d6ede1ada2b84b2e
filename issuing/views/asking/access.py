"""What every page for learners shares: open to whoever holds the link, and seen by nobody else."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_learners(view: View[P]) -> View[P]:
    """Open, without cookies; its address is told to no other site, no cache and no search engine.

    Without a token against forged forms: there is no session that one could borrow, and who knows the link may use it.
    """

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    limited = require_http_methods(["GET", "HEAD", "POST"])(shown)
    return csrf_exempt(login_not_required(never_cache(limited)))
