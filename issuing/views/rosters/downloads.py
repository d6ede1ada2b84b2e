"""Rosters as files: with what is wrong, and with what came of each row."""

import uuid
from collections.abc import Callable
from pathlib import PurePath

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing.models import Roster
from issuing.presenters import rosters as words
from issuing.services.rosters import downloads
from issuing.sheets.writing import BOM, csv_lines, xlsx
from issuing.views.rosters.pages import roster_or_404

UTF_8 = "utf-8"
MARKED = ("utf-8", "utf-16", "utf-16-le", "utf-16-be")
"""Written as UTF-8 with its mark, which every spreadsheet reads."""
Make = Callable[[], downloads.Sheet]


@require_safe
@never_cache
def roster_problems(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    """In the kind of the uploaded file, so that it is opened, mended and uploaded again as staff are used to."""
    roster = _with_rows(uuid)
    kind = request.GET.get("as") or roster.reading.get("kind", "")
    return _file(lambda: downloads.problems(roster), roster, kind, _("with problems"))


@require_safe
@never_cache
def roster_results(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    roster = _with_rows(uuid)
    columns = [str(column) for column in words.RESULT_COLUMNS]
    kind = request.GET.get("as", "")
    return _file(lambda: downloads.results(roster, words.result, columns), roster, kind, _("results"))


def _with_rows(uuid: uuid.UUID) -> Roster:
    """Once the time of its rows is over, there is nothing to hand out; no page leads here then."""
    roster = roster_or_404(uuid)
    if roster.rows_removed_at is not None:
        raise Http404
    return roster


def _file(make: Make, roster: Roster, kind: str, what: str) -> HttpResponseBase:
    name = _name(roster, what)
    if kind != "csv":
        sheet = make()
        return FileResponse(xlsx(sheet.rows, sheet.headings), as_attachment=True, filename=f"{name}.xlsx")
    delimiter, encoding = roster.reading.get("delimiter") or ",", _encoding(make, roster)
    sheet = make()
    lines = csv_lines(sheet.rows, sheet.headings, delimiter=delimiter, bom=BOM if encoding == UTF_8 else "")
    answer = StreamingHttpResponse(
        (line.encode(encoding) for line in lines), content_type=f"text/csv; charset={encoding}"
    )
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return answer


def _encoding(make: Make, roster: Roster) -> str:
    """That of the uploaded file, where it can hold all that is written; else UTF-8."""
    encoding = roster.reading.get("encoding") or UTF_8
    if encoding in MARKED:
        return UTF_8
    try:
        for line in csv_lines(make().rows, make().headings, bom=""):
            line.encode(encoding)
    except UnicodeEncodeError:
        return UTF_8
    return str(encoding)


def _name(roster: Roster, what: str) -> str:
    stem = PurePath(roster.file_name.replace("\\", "/")).stem or _("roster")
    return f"{stem[:100]} {what}"
