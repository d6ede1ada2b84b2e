"""Uploading a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from issuing.exceptions import IssuingError
from issuing.forms.rosters import UploadForm
from issuing.models import Badge, Roster
from issuing.services import rosters
from issuing.views.access import actor


@require_http_methods(["GET", "POST"])
def roster_upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(
            request, UploadForm(initial={"badge": request.GET.get("badge"), "group": request.GET.get("group")})
        )
    form, problem = UploadForm(request.POST, request.FILES), ""
    if form.is_valid():
        try:
            return redirect("roster-detail", _uploaded(request, form).uuid)
        except IssuingError as refusal:
            problem = str(refusal)
    return _page(request, form, problem)


def _uploaded(request: HttpRequest, form: UploadForm) -> Roster:
    """The roster, checked or waiting; the same form sent twice has one."""
    given = form.cleaned_data
    return rosters.upload(
        content=form.content(),
        file_name=given["file"].name,
        badge=given["badge"],
        group=given["group"],
        token=given["token"],
        by=actor(request),
    )


def _page(request: HttpRequest, form: UploadForm, problem: str = "") -> HttpResponse:
    has_badges = Badge.objects.issuable().exists()
    return render(request, "issuing/roster_upload.html", {"form": form, "problem": problem, "has_badges": has_badges})
