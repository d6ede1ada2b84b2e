"""One badge: where it stands, what was sent, what can be done about it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing.enums import IssuanceStatus, RevocationOutcome, StatusReason
from issuing.models import ConsentRecord, Issuance
from issuing.permissions import is_manager
from issuing.presenters import consent
from issuing.presenters import issuance_page as said
from issuing.presenters.dates import day_and_time
from issuing.presenters.issuances import is_revoked, learner_name, navigatr_says, status
from issuing.workflow.steps import OPEN

S = IssuanceStatus
RELATED = ("badge__provider", "learner__came_back_as", "roster", "confirmed_by", "replaces", "allowed_by")


@require_safe
@never_cache
def detail(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    issuance = find(uuid)
    return render(request, "issuing/issuance_detail.html", {"page": BadgePage(issuance, is_manager(request.user))})


@require_safe
@never_cache
def state(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """The part of the page that changes by itself."""
    issuance = find(uuid)
    return render(request, "issuing/_issuance_state.html", {"page": BadgePage(issuance)})


def find(key: uuid.UUID) -> Issuance:
    """The badge with what its page shows, or 404."""
    rows = Issuance.objects.select_related(*RELATED)
    return get_object_or_404(rows.prefetch_related("assertions", "revocations__asked_by", "replaced_by"), uuid=key)


class BadgePage:
    """Everything that is said of one badge."""

    def __init__(self, issuance: Issuance, is_manager: bool = False) -> None:
        self.issuance = issuance
        self.came_back = issuance.learner.came_back_as
        # Who it was that was erased, and what they answered, is for managers.
        self.may_name_who_came_back = is_manager
        self.shows_consent = is_manager or not self.is_erased
        self.learner = learner_name(issuance)
        self.says = navigatr_says(issuance)
        self.status = status(issuance, self.says)
        self.sentence = said.sentence(issuance, self.says, now=timezone.now())
        revocations = sorted(issuance.revocations.all(), key=lambda one: one.pk)
        self.revocations = [said.revocation(asked) for asked in revocations]
        self.is_being_revoked = any(asked.outcome == RevocationOutcome.NONE for asked in revocations)
        self.is_live = issuance.status in OPEN or self.is_being_revoked
        self.confirmed = day_and_time(issuance.confirmed_at)
        self.replaced_by = list(issuance.replaced_by.all())

    @property
    def can_correct(self) -> bool:
        return self.issuance.status == S.REJECTED

    @property
    def can_cancel(self) -> bool:
        return self.issuance.status in (S.QUEUED, S.REJECTED)

    @property
    def is_sent(self) -> bool:
        return self.issuance.status == S.ISSUED

    @property
    def is_stopped(self) -> bool:
        return self.issuance.status == S.CANCELLED

    @property
    def is_unconfirmed(self) -> bool:
        return self.issuance.status == S.UNCONFIRMED

    @property
    def is_for_a_person(self) -> bool:
        return self.is_unconfirmed and self.issuance.reason == StatusReason.TO_DECIDE

    @property
    def is_perhaps_twice(self) -> bool:
        return self.issuance.perhaps_twice_since is not None

    @property
    def can_revoke(self) -> bool:
        is_known = bool(self.issuance.assertions.all())
        return self.is_sent and is_known and not self.is_being_revoked and not self.is_revoked

    @property
    def is_revoked(self) -> bool:
        return is_revoked(self.says)

    @property
    def is_erased(self) -> bool:
        """Whether whom it was for was erased, or is no longer kept: nothing can be sent to them any more."""
        return self.issuance.learner.erased_at is not None

    @property
    def can_issue_again(self) -> bool:
        """Whether there is somebody to issue it to: also who was erased and came back."""
        return not self.is_erased or (self.came_back is not None and self.came_back.erased_at is None)

    @property
    def sent_lines(self) -> list[said.Line]:
        return said.sent_lines(self.issuance)

    @property
    def consent(self) -> str:
        """The record that allowed it; empty where it was never about to be sent."""
        if self.issuance.allowed_by_id is None:
            return ""
        related = ("text__statement__provider", "text__statement__badge", "recorded_by")
        record = ConsentRecord.objects.select_related(*related).get(pk=self.issuance.allowed_by_id)
        return consent.full(record)

    @property
    def records(self) -> list[str]:
        """Navigatr's records of it, with what they said last."""
        return [said.record(known) for known in self.issuance.assertions.all()]

    @property
    def calls(self) -> list[said.Call]:
        return [said.Call(attempt) for attempt in self.issuance.attempts.order_by("number")]

    @property
    def support_text(self) -> str:
        return said.support_text(self.issuance)
