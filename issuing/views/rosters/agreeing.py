"""Recording for many people of a roster a yes that staff hold: the form, the check by name, the record."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from issuing.enums import RosterStatus
from issuing.exceptions import AlreadyTaken, InvalidInput, IssuingError
from issuing.forms.roster_consent import HeldForm
from issuing.models import ConsentText, Roster
from issuing.presenters import agreeing as words
from issuing.presenters import consent as said
from issuing.queries import roster_consent as reads
from issuing.services import consent, rosters
from issuing.services.consent import Answer
from issuing.views.access import actor
from issuing.views.consent.proofs import posted
from issuing.views.rosters.pages import address, roster_or_404

NAMED: Final = 500
"""People who are named one by one."""


@dataclass(frozen=True, slots=True)
class Check:
    """A yes before it is recorded: what it says, for whom, and for whom not.

    Args:
        going (int): for how many it would be recorded.
        left_out (list[tuple[int, str, str]]): row number, name and why of those it is not recorded for.
        more (int): how many of them are not named.
        whole (list[str]): everybody by name, where `names` are the first few; `unnamed` more are not named.
        once (UUID): names the press of the button.
    """

    entry: said.Entry
    body: str
    going: int
    names: str
    whole: list[str]
    unnamed: int
    one_giver: str
    summary: list[str]
    left_out: list[tuple[int, str, str]]
    more: int
    later: str
    without_effect: str
    button: str
    seen: str
    once: uuid.UUID


@never_cache
@require_http_methods(["GET", "POST"])
def roster_record_consent(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster = _fresh(uuid)
    if roster.status == RosterStatus.UPLOADED or roster.rows_removed_at is not None:
        return redirect("roster-detail", uuid)
    data, refused = posted(request)
    form = HeldForm(data, badge=roster.badge, counts=reads.asked_counts(roster, now=timezone.now()))
    shown: dict[str, Any] = {"roster": roster, "form": form, "problem": refused, "back_url": address(roster)}
    if data is None or not form.is_valid() or "edit" in data or refused:
        return render(request, "issuing/roster_record_consent.html", shown)
    if "once" in data:
        return _recorded(request, roster, form, shown)
    return _checked(request, roster, form, shown)


def _fresh(uuid: uuid.UUID) -> Roster:
    """The roster, placed anew where something it depends on was written since."""
    roster = roster_or_404(uuid)
    if roster.rows_removed_at is None and rosters.refresh(roster=roster):
        return roster_or_404(uuid)
    return roster


def _checked(
    request: HttpRequest, roster: Roster, form: HeldForm, shown: dict[str, Any], problem: str = ""
) -> HttpResponse:
    try:
        check = _check(request, roster, form)
    except InvalidInput as error:
        return render(request, "issuing/roster_record_consent.html", {**shown, "problem": error})
    return render(request, "issuing/roster_check_consent.html", {**shown, "check": check, "problem": problem})


def _recorded(request: HttpRequest, roster: Roster, form: HeldForm, shown: dict[str, Any]) -> HttpResponse:
    """Record it; where the list has changed since it was shown, show it again and record nothing."""
    wants_receipts = "receipt" in request.POST and consent.is_set_up()
    try:
        count = rosters.record_yes(
            roster=roster,
            answer=form.answer(),
            among=form.among(),
            seen=request.POST.get("seen", ""),
            once=_once(request),
            receipts=wants_receipts,
            by=actor(request),
        )
    except AlreadyTaken as taken:
        messages.warning(request, str(taken))
        return redirect(shown["back_url"])
    except InvalidInput as changed:
        return _checked(request, _fresh(roster.uuid), form, shown, str(changed))
    messages.success(request, words.recorded(count, has_receipts=wants_receipts))
    return redirect(shown["back_url"])


def _once(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST["once"])
    except ValueError:
        return uuid.uuid4()


def _check(request: HttpRequest, roster: Roster, form: HeldForm) -> Check:
    answer = form.answer()
    proposed = consent.proposed(learner=None, answer=answer, by=actor(request))
    held = rosters.foresee_yes(roster=roster, answer=answer, among=form.among())
    left_out = [(one.row.row_no, words.name(one.row), str(one.why.label)) for one in held.left_out[:NAMED]]
    return Check(
        entry=said.entry(proposed),
        body=_text(answer).body,
        going=len(held.going),
        names=words.names(held.going),
        whole=[words.name(row) for row in held.going[:NAMED]] if len(held.going) > words.NAMED else [],
        unnamed=len(held.going[NAMED:]),
        one_giver=words.one_giver(answer, len(held.going)),
        summary=words.left_out(held.left_out),
        left_out=left_out,
        more=len(held.left_out) - len(left_out),
        later=words.later(held.later),
        without_effect=words.without_effect(answer, timezone.now()),
        button=words.button(len(held.going)),
        seen=held.seen,
        once=uuid.uuid4(),
    )


def _text(answer: Answer) -> ConsentText:
    assert answer.text is not None  # noqa: S101 - a yes is to certain words
    return answer.text


@require_POST
def roster_stop_requests(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    roster = roster_or_404(uuid)
    try:
        count = consent.stop_of_roster(roster=roster, by=actor(request))
    except IssuingError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, words.stopped(count))
    return redirect("roster-detail", uuid)
