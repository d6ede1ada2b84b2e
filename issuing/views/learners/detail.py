"""One learner: consent, badges, and what can be done."""

from functools import cached_property
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing.enums import IssuanceStatus
from issuing.forms.learners import HoldForm
from issuing.models import ConsentMail, ConsentRequest, Issuance, Learner
from issuing.permissions import is_manager
from issuing.presenters import asking, issuances, rights
from issuing.presenters.dates import day, day_and_time
from issuing.presenters.mails import Stranded
from issuing.queries.asking import open_request
from issuing.queries.mails import link_sent
from issuing.queries.rights import requests_of
from issuing.views.consent import aftermath
from issuing.views.consent.history import History
from issuing.views.consent.mails import stranded
from issuing.views.learners.finding import address

MOST_BADGES = 200


@require_safe
@never_cache
def detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One learner; who was merged into another entry leads there."""
    learner = get_object_or_404(Learner.objects.select_related("merged_into"), uuid=uuid)
    if learner.merged_into:
        return redirect("learner-detail", learner.merged_into.uuid)
    return render(request, "issuing/learner_detail.html", {"page": LearnerPage(learner, is_manager(request.user))})


class LearnerPage:
    """All that is known of one learner."""

    def __init__(self, learner: Learner, is_manager: bool) -> None:
        self.learner = learner
        # What is left of somebody erased is for managers.
        self.shows_history = is_manager or not learner.erased_at
        self.hold = HoldForm()
        self.erased_since = day(learner.erased_at) if learner.erased_at else ""
        self.held_since = day(learner.on_hold_since) if learner.on_hold_since else ""
        self.issue = address("issue", learner=learner.uuid)
        self.here = address("learner-detail", learner.uuid)
        self.history = History(learner, timezone.now(), next_url=self.here)

    @cached_property
    def asked(self) -> list[rights.Asked]:
        """What they asked for by right and is still due."""
        today = timezone.localdate()
        return [rights.asked(one, today) for one in requests_of(self.learner)]

    @cached_property
    def _open_request(self) -> ConsentRequest | None:
        return open_request(self.learner)

    @property
    def emailed(self) -> str:
        """How the request to them stands that has no answer yet."""
        return asking.asked(self._open_request)

    @property
    def emailed_url(self) -> str:
        """The requests that stand as it does, with what can be done about it."""
        return address("request-list", state=asking.state_of(self._open_request)) if self._open_request else ""

    @cached_property
    def stranded(self) -> list[Stranded]:
        """Links and receipts that did not reach them."""
        return stranded(self.learner)

    @cached_property
    def link(self) -> ConsentMail | None:
        """The e-mail with the link they asked for, of which staff may learn that it came back."""
        return link_sent(self.learner)

    @property
    def link_sent(self) -> str:
        return day_and_time(self.link.marked_at) if self.link and self.link.marked_at else ""

    @property
    def ask_url(self) -> str:
        """Where they are asked by e-mail; empty where they were, or have an answer to everything."""
        wanted = not self.emailed and any(said.tone == "wait" for said in self.history.standings)
        return address("request-new", learner=self.learner.uuid, next=self.here) if wanted else ""

    @cached_property
    def groups(self) -> list[str]:
        """Courses or groups of the class lists they were on."""
        rows = self.learner.roster_rows.exclude(roster__group="").order_by("roster__group")
        return list(rows.values_list("roster__group", flat=True).distinct())

    @cached_property
    def came_from(self) -> list[tuple[str, str]]:
        """When they were erased before they came back, and where what is left of that stands."""
        found = self.learner.came_from.order_by("erased_at")
        return [(day(one.erased_at), address("learner-detail", one.uuid)) for one in found if one.erased_at]

    @cached_property
    def sent_before(self) -> int:
        """How many badges they were sent before they were erased and came back."""
        if not self.came_from:
            return 0
        sent = Issuance.objects.filter(learner__came_back_as=self.learner, status=IssuanceStatus.ISSUED)
        return sent.count()

    @property
    def came_back(self) -> Learner | None:
        """As whom somebody erased came back; for managers."""
        return self.learner.came_back_as if self.shows_history else None

    @cached_property
    def badges(self) -> list[issuances.Row]:
        """Newest first."""
        rows = self.learner.issuances.select_related("badge", "roster", "confirmed_by").prefetch_related("assertions")
        return [issuances.Row(row) for row in rows.order_by("-pk")[:MOST_BADGES]]

    @cached_property
    def left(self) -> list[aftermath.Left]:
        """What lies unclaimed at Navigatr although a no stands against it."""
        if all(said.tone != "bad" for said in self.history.standings):
            return []
        return aftermath.unclaimed(self.learner, [row.issuance for row in self.badges], now=timezone.now())

    @property
    def others(self) -> list[str]:
        """Addresses other than today's to which something was sent or waits."""
        return sorted({row.issuance.email for row in self.badges} - {self.learner.email, ""})
