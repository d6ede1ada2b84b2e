"""The sandbox badge to oneself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from issuing.exceptions import IssuingError
from issuing.forms.issue import SandboxForm
from issuing.models import Badge, User
from issuing.services import sandbox, statements
from issuing.views.access import actor
from issuing.views.issue.page import named


@require_http_methods(["GET", "POST"])
@never_cache
def send_to_myself(request: HttpRequest) -> HttpResponse:
    """The sandbox badge of ?badge=…, or the first there is."""
    badge, by, problem = _badge(request), actor(request), ""
    if badge is None:
        return render(request, "issuing/issue_sandbox_none.html")
    form = SandboxForm(request.POST or None, initial=_about(by, badge))
    if request.method == "POST" and form.is_valid():
        try:
            issuance = sandbox.send_to_myself(
                badge=badge,
                person=form.person(),
                agreed_to=form.cleaned_data["words"],
                key=form.cleaned_data["key"],
                by=by,
            )
        except IssuingError as error:
            problem = str(error)
        else:
            return redirect("issue-sent", issuance.uuid)
    page = {"badge": badge, "form": form, "problem": problem, "words": sandbox.words(badge)}
    return render(request, "issuing/issue_sandbox.html", page)


def _badge(request: HttpRequest) -> Badge | None:
    sandboxes = Badge.objects.filter(is_sandbox=True).select_related("provider")
    chosen: Badge | None = named(sandboxes, request.GET.get("badge", ""))
    return chosen or sandboxes.filter(pk__in=Badge.objects.issuable()).order_by("pk").first()


def _about(by: User, badge: Badge) -> dict[str, Any]:
    names = {"first_name": by.first_name, "last_name": by.last_name, "email": by.email}
    return names | {"words": statements.digest(sandbox.words(badge))}
