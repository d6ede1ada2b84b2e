"""History: every badge, found by search and filters that are addresses."""

from collections.abc import Iterable, Iterator, Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing import queries
from issuing.forms.issuances import HistoryForm
from issuing.models import Issuance
from issuing.presenters.issuances import Row, learner_name, navigatr_says, reason, status
from issuing.sheets import writing
from issuing.views.paging import page

MOST_IN_EXCEL = 50_000
CHUNK = 2000
NOUN = (lazy("badge"), lazy("badges"))
RELATED = ("badge", "roster", "confirmed_by")
EXPORTED = (
    *RELATED, "first_name", "last_name", "email", "status", "reason", "reason_at", "detail", "issued_at",
    "confirmed_at", "learner__student_number",
)  # fmt: skip
HEADINGS = (
    lazy("First name"), lazy("Last name"), lazy("E-mail"), lazy("Student number"), lazy("Badge"),
    lazy("Course or group"), lazy("Status"), lazy("Why"), lazy("Sent"), lazy("Claimed"), lazy("Confirmed"),
    lazy("Confirmed by"), lazy("Navigatr’s record"),
)  # fmt: skip


@require_safe
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    return render(request, "issuing/issuance_list.html", {"page": History(request)})


@require_safe
@never_cache
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All rows that the same address shows on the page."""
    rows = HistoryForm(request.GET).wanted()
    found = queries.history(rows, now=timezone.now()).rows
    headings = [str(heading) for heading in HEADINGS]
    if kind == "csv":
        lines = writing.csv_lines(cells(found), headings)
        disposition = {"Content-Disposition": 'attachment; filename="badges.csv"'}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=disposition)
    if found.order_by("-pk")[MOST_IN_EXCEL : MOST_IN_EXCEL + 1].exists():
        messages.error(request, _("These are too many rows for Excel. Choose dates or a badge, or download as CSV."))
        return redirect(f"{reverse('issuance-list')}?{request.GET.urlencode()}")
    return FileResponse(writing.xlsx(cells(found), headings), as_attachment=True, filename="badges.xlsx")


class History:
    """One page of what was looked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.form = HistoryForm(request.GET)
        found = queries.history(self.form.wanted(), now=timezone.now())
        # Only the keys are looked for, which the indexes hold; then these few rows are read whole.
        keys = found.rows.only("pk")
        self.pages = page(request, keys, countable=found.countable, most=found.most, noun=(str(NOUN[0]), str(NOUN[1])))
        self.rows = [Row(issuance) for issuance in _whole(self.pages.rows)]
        self.is_filtered = any(value for name, value in request.GET.items() if name in self.form.fields)
        self.is_first_use = not self.rows and not self.is_filtered
        self.query = _query(request)
        self.download = _download_label(self.pages.count, found.most) if self.rows else ""


def _whole(rows: Iterable[Issuance]) -> Iterable[Issuance]:
    """The same badges in the same order, with all that a list shows of them."""
    whole = Issuance.objects.select_related(*RELATED).prefetch_related("assertions")
    return whole.filter(pk__in=[row.pk for row in rows]).order_by("-pk")


def _query(request: HttpRequest) -> str:
    """The filters of this address without its page."""
    kept = request.GET.copy()
    for name in ("before", "after"):
        kept.pop(name, None)
    return kept.urlencode()


def _download_label(count: int, most: int) -> str:
    if count > most:
        return _("Download these %(count)s+ rows (Excel)") % {"count": f"{most:,}"}
    words = ngettext("Download this row (Excel)", "Download these %(count)s rows (Excel)", count)
    return words % {"count": f"{count:,}"}


def cells(rows: QuerySet[Issuance]) -> Iterator[Sequence[str]]:
    """The badges as rows of a file, newest first, read a few thousand at a time."""
    # What many rows share is made once for a chunk, not once for each of them.
    found = rows.select_related("learner").only(*EXPORTED).prefetch_related(*RELATED, "assertions")
    for issuance in found.order_by("-pk").iterator(chunk_size=CHUNK):
        yield _cells(issuance)


def _cells(issuance: Issuance) -> Sequence[str]:
    said = status(issuance, navigatr_says(issuance))
    known = list(issuance.assertions.all())
    claimed = next((one.time_claimed for one in known if one.time_claimed), None)
    return (
        issuance.first_name or learner_name(issuance),
        issuance.last_name,
        issuance.email,
        issuance.learner.student_number,
        issuance.badge.name,
        issuance.roster.group if issuance.roster else "",
        said.label,
        issuance.detail or reason(issuance),
        *(f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in (issuance.issued_at, claimed)),
        f"{timezone.localtime(issuance.confirmed_at):%Y-%m-%d %H:%M}",
        issuance.confirmed_by.display_name,
        ", ".join(one.navigatr_id for one in known),
    )
