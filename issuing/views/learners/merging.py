"""Merges two entries of one learner: choose the other, see both, confirm."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from issuing import queries
from issuing.enums import IssuanceStatus
from issuing.exceptions import IssuingError
from issuing.models import Learner
from issuing.presenters import consent
from issuing.services import learners
from issuing.views.access import actor
from issuing.views.issue.page import named
from issuing.views.learners.finding import address, found, query_of


@require_http_methods(["GET", "POST"])
@never_cache
def merge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The learner of the address is kept; the other is ?other=…. htmx gets what is found of ?q=… alone."""
    kept = get_object_or_404(Learner.objects.present(), uuid=uuid)
    other: Learner | None = named(Learner.objects.present(), request.GET.get("other", ""))
    page = MergePage(request, kept, other)
    if request.method == "POST" and other:
        try:
            learners.merge(kept=kept, other=other, by=actor(request))
        except IssuingError as error:
            page.problem = str(error)
        else:
            messages.success(request, _("The two entries are one now."))
            return redirect("learner-detail", kept.uuid)
    is_part = request.htmx and request.htmx.target == "found"  # type: ignore[attr-defined]
    return render(request, "issuing/_learner_others.html" if is_part else "issuing/learner_merge.html", {"page": page})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two entries, as much as is needed to tell whether they are one person."""

    learner: Learner
    standings: list[consent.Said]
    sent: int
    waiting: int
    rosters: list[str]


class MergePage:
    """Two entries side by side, or the search for the other."""

    def __init__(self, request: HttpRequest, kept: Learner, other: Learner | None) -> None:
        self.kept, self.other, self.problem = kept, other, ""
        self.query = query_of(request)
        self.found = [] if other else found(self.query, but=kept)
        self.swapped = address("learner-merge", other.uuid, other=kept.uuid) if other else ""
        self.action = address("learner-merge", kept.uuid, other=other and other.uuid)
        self.again = address("learner-merge", kept.uuid)

    @property
    def sides(self) -> list[Side]:
        return [_side(one) for one in (self.kept, self.other) if one]

    @property
    def badges_of_both(self) -> list[str]:
        """Badges of which both entries hold one that waits: both will be sent."""
        waiting = [
            set(one.issuances.filter(status=IssuanceStatus.QUEUED).values_list("badge__name", flat=True))
            for one in (self.kept, self.other)
            if one
        ]
        return sorted(waiting[0] & waiting[1]) if len(waiting) == 2 else []


def _side(learner: Learner) -> Side:
    counts = queries.status_counts(learner.issuances.all())
    standings = queries.consent_standings(learner.pk, now=timezone.now())
    files = learner.roster_rows.order_by("roster").values_list("roster__file_name", "roster__group").distinct()
    return Side(
        learner,
        [consent.said(one) for one in standings],
        counts[IssuanceStatus.ISSUED],
        counts[IssuanceStatus.QUEUED],
        [group or name for name, group in files[:5]],
    )
