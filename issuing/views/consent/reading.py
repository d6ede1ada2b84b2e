"""How a file of answers is read: what is asked before its answers can be, and changing it afterwards."""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from issuing.exceptions import IssuingError
from issuing.forms.reading import columns_of, table_of
from issuing.services import consent
from issuing.services.consent import Reading
from issuing.services.rosters import HowToRead, ReadFile
from issuing.views.consent.where import Where
from issuing.views.rosters.reading import FilePage

AS_FOUND = HowToRead(day_first=True)
"""Dates for a badge are not looked at in a file of answers, so their order is not asked."""


def reading_of(found: ReadFile, how: HowToRead) -> Reading:
    """What was found, for keeping with the file; it was looked at."""
    used = found.matching.used if found.matching else ()
    return Reading(
        encoding=how.encoding or None,
        delimiter=how.delimiter or None,
        sheet=how.sheet or None,
        header_row=how.header_row or None,
        columns={column.field.value: column.index for column in used},
        is_settled=True,
    )


@never_cache
@require_http_methods(["GET", "POST"])
def choose_reading(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    where, upload = Where(request), consent.uploaded(uuid)
    if upload is None:
        messages.warning(request, _("The file is kept for an hour only. Choose it again; nothing was recorded yet."))
        return redirect(where.to("consent-import"))
    try:
        page = _page(request, upload.content, upload.name, _how(upload.reading))
        if page.answers.is_valid() and not page.problem:
            how = replace(page.how, names_seen=bool(page.answers.cleaned_data.get("names_seen")))
            consent.read_as(token=uuid, reading=reading_of(page.found, how))
            return redirect(where.to("consent-import-column", uuid))
    except IssuingError as refusal:
        messages.error(request, str(refusal))
        return redirect(
            where.to(
                "consent-import-reading" if request.method == "POST" else "consent-import",
                uuid if request.method == "POST" else None,
            )
        )
    return render(
        request, "issuing/consent_import_reading.html", {"page": page, "where": where, "file_name": upload.name}
    )


def _how(reading: Reading) -> HowToRead:
    return replace(
        AS_FOUND,
        encoding=reading.encoding or "",
        delimiter=reading.delimiter or "",
        sheet=reading.sheet or "",
        header_row=reading.header_row or 0,
        columns=reading.columns,
    )


def _page(request: HttpRequest, content: bytes, name: str, kept: HowToRead) -> FilePage:
    """The page with the answers that were given, or, where the table is to be another one, with its own questions."""
    if request.method != "POST":
        return FilePage(content, name, kept)
    how, is_as_shown = table_of(request.POST)
    how = replace(how, day_first=True)
    if is_as_shown and "answers" in request.POST:
        return FilePage(content, name, replace(how, columns=columns_of(request.POST)), data=request.POST)
    return FilePage(content, name, how)
