"""Rosters as files: with what is wrong, and with what came of each row."""

import uuid
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
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


@require_safe
@never_cache
def roster_problems(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    """In the kind of the uploaded file, so that it is opened, mended and uploaded again as staff are used to."""
    roster = _with_rows(uuid)
    kind = request.GET.get("as") or roster.reading.get("kind", "")
    return _file(downloads.problems(roster), roster, kind, _("with problems"))


@require_safe
@never_cache
def roster_results(request: HttpRequest, uuid: uuid.UUID) -> HttpResponseBase:
    roster = _with_rows(uuid)
    columns = [str(column) for column in words.RESULT_COLUMNS]
    kind = request.GET.get("as", "")
    return _file(downloads.results(roster, words.result, columns), roster, kind, _("results"))


def _with_rows(uuid: uuid.UUID) -> Roster:
    """Once the time of its rows is over, there is nothing to hand out; no page leads here then."""
    roster = roster_or_404(uuid)
    if roster.rows_removed_at is not None:
        raise Http404
    return roster


def _file(sheet: downloads.Sheet, roster: Roster, kind: str, what: str) -> HttpResponseBase:
    name = _name(roster, what)
    if kind != "csv":
        return FileResponse(xlsx(sheet.rows, sheet.headings), as_attachment=True, filename=f"{name}.xlsx")
    lines, encoding = _encoded(sheet, roster)
    answer = StreamingHttpResponse(lines, content_type=f"text/csv; charset={encoding}")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return answer


def _encoded(sheet: downloads.Sheet, roster: Roster) -> tuple[Iterable[bytes], str]:
    """The lines in the uploaded file's encoding, where it can hold all of them; else in UTF-8."""
    lines: Iterable[str] = csv_lines(
        sheet.rows, sheet.headings, delimiter=roster.reading.get("delimiter") or ",", bom=""
    )
    encoding = str(roster.reading.get("encoding") or UTF_8)
    if encoding not in MARKED:
        # Held in memory: asked a second time, the rows might be other ones.
        lines = list(lines)
        with suppress(UnicodeEncodeError):
            return [line.encode(encoding) for line in lines], encoding
    return (line.encode() for line in chain([BOM], lines)), UTF_8


def _name(roster: Roster, what: str) -> str:
    stem = PurePath(roster.file_name.replace("\\", "/")).stem or _("roster")
    return f"{stem[:100]} {what}"
