"""What the pages of one roster show: rows by their own numbers, a hundred at a time."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing.models import Roster, RosterRow

SIZE = 100


def roster_or_404(uuid: uuid.UUID) -> Roster:
    """The roster with its badge and who did what."""
    people = ("uploaded_by", "confirmed_by", "changed_by", "reissue_decided_by")
    related = ("badge__provider__connection__pace", *people)
    return get_object_or_404(Roster.objects.select_related(*related), uuid=uuid)


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of a roster's rows; the attributes are those of `paging.Page`."""

    rows: list[RosterRow]
    said: str
    before_url: str
    after_url: str


def address(roster: Roster) -> str:
    """The roster's page, as links on it need it: it is shown at other addresses too, in answer to a form."""
    return reverse("roster-detail", args=[roster.uuid])


def ask_url(roster: Roster) -> str:
    """Where those of its people who need consent are asked by e-mail."""
    return f"{reverse('request-new')}?{urlencode({'roster': str(roster.uuid), 'next': address(roster)})}"


def here(request: HttpRequest, roster: Roster) -> str:
    """The rows that are shown now, to come back to."""
    query = request.GET.copy()
    query.pop("stop", None)
    return f"{address(roster)}?{query.urlencode()}#rows" if query else address(roster)


def row_page(request: HttpRequest, rows: QuerySet[RosterRow], count: int, base: str) -> RowPage:
    """The rows from the number on that the address asks for as `from`.

    Args:
        base (str): the page's own address.
        count (int): how many there are in all.
    """
    start = _number(request, "from")
    found = list(rows.filter(row_no__gte=start).select_related("learner").order_by("row_no")[: SIZE + 1])
    before = list(rows.filter(row_no__lt=start).order_by("-row_no").values_list("row_no", flat=True)[:SIZE])
    said = ngettext("%(count)s row", "%(count)s rows", count) % {"count": f"{count:,}"}
    shown = found[:SIZE]
    if shown and len(shown) < count:
        told = {"first": f"{shown[0].row_no:,}", "last": f"{shown[-1].row_no:,}", "said": said}
        said = _("Rows %(first)s to %(last)s of the file; %(said)s in all") % told
    return RowPage(
        shown,
        said,
        _url(request, base, before[-1]) if before else "",
        _url(request, base, found[SIZE].row_no) if len(found) > SIZE else "",
    )


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _url(request: HttpRequest, base: str, row_no: int) -> str:
    query = request.GET.copy()
    query["from"] = str(row_no)
    return f"{base}?{query.urlencode()}#rows"
