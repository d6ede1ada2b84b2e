"""The first page: what to do, what needs a person, what is being sent, and the year so far."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing import queries
from issuing.enums import RosterStatus
from issuing.presenters import runs
from issuing.queries import asking, mails
from issuing.queries import home as glance
from issuing.queries.rights import requests_due
from issuing.services import rosters
from issuing.views.checklist import FirstRun
from issuing.views.learners.finding import address


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "issuing/home.html", {"page": Home(timezone.now())})


@require_safe
@never_cache
def home_sending(request: HttpRequest) -> HttpResponse:
    """The part of the first page that is looked at again while something is being sent."""
    return render(request, "issuing/_home_sending.html", {"page": Home(timezone.now())})


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for a person, with the list it opens."""

    label: str
    count: int
    url: str
    tone: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A roster on its way, in one sentence."""

    title: str
    badge: str
    who: str
    url: str
    said: str
    share: float
    is_paused: bool


class Home:
    """Everything the first page says, as of one moment; what a page does not show is not asked for."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._finishes: dict[int, datetime | None] = {}

    @cached_property
    def needs(self) -> list[Need]:
        found = [
            self._need(_("To check by hand"), "by-hand", "wait"),
            self._need(_("Possibly sent twice"), "twice", "bad"),
            self._need(_("Not sent"), "not-sent", "bad"),
            self._requests(),
            self._ready(),
            self._rights(),
        ]
        return [need for need in found if need.count]

    def _requests(self) -> Need:
        """E-mails that were refused, came back, or perhaps never left."""
        count = asking.requests_in(asking.TO_LOOK_AT).count() + mails.stranded().count()
        return Need(_("E-mails to look at"), count, address("request-list", state=asking.TO_LOOK_AT), "bad")

    def _ready(self) -> Need:
        """Who was left out of a roster and is ready by now: the roster, or the list of those where it is several."""
        found = rosters.ready_by_now(now=self._now)
        first = next(iter(found), None)
        is_one = first is not None and len(found) == 1
        url = reverse("roster-detail", args=[first.uuid]) if is_one else f"{reverse('roster-list')}?state=ready"
        return Need(_("Now ready to issue"), sum(found.values()), url, "good")

    def _rights(self) -> Need:
        """What learners asked to see or to have erased."""
        due = list(requests_due().values_list("due_on", flat=True)[: glance.BOUND])
        is_late = bool(due) and due[0] < timezone.localdate(self._now)
        return Need(_("Requests due"), len(due), reverse("right-list"), "bad" if is_late else "wait")

    def _need(self, label: str, status: str, tone: str) -> Need:
        """What History lists under a status."""
        return Need(label, glance.listed(status, self._now), f"{reverse('issuance-list')}?status={status}", tone)

    @cached_property
    def singles(self) -> int:
        return glance.singles_under_way()

    @cached_property
    def sending(self) -> list[Sending]:
        return [self._sending(run) for run in glance.runs_under_way()]

    @cached_property
    def _worker(self) -> queries.Worker:
        return queries.worker(self._now)

    def _sending(self, run: glance.Run) -> Sending:
        roster, state = run.roster, self._state(run)
        return Sending(
            title=roster.group or roster.file_name,
            badge=roster.badge.name,
            who=roster.confirmed_by.display_name if roster.confirmed_by else "",
            url=reverse("roster-detail", args=[roster.uuid]),
            said=runs.sentence(state).text,
            share=state.share,
            is_paused=roster.status == RosterStatus.PAUSED,
        )

    def _state(self, run: glance.Run) -> runs.State:
        return runs.State(
            run.roster,
            run.counted,
            self._now,
            finish_at=self._finish_at(run.roster.badge.provider.connection_id),
            starts_at=run.first_at if run.first_at and run.first_at > self._now else None,
            worker=self._worker,
        )

    def _finish_at(self, connection_id: int) -> datetime | None:
        """Asked for once for each account, however many rosters it sends."""
        if connection_id not in self._finishes:
            self._finishes[connection_id] = queries.finish_at(connection_id, self._now)
        return self._finishes[connection_id]

    @property
    def is_moving(self) -> bool:
        """Whether it is worth looking again soon."""
        return bool(self.singles) or any(not run.is_paused for run in self.sending)

    @cached_property
    def first_run(self) -> FirstRun:
        return FirstRun()

    @cached_property
    def year_began(self) -> datetime:
        return timezone.localtime(self._now).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)

    @cached_property
    def year(self) -> queries.SentByMonth:
        """Badges sent and claimed since the year began; sandbox badges left out."""
        return queries.sent_by_month(self.year_began)
