"""The wording: what is in force, every version, and retiring one."""

import uuid
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from issuing import permissions
from issuing.enums import StatementKind
from issuing.exceptions import IssuingError
from issuing.models import ConsentDocument, ConsentDraft, ConsentStatement, Provider
from issuing.presenters import statements as words
from issuing.queries.asking import language_order
from issuing.services import statements
from issuing.views.access import actor, manager_required
from issuing.views.asking.example import Example
from issuing.views.asking.example import look as as_learners_see


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    wordings = [Wordings(*found) for found in _by_provider()]
    is_several = len(wordings) > 1
    shown = {"wordings": wordings, "is_several": is_several, "level": 3 if is_several else 2}
    rights = {"may_publish": permissions.is_manager(request.user), "managers": permissions.managers()}
    return render(request, "issuing/statement_list.html", shown | rights)


class Wordings:
    """One organisation's wording.

    Args:
        present (list[Version]): what its learners are asked now: the words for all badges, then those of single badges.
        others (list[Version]): used elsewhere, replaced and retired, the newest first.
        drafts (list[Draft]): what somebody is still at work on.
    """

    def __init__(
        self, provider: Provider, versions: Iterable[ConsentStatement], drafts: Iterable[ConsentDraft]
    ) -> None:
        self.provider = provider
        newest: dict[int | None, int] = {}
        found = list(versions)
        for one in found:
            if one.kind == StatementKind.OURS and one.superseded_at is None and one.retired_at is None:
                newest[one.badge_id] = one.pk
        self.present = [words.version(one) for one in found if one.pk in newest.values()]
        self.others = [words.version(one) for one in reversed(found) if one.pk not in newest.values()]
        self.has_whole = None in newest
        self.drafts = [words.draft(one) for one in drafts]
        self.built_in = statements.built_in_text(provider)
        self.latest = max((one.version for one in found if one.badge_id is None), default=0)


def _by_provider() -> list[tuple[Provider, list[ConsentStatement], list[ConsentDraft]]]:
    """Every organisation with its versions, the oldest first and those of single badges last, and its drafts."""
    versions = ConsentStatement.objects.select_related("provider", "badge", "published_by").prefetch_related("texts")
    of: dict[int, list[ConsentStatement]] = {}
    for one in sorted(versions, key=lambda one: (one.badge.name if one.badge else "", one.version)):
        of.setdefault(one.provider_id, []).append(one)
    drafts: dict[int, list[ConsentDraft]] = {}
    for draft in ConsentDraft.objects.select_related("provider", "badge", "saved_by").order_by("pk"):
        drafts.setdefault(draft.provider_id, []).append(draft)
    providers = Provider.objects.order_by("name", "pk")
    return [(provider, of.get(provider.pk, []), drafts.get(provider.pk, [])) for provider in providers]


@require_safe
def detail(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    versions = ConsentStatement.objects.select_related("provider", "badge", "published_by", "retired_by")
    found = get_object_or_404(versions.prefetch_related("texts"), uuid=uuid)
    documents = ConsentDocument.objects.filter(text__statement=found).defer("content")
    may_retire = permissions.is_manager(request.user) and found.retired_at is None and not statements.is_only(found)
    shown = {"version": words.version(found), "document": documents.first(), "may_retire": may_retire}
    return render(request, "issuing/statement_detail.html", shown)


@require_safe
def look(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """The page of a learner who is asked with these words; with words used elsewhere nobody is."""
    ours = ConsentStatement.objects.select_related("provider", "badge").filter(kind=StatementKind.OURS)
    found = get_object_or_404(ours, uuid=uuid)
    texts = found.texts.values_list("language", "body")
    bodies = dict(sorted(texts, key=lambda text: language_order(text[0])))
    shown = {"wanted": request.GET.get("language", ""), "is_phone": request.GET.get("on") == "phone"}
    back_url = reverse("statement-detail", args=[uuid])
    return as_learners_see(request, Example(found.provider, found.badge, bodies, **shown, back_url=back_url))


@require_safe
def document(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(ConsentDocument, text__statement__uuid=uuid)
    answer = HttpResponse(bytes(found.content), content_type="application/pdf")
    header = content_disposition_header(as_attachment=True, filename=found.name)
    answer.headers["Content-Disposition"] = header or "attachment"
    return answer


@manager_required
@require_POST
def retire(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(ConsentStatement, uuid=uuid)
    try:
        statements.retire(statement=found, by=actor(request))
    except IssuingError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Retired. It is offered no more; every answer to it goes on counting."))
    return redirect("statement-detail", uuid)
