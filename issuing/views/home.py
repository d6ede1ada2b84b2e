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
from issuing.enums import IssuanceStatus, RosterStatus
from issuing.models import Roster
from issuing.queries import home as glance
from issuing.views.checklist import FirstRun


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

    @cached_property
    def needs(self) -> list[Need]:
        history = reverse("issuance-list")
        unconfirmed = f"{history}?status={IssuanceStatus.UNCONFIRMED}"
        rejected = f"{history}?status={IssuanceStatus.REJECTED}"
        found = [
            Need(_("To check by hand"), glance.with_status(IssuanceStatus.UNCONFIRMED), unconfirmed, "wait"),
            Need(_("Not sent"), glance.with_status(IssuanceStatus.REJECTED), rejected, "bad"),
            Need(_("Now ready to issue"), glance.ready_by_now(self._now), reverse("roster-list"), "good"),
        ]
        return [need for need in found if need.count]

    @cached_property
    def singles(self) -> int:
        return glance.singles_under_way()

    @cached_property
    def sending(self) -> list[Sending]:
        return [_sending(run, self._now) for run in glance.runs_under_way()]

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


def _sending(run: glance.Run, now: datetime) -> Sending:
    roster = run.roster
    done = run.total - run.waiting
    is_paused = roster.status == RosterStatus.PAUSED
    numbers = {"done": f"{done:,}", "total": f"{run.total:,}"}
    said = _("%(done)s of %(total)s done.") % numbers if is_paused else _said_sending(roster, numbers, now)
    return Sending(
        title=roster.group or roster.file_name,
        badge=roster.badge.name,
        who=roster.confirmed_by.display_name if roster.confirmed_by else "",
        url=reverse("roster-detail", args=[roster.uuid]),
        said=said,
        # Never 100 before it is over.
        share=min(99.0, 100 * done / run.total) if run.waiting else 100.0,
        is_paused=is_paused,
    )


def _said_sending(roster: Roster, numbers: dict[str, str], now: datetime) -> str:
    finish = queries.finish_at(roster.badge.provider.connection_id, now)
    if finish is None:
        return _("Sending: %(done)s of %(total)s.") % numbers
    time = f"{timezone.localtime(finish):%H:%M}"
    return _("Sending: %(done)s of %(total)s, finishes about %(time)s.") % {**numbers, "time": time}
