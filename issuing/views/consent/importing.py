"""Recording the answers of a file: choose it, say which column and what its answers mean, check, record."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from issuing import sheets
from issuing.exceptions import AlreadyTaken, IssuingError, SheetError
from issuing.forms.consent_files import MOST_ANSWERS, AnswersForm, FileForm
from issuing.presenters import consent as words
from issuing.presenters.dates import day
from issuing.services import consent, rosters
from issuing.services.consent import AnswerFile, Imported
from issuing.sheets.dates import order_of
from issuing.views.access import actor
from issuing.views.consent.reading import AS_FOUND, reading_of
from issuing.views.consent.where import Where

SHOWN: Final = 500
A_SECOND: Final = 1000
"""Answers that are recorded in a second on a busy machine; a quiet one takes half as long."""
LONG: Final = 3
_SAMPLED: Final = 200


@never_cache
@require_http_methods(["GET", "POST"])
def choose_file(request: HttpRequest) -> HttpResponse:
    where, problem = Where(request), None
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return redirect(where.to(*_keep(file.read(sheets.MAX_BYTES + 1), file.name)))
        except IssuingError as error:
            problem = error
    return render(request, "issuing/consent_import.html", {"form": form, "problem": problem, "where": where})


def _keep(content: bytes, name: str) -> tuple[str, uuid.UUID]:
    """Keep a file that was uploaded; the page to go on with."""
    found = rosters.read(content=content, file_name=name, how=AS_FOUND)
    if found.questions:
        return "consent-import-reading", consent.keep(content=content, name=name)
    return "consent-import-column", consent.keep(content=content, name=name, reading=reading_of(found, AS_FOUND))


@never_cache
@require_safe
def choose_column(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    where = Where(request)
    if consent.imported(uuid):
        return redirect(where.to("consent-import-result", uuid))
    if (file := _kept(request, uuid)) is None:
        return redirect(_elsewhere(where, uuid))
    shown = {"columns": Columns(file), "where": where, "token": uuid}
    return render(
        request,
        "issuing/consent_import_column.html",
        {**shown, "reading_url": where.to("consent-import-reading", uuid)},
    )


@never_cache
@require_http_methods(["GET", "POST"])
def say_answers(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    where = Where(request)
    if consent.imported(uuid):
        return redirect(where.to("consent-import-result", uuid))
    if (file := _kept(request, uuid)) is None:
        return redirect(_elsewhere(where, uuid))
    column = request.GET.get("column", "")
    shown: dict[str, Any] = {"where": where, "token": uuid, "column": column, "file": file}
    try:
        values, headings = _values(file, column), {one: _may_turn(file, one) for one in _others(file, column)}
        form = AnswersForm(request.POST or None, column=column, values=values, badge=where.badge, headings=headings)
    except SheetError as problem:
        messages.error(request, str(problem))
        return redirect(where.to("consent-import-column", uuid))
    shown["form"] = form
    if request.method == "GET" or not form.is_valid() or "edit" in request.POST:
        return render(request, "issuing/consent_import_answers.html", shown)
    return _checked_or_recorded(request, uuid, file, shown)


def _checked_or_recorded(
    request: HttpRequest, token: uuid.UUID, file: AnswerFile, shown: dict[str, Any]
) -> HttpResponse:
    options = shown["form"].options()
    try:
        if "record" in request.POST:
            consent.import_once(token=token, options=options, by=actor(request))
            return redirect(shown["where"].to("consent-import-result", token))
        foreseen = Result(consent.foresee(table=file.table, matching=file.matching, options=options))
    except AlreadyTaken as taken:
        messages.warning(request, str(taken))
        return redirect(shown["where"].to("consent-import-column", token))
    except IssuingError as problem:
        return render(request, "issuing/consent_import_answers.html", {**shown, "problem": problem})
    shown |= {"result": foreseen, "wording": words.wording(options.text.statement), "body": options.text.body}
    shown |= {
        "route": options.route.label,
        "day": day(options.decided_on) if options.decided_on else "",
        "last_day": options.decided_until and day(options.decided_until),
    }
    return render(request, "issuing/consent_import_check.html", shown)


@never_cache
@require_safe
def result(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    found = consent.imported(uuid)
    if found is None:
        raise Http404
    return render(request, "issuing/consent_import_result.html", {"result": Result(found), "where": Where(request)})


def _kept(request: HttpRequest, token: uuid.UUID) -> AnswerFile | None:
    """The file, or a message that it must be chosen again, or what is to be said about it first."""
    try:
        found = consent.kept(token)
    except SheetError as unclear:
        messages.warning(request, str(unclear))
        return None
    if found is None:
        messages.warning(request, _("The file is kept for an hour only. Choose it again; nothing was recorded yet."))
    return found


def _elsewhere(where: Where, token: uuid.UUID) -> str:
    """Where somebody goes on whose file cannot be read yet, or is kept no more."""
    return where.to("consent-import-reading", token) if consent.uploaded(token) else where.to("consent-import")


def _values(file: AnswerFile, column: str) -> Mapping[str, int] | None:
    """The column's different answers.

    Raises:
        SheetError: there is no such column, or it holds no answers.
    """
    if not column:
        return None
    found = consent.answers_in(file.table, column)
    if not found:
        raise SheetError("no_answers", _("The column “%s” is empty. Choose another.") % column)
    if len(found) > MOST_ANSWERS:
        said = ngettext("%d different answer", "%d different answers", len(found)) % len(found)
        raise SheetError(
            "many_answers",
            _("The column “%(column)s” holds %(said)s, so it is hardly the one. Choose another.")
            % {"column": column, "said": said},
        )
    return found


def _others(file: AnswerFile, column: str) -> list[str]:
    """Headings of the columns that are neither people's nor the answers; of two with one heading neither."""
    return [one for one in file.matching.unused if one != column and file.table.headings.count(one) == 1]


def _may_turn(file: AnswerFile, heading: str) -> bool:
    """Whether a column has dates of which neither the day nor the month is sure to come first."""
    return order_of(sheets.column_values(file.table, heading)) == "ask"


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that may hold the answers, with what stands in it."""

    heading: str
    samples: str


class Columns:
    """Which columns may hold the answers.

    Args:
        likely (list[ColumnChoice]): those that look like answers; while there are any, not everybody agreed.
    """

    def __init__(self, file: AnswerFile) -> None:
        self.said = file.table.said
        self.name = file.name
        asking = sheets.answer_columns(file.table, file.matching)
        self.likely = [_column(file, heading) for heading in asking]
        self.others = [_column(file, heading) for heading in file.matching.unused if heading not in asking]
        self.people = sheets.people(file.table, file.matching)[:3]


def _column(file: AnswerFile, heading: str) -> ColumnChoice:
    index = file.table.headings.index(heading)
    found = dict.fromkeys(cells[index].strip()[:40] for _number, cells in file.table.rows[:_SAMPLED])
    samples = [value for value in found if value]
    return ColumnChoice(heading, ", ".join(samples[:4]) + (" …" if len(samples) > 4 else ""))


class Result:
    """What recording a file comes to, or came to.

    Args:
        seconds (int): about how long recording takes, where that is long enough to say so; else 0.
    """

    def __init__(self, found: Imported) -> None:
        self.given, self.declined, self.no_answer = found.given, found.declined, found.no_answer
        self.left_out, self.young = len(found.left_out), found.young
        self.left_out_rows = found.left_out[:SHOWN]
        self.more = max(0, self.left_out - SHOWN)
        self.answers = found.given + found.declined
        self.seconds = self.answers // A_SECOND if self.answers > LONG * A_SECOND else 0
        self.stopped = words.stopped(found.stopped)
