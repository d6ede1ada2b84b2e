"""The wording: what is in force, every version, and publishing a new one."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from issuing import permissions, queries
from issuing.enums import StatementKind
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.forms.statements import ALL, Wording, WordingForm
from issuing.models import Badge, ConsentStatement, Provider
from issuing.presenters import consent as words
from issuing.services import statements
from issuing.views.access import actor, manager_required

BUILT_IN = statements.BUILT_IN_LANGUAGE


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
        others (list[Version]): used elsewhere, and replaced, the newest first.
    """

    def __init__(self, provider: Provider, versions: Iterable[ConsentStatement]) -> None:
        self.provider = provider
        newest: dict[int | None, int] = {}
        found = list(versions)
        for one in found:
            if one.kind == StatementKind.OURS and one.superseded_at is None:
                newest[one.badge_id] = one.pk
        self.present = [words.version(one) for one in found if one.pk in newest.values()]
        self.others = [words.version(one) for one in reversed(found) if one.pk not in newest.values()]
        self.has_whole = None in newest
        self.built_in = statements.built_in_text(provider)
        self.latest = max((one.version for one in found if one.badge_id is None), default=0)


def _by_provider() -> list[tuple[Provider, list[ConsentStatement]]]:
    """Every organisation with its versions, the oldest first and those of single badges last."""
    versions = ConsentStatement.objects.select_related("provider", "badge", "published_by").prefetch_related("texts")
    of: dict[int, list[ConsentStatement]] = {}
    for one in sorted(versions, key=lambda one: (one.badge.name if one.badge else "", one.version)):
        of.setdefault(one.provider_id, []).append(one)
    return [(provider, of.get(provider.pk, [])) for provider in Provider.objects.order_by("name", "pk")]


@require_safe
def detail(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    versions = ConsentStatement.objects.select_related("provider", "badge", "published_by").prefetch_related("texts")
    return render(
        request, "issuing/statement_detail.html", {"version": words.version(get_object_or_404(versions, uuid=uuid))}
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """Words before they are published, and what publishing them does.

    Args:
        latest (int): the number of the latest version when this was looked at.
        ending (Ending | None): what ends by it; None where nothing can.
        adds_language (bool): whether the present version's words stay beside them.
    """

    wording: Wording
    body: str
    scope: str
    language: str
    latest: int
    ending: queries.Ending | None
    adds_language: bool

    @property
    def number(self) -> int:
        """The version they become."""
        return self.latest + 1


@never_cache
@manager_required
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    provider = _provider(request)
    form = WordingForm(request.POST or None, provider=provider, initial=_initial(request, provider))
    shown = {"form": form, "provider": provider}
    if request.method == "GET" or not form.is_valid() or "edit" in request.POST:
        return render(request, "issuing/statement_publish.html", shown)
    wording = form.wording()
    if "publish" not in request.POST:
        return render(request, "issuing/statement_preview.html", {**shown, "preview": _preview(wording)})
    try:
        statement = statements.publish_text(
            provider=wording.provider, language=wording.language, body=wording.body, badge=wording.badge,
            kind=wording.kind, is_minor=wording.is_minor, after=form.cleaned_data["after"], by=actor(request),
        )  # fmt: skip
    except (AlreadyTaken, InvalidInput) as problem:
        return render(request, "issuing/statement_publish.html", {**shown, "problem": problem})
    _tell(request, statement, latest=form.cleaned_data["after"])
    return redirect("statement-list")


def _tell(request: HttpRequest, statement: ConsentStatement, latest: int | None) -> None:
    if latest is not None and statement.version <= latest:
        said = _("Nothing new was published: these are the words of %s.") % words.wording(statement)
        messages.warning(request, said)
    else:
        messages.success(request, _("Published: %s.") % words.wording(statement))


def _provider(request: HttpRequest) -> Provider:
    """The organisation that the form or the address names, else the only one."""
    named = request.POST.get("provider") or request.GET.get("provider", "")
    try:
        wanted = {"uuid": uuid.UUID(named)} if named else {}
    except ValueError:
        wanted = {"pk": None}
    found = Provider.objects.filter(**wanted).order_by("name")
    return get_object_or_404(found[:1])


def _initial(request: HttpRequest, provider: Provider) -> dict[str, object]:
    """The words in force, or those that come with the program."""
    kind, language = request.GET.get("kind", StatementKind.OURS.value), request.GET.get("language", BUILT_IN)
    badge = Badge.objects.filter(provider=provider, uuid__in=_uuids(request.GET.get("badge", ""))).first()
    present = statements.present_version(provider, badge)
    body = "" if kind == StatementKind.ELSEWHERE or language != BUILT_IN else statements.built_in_text(provider)
    if present and kind == StatementKind.OURS:
        body = next((text.body for text in present.texts.all() if text.language == language), body)
    known = {"provider": provider.uuid, "badge": str(badge.uuid) if badge else ALL, "kind": kind, "language": language}
    return {**known, "body": body}


def _uuids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text)]
    except ValueError:
        return []


def _preview(wording: Wording) -> Preview:
    provider, badge = wording.provider, wording.badge
    is_ours = wording.kind == StatementKind.OURS
    present = statements.present_version(provider, badge) if is_ours else None
    languages = {text.language for text in present.texts.all()} if present else set()
    adds_language = present is not None and wording.language not in languages
    ends = is_ours and not wording.is_minor and not adds_language
    return Preview(
        wording=wording,
        body=statements.normalised(wording.body),
        scope=words.whole_scope(provider, badge),
        language=words.language(wording.language),
        latest=statements.latest_number(provider, badge),
        ending=queries.ends_with_new_words(provider, badge, now=timezone.now()) if ends else None,
        adds_language=adds_language,
    )
