"""Publishing new wording: typed, kept as a draft, looked at, published."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from issuing import queries
from issuing.enums import StatementKind
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.forms.statements import ALL, Wording, WordingForm
from issuing.models import Badge, ConsentDraft, ConsentStatement, Provider
from issuing.presenters import consent as words
from issuing.services import statements
from issuing.services.consent import evidence
from issuing.services.statements import Document, Elsewhere
from issuing.views.access import actor, manager_required
from issuing.views.asking.example import Example, look
from issuing.views.consent.proofs import posted
from issuing.workflow.languages import is_spoken

BUILT_IN = statements.BUILT_IN_LANGUAGE


@dataclass(frozen=True, slots=True)
class Preview:
    """Words before they are published, and what publishing them does.

    Args:
        latest (int): the number of the latest version when this was looked at.
        ending (Ending | None): what ends by it; None where nothing can.
        is_known (bool): whether these are the words in force, so that nothing is published.
        adds (list[str]): languages that come beside those of the present version, whose words all stay.
        dropped (list[str]): languages of the present version that the new one has not.
        drafted (list[tuple[str, str]]): languages and words of the draft that are published with them.
        draft_of (str): when that draft was saved.
        file_name (str): of the PDF that holds them; empty where none does.
        looks (list[tuple[str, str]]): code and name of each language in which a learner's page can be looked at.
        unspoken (list[str]): those of them in which we have no buttons and no e-mail.
    """

    wording: Wording
    body: str
    scope: str
    language: str
    latest: int
    ending: queries.Ending | None
    is_known: bool
    adds: list[str]
    dropped: list[str]
    drafted: list[tuple[str, str]]
    draft_of: str
    file_name: str
    looks: list[tuple[str, str]]
    unspoken: list[str]

    @property
    def number(self) -> int:
        """The version they become."""
        return self.latest + 1


@never_cache
@manager_required
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    provider = _provider(request)
    data, refused = posted(request)
    form = WordingForm(data, provider=provider, initial=_initial(request, provider))
    shown = {"form": form, "provider": provider, "problem": refused}
    if request.method == "GET" or not form.is_valid() or refused or "edit" in request.POST:
        return render(request, "issuing/statement_publish.html", shown)
    wording = form.wording()
    try:
        if "save" in request.POST:
            return _saved(request, wording)
        if "look" in request.POST:
            return _look(request, wording)
        if "publish" not in request.POST:
            return render(request, "issuing/statement_preview.html", {**shown, "preview": _preview(wording)})
        _tell(request, _published(request, wording, form.cleaned_data["after"]), latest=form.cleaned_data["after"])
    except (AlreadyTaken, InvalidInput) as problem:
        return render(request, "issuing/statement_publish.html", {**shown, "problem": problem})
    return redirect("statement-list")


def _published(request: HttpRequest, wording: Wording, after: int | None) -> ConsentStatement:
    if request.POST.get("draft_of", "") != _draft_of(wording):
        raise AlreadyTaken(_("A colleague changed the draft meanwhile. Look at it first; nothing was published."))
    return statements.publish_text(
        provider=wording.provider, language=wording.language, body=wording.body, badge=wording.badge,
        kind=wording.kind, is_minor=wording.is_minor, after=after, drafted=_drafted(wording),
        elsewhere=Elsewhere(wording.used_from, wording.used_until, _document(wording)), by=actor(request),
    )  # fmt: skip


def _look(request: HttpRequest, wording: Wording) -> HttpResponse:
    """The learner's page in the language whose button was pressed: `cy`, or `cy phone`."""
    language, _space, device = request.POST["look"].partition(" ")
    bodies = {wording.language: statements.normalised(wording.body), **_drafted(wording)}
    shown = {"wanted": language, "is_phone": device == "phone"}
    return look(request, Example(wording.provider, wording.badge, bodies, **shown))


def _document(wording: Wording) -> Document | None:
    if wording.file is None:
        return None
    found = evidence.found(wording.file)
    if found is None:
        raise InvalidInput(_("The file was put by for an hour only. Choose it again; nothing was published."))
    return Document(found.name, found.content)


def _drafted(wording: Wording) -> dict[str, str]:
    """The words in other languages that are published with these."""
    draft = _draft(wording)
    texts: dict[str, str] = draft.texts if draft else {}
    return {language: body for language, body in sorted(texts.items()) if language != wording.language}


def _draft_of(wording: Wording) -> str:
    draft = _draft(wording)
    return draft.saved_at.isoformat() if draft else ""


def _draft(wording: Wording) -> ConsentDraft | None:
    return statements.draft_of(wording.provider, wording.badge) if wording.kind == StatementKind.OURS else None


def _saved(request: HttpRequest, wording: Wording) -> HttpResponse:
    known = {"provider": wording.provider, "badge": wording.badge}
    statements.save_draft(**known, language=wording.language, body=wording.body, by=actor(request))
    messages.success(request, _("Saved as a draft. Nobody is asked for anything with it before it is published."))
    return redirect("statement-list")


@manager_required
@require_POST
def drop_draft(request: HttpRequest) -> HttpResponse:
    provider = _provider(request)
    named = request.POST.get("badge", "")
    # Of a badge that is not there, it would be the draft for all of them.
    badge = get_object_or_404(Badge, provider=provider, uuid__in=_uuids(named)) if named else None
    statements.drop_draft(provider=provider, badge=badge, by=actor(request))
    messages.success(request, _("The draft was deleted."))
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
    draft = statements.draft_of(provider, badge) if kind == StatementKind.OURS else None
    body = (draft.texts if draft else {}).get(language, body)
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
    before = {text.language: text.body for text in present.texts.all()} if present else {}
    drafted, file = _drafted(wording), _document(wording)
    written = {wording.language: statements.normalised(wording.body), **drafted}
    texts, ends = statements.together(present, written, is_minor=wording.is_minor)
    is_beside = present is not None and not ends and not wording.is_minor
    return Preview(
        wording=wording,
        body=statements.normalised(wording.body) if wording.body.strip() else "",
        scope=words.whole_scope(provider, badge),
        language=words.language(wording.language),
        latest=statements.latest_number(provider, badge),
        ending=queries.ends_with_new_words(provider, badge, now=timezone.now()) if is_ours and ends else None,
        is_known=texts == before,
        adds=[words.language(code) for code in texts if code not in before] if is_beside else [],
        dropped=[words.language(code) for code in sorted(before.keys() - texts.keys())],
        drafted=[(words.language(code), body) for code, body in drafted.items()],
        draft_of=_draft_of(wording),
        file_name=file.name if file else "",
        looks=[(code, words.language(code)) for code in written] if is_ours else [],
        unspoken=[words.language(code) for code in sorted(written) if is_ours and not is_spoken(code)],
    )
