"""What the page *Issue one badge* holds at each of its steps."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils import timezone

from issuing import queries
from issuing.enums import IssuanceStatus
from issuing.forms.issue import IssueForm, RecordHereForm
from issuing.models import Badge, Issuance, Learner
from issuing.presenters import asking, consent, learners
from issuing.presenters.dates import day_and_time
from issuing.presenters.holding import had
from issuing.queries.asking import open_request
from issuing.views.learners.finding import address, erased_at_address, found, query_of

Given = dict[str, Any]


class IssuePage:
    """Badge and learner as the address names them, and all that follows from the two.

    Args:
        problem (str): what a service refused, in its words.
        details (IssueForm | None), record (RecordHereForm | None): as they were sent, with their errors.
    """

    def __init__(
        self,
        request: HttpRequest,
        *,
        problem: str = "",
        details: IssueForm | None = None,
        record: RecordHereForm | None = None,
    ) -> None:
        self.query = query_of(request)
        self.badge = _badge(request)
        self.learner = named(Learner.objects.present(), request.GET.get("learner", ""))
        self.problem = problem
        self.details = details or IssueForm()
        self._record = record
        self._now: datetime = timezone.now()

    @cached_property
    def badges(self) -> list[Badge]:
        """Those to choose from; a sandbox badge first while nothing has been sent."""
        badges = Badge.objects.issuable().select_related("provider").order_by("name", "pk")
        return sorted(badges, key=lambda badge: not (badge.is_sandbox and self.is_first_try))

    @cached_property
    def is_first_try(self) -> bool:
        return not Issuance.objects.exists()

    @cached_property
    def sandbox(self) -> Badge | None:
        """The badge to try first, where nothing was sent yet and another is not chosen."""
        if self.badge and not self.badge.is_sandbox:
            return None
        wanted = self.badge if self.badge else next((one for one in self.badges if one.is_sandbox), None)
        return wanted if wanted and (self.badge or self.is_first_try) else None

    @cached_property
    def is_ready_to_ask(self) -> bool:
        return bool(self.badge and self.learner)

    @cached_property
    def found(self) -> list[Learner]:
        return found(self.query)

    @property
    def asked(self) -> str:
        """When whoever has the address that was searched for asked to be erased."""
        return learners.asked_to_be_erased(erased_at_address(self.query))

    @property
    def here(self) -> str:
        return self.address()

    def address(self, **but: object) -> str:
        """This page's address, with other values."""
        now = {"badge": self.badge and self.badge.uuid, "learner": self.learner and self.learner.uuid}
        return address("issue", **{**now, **but})

    @property
    def another_badge(self) -> str:
        return self.address(badge="")

    @property
    def another_learner(self) -> str:
        return self.address(learner="")

    @cached_property
    def emailed(self) -> str:
        """How the request to the learner stands that has no answer yet."""
        return asking.asked(open_request(self.learner, self.badge)) if self.learner else ""

    @property
    def ask_url(self) -> str:
        """Where the learner is asked by e-mail."""
        asked = {"learner": self.learner and self.learner.uuid, "badge": self.badge and self.badge.uuid}
        return address("request-new", **asked, next=self.here)

    @property
    def new_learner(self) -> str:
        return address("learner-add", badge=self.badge and self.badge.uuid, q=self.query)

    @cached_property
    def consent(self) -> consent.Said | None:
        if not (self.badge and self.learner):
            return None
        return consent.of(self.learner, self.badge, now=self._now)

    @cached_property
    def record(self) -> RecordHereForm:
        return self._record or RecordHereForm(learner=self.learner, badge=self.badge)

    @property
    def is_recording(self) -> bool:
        """Whether the form is open: there is no answer yet, or one was sent and has errors."""
        return bool(self._record) or bool(self.consent and self.consent.tone == "wait")

    @cached_property
    def has_wording(self) -> bool:
        return bool(queries.texts_on_offer(self.badge))

    @cached_property
    def _holding(self) -> queries.Holding:
        if not (self.badge and self.learner):
            return queries.NOTHING
        return queries.holding(self.badge, self.learner.email_key, self.learner.pk)

    @cached_property
    def earlier(self) -> Issuance | None:
        """What is on its way to them or was sent, of this badge; none where Navigatr says that they have it no more."""
        if not (self._holding.is_held or self._holding.is_open):
            return None
        return Issuance.objects.filter(pk__in=[one.pk for one in self._holding.ours]).order_by("-pk").first()

    @property
    def had_it(self) -> str:
        """That they had it, and what became of it; empty where they have it or never had it."""
        return had(self._holding) if self._holding.ended else ""

    @cached_property
    def refused(self) -> Issuance | None:
        """Navigatr's last no to this badge for them, where nothing came of it since."""
        rows = Issuance.objects.filter(badge=self.badge, learner=self.learner, status=IssuanceStatus.REJECTED)
        return rows.order_by("-pk").first() if self.is_ready_to_ask and not self.earlier else None

    @property
    def earlier_at(self) -> str:
        at = self.earlier and (self.earlier.issued_at or self.earlier.confirmed_at)
        return day_and_time(at) if at else ""

    @cached_property
    def is_held_elsewhere(self) -> bool:
        """Whether Navigatr shows that they have it, issued by somebody else."""
        if not (self.badge and self.learner) or self.earlier:
            return False
        return self._holding.is_held

    @cached_property
    def is_issuable(self) -> bool:
        return bool(self.badge and Badge.objects.issuable().filter(pk=self.badge.pk).exists())

    @cached_property
    def may_issue(self) -> bool:
        """Whether nothing is left to settle: only then there is a button."""
        if not self.learner or not self.is_issuable or self.learner.on_hold_since:
            return False
        return bool(self.consent and self.consent.allows) and not self.earlier and not self.is_held_elsewhere

    @property
    def gets(self) -> list[learners.Line]:
        """What Navigatr gets, as far as it is filled in rightly."""
        assert self.badge and self.learner  # noqa: S101 - asked for only where both are chosen, PT018
        if self.details.is_bound:
            self.details.is_valid()
            return learners.sent(self.badge, self.learner, self.details.details())
        return learners.sent(self.badge, self.learner)


def _badge(request: HttpRequest) -> Badge | None:
    """The badge that is named, else the only one there is."""
    badges = Badge.objects.select_related("provider")
    if chosen := named(badges, request.GET.get("badge", "")):
        return chosen
    only = list(badges.issuable()[:2])
    return only[0] if len(only) == 1 else None


def named(rows: Any, uuid: str) -> Any:
    """The row of this uuid, None where none is named."""
    if not uuid:
        return None
    try:
        return rows.get(uuid=uuid)
    except (rows.model.DoesNotExist, ValidationError) as error:  # the second: it is no uuid at all
        raise Http404 from error
