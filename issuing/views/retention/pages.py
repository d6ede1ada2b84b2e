"""What is kept how long: the rules, what goes next, and what went. For managers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from issuing.exceptions import IssuingError
from issuing.forms.retention import RulesForm
from issuing.models import RetentionRun
from issuing.presenters import retention as words
from issuing.queries import retention as reads
from issuing.services import retention
from issuing.views import paging
from issuing.views.access import actor, manager_required
from issuing.workflow.keeping import RULE_OF, Kind

FIRST = 3
"""How many of each kind are named before their list is opened."""
_RELATED = {
    Kind.CALLS: ("issuance__badge",),
    Kind.UNISSUED: (),
    Kind.ISSUED: (),
}


@require_http_methods(["GET", "POST"])
@never_cache
@manager_required
def rules(request: HttpRequest) -> HttpResponse:
    form = RulesForm(request.POST or None, labels=words.RULES, amounts=reads.amounts())
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            changed = retention.change(amounts=form.amounts(), by=actor(request))
        except IssuingError as error:
            problem = str(error)
        else:
            messages.success(request, _("Saved. See below what goes next.") if changed else _("Nothing was changed."))
            return redirect("retention-rules")
    fields = [form[rule.value] for rule in words.RULES]
    page = {"form": form, "fields": fields, "problem": problem, "coming": Coming(), "latest": _latest()}
    return render(request, "issuing/retention_rules.html", page)


def _latest() -> words.Done | None:
    run = RetentionRun.objects.select_related("started_by").order_by("-pk").first()
    return words.done(run) if run else None


@require_safe
@never_cache
@manager_required
def coming(request: HttpRequest) -> HttpResponse:
    return render(request, "issuing/retention_next.html", {"page": Coming()})


@require_safe
@never_cache
@manager_required
def listed(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in {one.value for one in Kind} - {Kind.LOGS.value}:
        raise Http404
    return render(request, "issuing/retention_list.html", {"page": Listed(request, Kind(kind))})


@require_POST
@manager_required
def remove(request: HttpRequest) -> HttpResponse:
    try:
        day, mark = _shown(request.POST.get("seen", ""))
        retention.remove_now(day=day, mark=mark, by=actor(request))
    except IssuingError as refusal:
        messages.warning(request, str(refusal))
        return redirect("retention-next")
    messages.success(request, _("It is being removed in the background. Below is what went so far."))
    return redirect("retention-log")


def _shown(text: str) -> tuple[date, str]:
    """Day and mark of the preview that was looked at; a day long gone where there was none."""
    day, _colon, mark = text.partition(":")
    try:
        return date.fromisoformat(day), mark
    except ValueError:
        return date.min, ""


@require_safe
@never_cache
@manager_required
def log(request: HttpRequest) -> HttpResponse:
    runs = RetentionRun.objects.select_related("started_by")
    page = paging.page(request, runs, noun=(_("removal"), _("removals")))
    return render(request, "issuing/retention_log.html", {"page": page, "rows": [words.done(run) for run in page.rows]})


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of what goes next, with the first few by name."""

    kind: str
    label: str
    stays: str
    rule: str
    count: str
    items: list[words.Item]
    has_more: bool


class Coming:
    """What the next removal takes."""

    def __init__(self) -> None:
        now = timezone.now()
        self.day = reads.next_day(now)
        self.when = words.night(self.day, timezone.localdate(now))
        self._amounts = reads.amounts()
        self._found = retention.foresee(self.day)
        self.seen = f"{self.day.isoformat()}:{self._found.mark}"
        self.parts = [part for kind in tuple(Kind) if (part := self._part(kind))]
        self.is_running = RetentionRun.objects.filter(ended_at=None).exists()

    def _part(self, kind: Kind) -> Part | None:
        count = self._found.counts[kind]
        if not count:
            return None
        items = [words.item(kind, row) for row in related(kind, self._found.rows[kind])[:FIRST]]
        if kind == Kind.LOGS:
            items = [words.Item(path.name, "") for path in self._found.logs.files[:FIRST]]
        label, stays = words.KINDS[kind]
        rule = RULE_OF[kind]
        kept = words.kept(rule, self._amounts[rule.value])
        return Part(kind.value, label, stays, kept, f"{count:,}", items, count > len(items) and kind != Kind.LOGS)


def related(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with what is said of them, newest first."""
    return rows.select_related(*_RELATED.get(kind, ("uploaded_by",))).order_by("-pk")


class Listed:
    """Everything of one kind that goes next, page by page."""

    def __init__(self, request: HttpRequest, kind: Kind) -> None:
        self.label, self.stays = words.KINDS[kind]
        on = reads.next_day(timezone.now())
        rows = reads.due(kind, on, reads.amounts()).select_related(*_RELATED.get(kind, ("uploaded_by",)))
        self.page: paging.Page[Any] = paging.page(request, rows, noun=(_("entry"), _("entries")))
        self.items = [words.item(kind, row) for row in self.page.rows]
        self.when = words.night(on, timezone.localdate())
