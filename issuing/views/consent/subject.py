"""Whose answer a page is about: a learner, or a person in a roster's row who may not be a learner yet."""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from issuing.enums import Disposition, RowDecision
from issuing.models import Badge, Learner, RosterRow
from issuing.services.learners import Person
from issuing.views.consent.addresses import asked_next, learner_page


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose answer it is.

    Args:
        learner (Learner | None): None for somebody who is not known yet; `row` says who.
        row (RosterRow | None): None also where staff decided which learner the row is about.
        badge (Badge | None): the badge the answer is wanted for, where there is one.
        back_url (str): where the page was opened from.
    """

    learner: Learner | None
    row: RosterRow | None
    badge: Badge | None
    back_url: str

    @property
    def name(self) -> str:
        one = self.learner or self.row
        return f"{one.first_name} {one.last_name}".strip() if one else ""

    @property
    def email(self) -> str:
        one = self.learner or self.row
        return one.email if one else ""

    @property
    def person(self) -> Person:
        assert self.row is not None  # noqa: S101 - there is a row where there is no learner
        return Person(self.row.first_name, self.row.last_name, self.row.email, self.row.student_number)


def subject(request: HttpRequest) -> Subject:
    """Whoever the address names by `learner=<uuid>` or `row=<roster uuid>:<row number>`.

    Raises:
        Http404: nobody who can be recorded for.
    """
    if "row" in request.GET:
        return _of_row(request, *_row_key(request.GET["row"]))
    learner = get_object_or_404(Learner, uuid=_uuid(request.GET.get("learner", "")), merged_into=None, erased_at=None)
    badge = None
    if "badge" in request.GET:
        badge = get_object_or_404(Badge.objects.select_related("provider"), uuid=_uuid(request.GET["badge"]))
    return Subject(learner, None, badge, asked_next(request) or learner_page(learner))


def _of_row(request: HttpRequest, roster: uuid.UUID, row_no: int) -> Subject:
    rows = RosterRow.objects.select_related("roster__badge__provider", "decided_about")
    rows = rows.exclude(disposition=Disposition.INVALID)
    row = get_object_or_404(rows, roster__uuid=roster, row_no=row_no)
    back = asked_next(request) or reverse("roster-detail", kwargs={"uuid": roster})
    if row.decision == RowDecision.SAME_PERSON and row.decided_about:
        return Subject(row.decided_about, None, row.roster.badge, back)
    known = Learner.objects.filter(email_key=row.email_key, merged_into=None, erased_at=None).first()
    return Subject(known, row, row.roster.badge, back)


def _row_key(text: str) -> tuple[uuid.UUID, int]:
    roster, _, number = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404
    return _uuid(roster), int(number)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error
