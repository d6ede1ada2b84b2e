"""What was agreed to, as a file that can be kept: for staff, and for the learner who holds a link."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing.models import ConsentRecord
from issuing.permissions import is_manager
from issuing.presenters import receipts
from issuing.queries.asking import language_of
from issuing.services import consent
from issuing.views.asking.access import for_learners
from issuing.workflow.languages import words_in

WHOLE = ConsentRecord.objects.select_related(*receipts.RELATED)


@require_safe
@never_cache
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One answer; what is left of somebody erased is for managers."""
    record = get_object_or_404(WHOLE, uuid=uuid)
    if record.learner.erased_at and not is_manager(request.user):
        raise PermissionDenied
    return _file([receipts.receipt(record)])


@for_learners
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Every answer of whoever holds the link, the latest first, under their first name alone.

    A link that went to another address than theirs of now may be another person's, and gets none.
    """
    holder = consent.holder(token)
    if holder is None or not holder.is_current:
        return redirect("asking-answer", token)
    records = WHOLE.filter(learner=holder.learner, invalidated_at=None).order_by("-decided_at", "-pk")
    with translation.override(words_in(request.GET.get("language") or language_of(holder.learner))):
        found = [receipts.receipt(one, name=holder.learner.first_name) for one in records]
        return _file(found) if found else redirect("asking-answer", token)


def _file(found: Sequence[receipts.Receipt]) -> HttpResponse:
    """One page that needs nothing else."""
    page = {"title": found[0].title, "receipts": found}
    answer = HttpResponse(render_to_string("issuing/consent_paper.html", {"page": page}))
    answer.headers["Content-Disposition"] = f'attachment; filename="{found[0].file_name}"'
    return answer
