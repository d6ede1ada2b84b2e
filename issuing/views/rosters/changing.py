"""Correcting rows, deciding about them, and reading the file in another way."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from issuing.enums import Disposition
from issuing.exceptions import IssuingError
from issuing.forms.rosters import DecisionForm, RowForm, accepted_cell, typed_cells
from issuing.models import Roster, RosterRow
from issuing.presenters import rosters as words
from issuing.queries import rosters as reads
from issuing.services import rosters
from issuing.sheets import KEEPABLE
from issuing.views.access import actor
from issuing.views.rosters.detail import shown
from issuing.views.rosters.pages import roster_or_404


@require_POST
def roster_correct(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """What was typed into the cells of several rows."""
    roster, values, accepted = roster_or_404(uuid), typed_cells(request.POST), accepted_cell(request.POST)
    try:
        if values:
            rosters.correct(roster=roster, values=values, by=actor(request))
        if accepted:
            rosters.accept(roster=roster, row_no=accepted[0], code=accepted[1], by=actor(request))
    except IssuingError as refusal:
        return shown(request, roster_or_404(uuid), str(refusal))
    changed = {*values, *([accepted[0]] if accepted else [])}
    left = roster.rows.filter(row_no__in=changed, disposition=Disposition.INVALID).count()
    _say_corrected(request, len(changed) - left, left)
    return redirect(_rows_of(roster, Disposition.INVALID) if left else _next(request, roster))


@require_POST
def roster_suggestions(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster = roster_or_404(uuid)
    try:
        count = rosters.use_suggestions(roster=roster, by=actor(request))
    except IssuingError as refusal:
        messages.warning(request, str(refusal))
    else:
        _say_corrected(request, count, 0)
    return redirect(_rows_of(roster, ""))


def _say_corrected(request: HttpRequest, good: int, left: int) -> None:
    if good:
        said = ngettext("%(count)s row was corrected.", "%(count)s rows were corrected.", good)
        messages.success(request, said % {"count": f"{good:,}"})
    if left:
        said = ngettext("%(count)s row still has a problem.", "%(count)s rows still have a problem.", left)
        messages.warning(request, said % {"count": f"{left:,}"})


@require_http_methods(["GET", "POST"])
def roster_row(request: HttpRequest, uuid: uuid.UUID, row_no: int) -> HttpResponse:
    roster = roster_or_404(uuid)
    row = roster.rows.select_related("learner").filter(row_no=row_no).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        return _row_page(request, roster, row)
    form, problem = RowForm(request.POST, names=rosters.used_fields(roster)), ""
    if form.is_valid():
        try:
            rosters.correct(roster=roster, values={row_no: form.cleaned_data}, by=actor(request))
        except IssuingError as refusal:
            problem = str(refusal)
        else:
            row.refresh_from_db()
            if not row.problems:
                return _row_saved(request, roster, row)
    return _row_page(request, roster, row, form, problem)


def _row_saved(request: HttpRequest, roster: Roster, row: RosterRow) -> HttpResponse:
    told = {"row": row.row_no, "now": words.disposition(row.disposition).label}
    messages.success(request, _("Row %(row)s was saved. It is now: %(now)s.") % told)
    return redirect(_next(request, roster))


def _row_page(
    request: HttpRequest, roster: Roster, row: RosterRow, form: RowForm | None = None, problem: str = ""
) -> HttpResponse:
    names = rosters.used_fields(roster)
    # Shown again without a refusal: it was saved, and still has a problem.
    is_saved = form is not None and form.is_valid() and not problem
    if form is None:
        form = RowForm(names=names, initial={name: getattr(row, name) for name in names})
    elif is_saved:
        for name, _code, sentence, *_meant in row.problems:
            form.add_error(name if name in names else None, sentence)
    told = {
        "roster": roster,
        "row": row,
        "form": form,
        "problem": problem,
        "next": _next(request, roster),
        "said": words.disposition(row.disposition),
        "problems": [] if form.is_bound else [sentence for _name, _code, sentence, *_meant in row.problems],
        "alike": _alike(row),
        "slips": _slips(row),
        "is_saved": is_saved,
        "is_sent": not reads.left_out(roster).filter(pk=row.pk).exists(),
    }
    return render(request, "issuing/roster_row.html", told)


def _alike(row: RosterRow) -> reads.Alike | None:
    """Whom a person has to look at before the row can go: like it, or on hold or erased though they have the badge."""
    if row.disposition == Disposition.NEEDS_DECISION:
        return reads.alike([row]).get(row.row_no)
    who = row.learner if row.disposition == Disposition.ALREADY_ISSUED else None
    return reads.Alike(who, by_number=False) if who and (who.on_hold_since or who.erased_at) else None


def _slips(row: RosterRow) -> list[tuple[str, str, str]]:
    """Of each value that looks mistyped its field, what was probably meant, and the code by which it is accepted."""
    found = ((name, "".join(meant), code if code in KEEPABLE else "") for name, code, _said, *meant in row.problems)
    return [slip for slip in found if any(slip[1:])]


@require_POST
def roster_decide(request: HttpRequest, uuid: uuid.UUID, row_no: int) -> HttpResponse:
    roster, form = roster_or_404(uuid), DecisionForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        waiting = rosters.decide(roster=roster, row_no=row_no, decision=form.decided(), by=actor(request))
    except IssuingError as refusal:
        messages.warning(request, str(refusal))
    else:
        row = roster.rows.get(row_no=row_no)
        told = {"row": row_no, "now": words.disposition(row.disposition).label}
        messages.success(request, _("Row %(row)s is now: %(now)s.") % told)
        if waiting:
            said = _("%(badges)s of this learner still waiting will go to the old address. Stop them on their pages.")
            messages.warning(request, said % {"badges": words.badges(waiting)})
    return redirect(_next(request, roster))


@require_POST
def roster_forget(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster = roster_or_404(uuid)
    rosters.forget_original(roster=roster, by=actor(request))
    messages.success(request, _("The uploaded file was removed. The rows below stay."))
    return redirect("roster-detail", uuid)


def _rows_of(roster: Roster, show: str) -> str:
    return reverse("roster-detail", args=[roster.uuid]) + (f"?show={show}#rows" if show else "")


def _next(request: HttpRequest, roster: Roster) -> str:
    """The page one came from, if it is one of ours; else the roster."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return _rows_of(roster, "")
