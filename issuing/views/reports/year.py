"""The year report, on a page and as a workbook."""

from collections.abc import Iterator, Sequence

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from issuing import queries
from issuing.forms.reports import YearForm, period_label
from issuing.queries import Claims, YearReport
from issuing.sheets import writing


@require_safe
def year(request: HttpRequest) -> HttpResponse:
    period = YearForm(request.GET).period()
    report = queries.year_report(period)
    context = {"form": YearForm(initial={"year": period.slug}), "report": report, "label": period_label(period)}
    return render(request, "issuing/report_year.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    report = queries.year_report(YearForm(request.GET).period())
    headings = [_("What"), _("Name"), _("Sent"), _("Claimed"), _("Agreed"), _("Said no"), _("Withdrew")]
    file = writing.xlsx(cells(report), headings, sheet=report.period.slug)
    return FileResponse(file, as_attachment=True, filename=f"badges-{report.period.slug}.xlsx")


def cells(report: YearReport) -> Iterator[Sequence[str | int]]:
    """The report as rows of a workbook, numbers as numbers."""
    yield _("In all"), period_label(report.period), report.months.sent, report.months.claimed
    for month in report.months.months:
        yield _("Month"), f"{month.month:%Y-%m}", month.sent, month.claimed
    yield from _claims(_("Badge"), report.badges)
    yield from _claims(_("Course or group"), report.groups)
    for answers in report.consent:
        yield _("Consent"), answers.route, "", "", answers.given, answers.declined, answers.withdrawn


def _claims(what: str, rows: Sequence[Claims]) -> Iterator[Sequence[str | int]]:
    return ((what, row.name or _("No group"), row.sent, row.claimed) for row in rows)
