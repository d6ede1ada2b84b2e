"""Everything held about one learner: to look at, and to take away."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from issuing import permissions
from issuing.models import Learner
from issuing.presenters.dates import day
from issuing.presenters.held import sections
from issuing.services import learners
from issuing.views.access import actor


@require_safe
@never_cache
def held(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All of it on a page that prints well."""
    learner = _found(request, uuid)
    found = learners.held(learner=learner, by=actor(request))
    page = {"learner": learner, "sections": sections(found)}
    return render(request, "issuing/learner_held.html", {"page": page})


@require_POST
@never_cache
def as_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A file for machines; that it was handed out is noted."""
    found = learners.export(learner=_found(request, uuid), by=actor(request))
    answer = JsonResponse(found, json_dumps_params={"indent": 2, "ensure_ascii": False})
    return _attached(answer, "json")


@require_POST
@never_cache
def as_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One file for people, that needs nothing else; that it was handed out is noted."""
    found = learners.export(learner=_found(request, uuid), by=actor(request))
    page: dict[str, Any] = {"sections": sections(found), "held": found, "day": day(timezone.now())}
    return _attached(HttpResponse(render_to_string("issuing/learner_paper.html", {"page": page})), "html")


def _found(request: HttpRequest, uuid: UUID) -> Learner:
    """The learner; what is left from before somebody was erased and came back is for managers, who can hand it out."""
    learner = get_object_or_404(Learner, uuid=uuid, merged_into=None, erased_at=None)
    if learner.came_from.exists() and not permissions.is_manager(request.user):
        raise PermissionDenied
    return learner


def _attached(answer: HttpResponse, ending: str) -> HttpResponse:
    """As a file whose name says nothing of the learner."""
    name = f"what-we-hold-{timezone.localdate():%Y-%m-%d}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
