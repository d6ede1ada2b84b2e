"""Rosters as files: with what is wrong, and with what came of each row."""

import uuid
from pathlib import PurePath

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing.models import Roster
from issuing.presenters import rosters as words
from issuing.services.rosters import downloads
from issuing.sheets.writing import csv_lines, xlsx
from issuing.views.rosters.pages import roster_or_404


@require_safe
@never_cache
def roster_problems(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    roster = roster_or_404(uuid)
    return _file(request, downloads.problems(roster), _name(roster, _("with problems")))


@require_safe
@never_cache
def roster_results(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    roster = roster_or_404(uuid)
    columns = [str(column) for column in words.RESULT_COLUMNS]
    return _file(request, downloads.results(roster, words.result, columns), _name(roster, _("results")))


def _file(request: HttpRequest, sheet: downloads.Sheet, name: str) -> HttpResponseBase:
    if request.GET.get("as") == "csv":
        lines = csv_lines(sheet.rows, sheet.headings)
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
        return answer
    return FileResponse(xlsx(sheet.rows, sheet.headings), as_attachment=True, filename=f"{name}.xlsx")


def _name(roster: Roster, what: str) -> str:
    stem = PurePath(roster.file_name.replace("\\", "/")).stem or _("roster")
    return f"{stem[:100]} {what}"
