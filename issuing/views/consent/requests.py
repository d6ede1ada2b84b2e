"""Requests for consent: how they stand, and what staff decide about one."""

import uuid
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from issuing import queries
from issuing.models import ConsentRequest, Learner, Roster
from issuing.presenters import asking as words
from issuing.presenters.mails import Stranded
from issuing.presenters.scopes import covers
from issuing.queries import asking as reads
from issuing.queries import mails
from issuing.queries.roster_consent import requests_of
from issuing.services import consent
from issuing.views.access import actor
from issuing.views.consent.addresses import do_and_return
from issuing.views.consent.mails import stranded
from issuing.views.learners.finding import address
from issuing.views.paging import page

_MAILS = "mails"
"""The tile of e-mails that are no requests."""


@never_cache
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    return render(request, "issuing/request_list.html", {"page": RequestsPage(request)})


@never_cache
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """The part that is looked at again while something leaves."""
    return render(request, "issuing/_request_progress.html", {"page": RequestsPage(request)})


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of requests, with the list it opens."""

    label: str
    count: int
    url: str
    tone: str
    is_current: bool


class Row:
    """One request in words.

    Args:
        try_url (str): its link, in practice only.
        is_elsewhere (bool): it was not made from the roster whose requests are shown.
    """

    def __init__(self, request: ConsentRequest, roster: Roster | None) -> None:
        self.is_elsewhere = roster is not None and request.roster_id != roster.pk
        self.request = request
        self.learner = request.learner.merged_into or request.learner
        self.state = words.state_of(request)
        self.tone = words.TILES[self.state][1]
        self.label = words.label_of(request)
        self.happened = words.happened(request)
        self.about = request.badge.name if request.badge else covers(request.text.statement)
        self.detail = request.mail.detail if request.mail and self.state in ("refused", "waiting") else ""
        self.try_url = _try_url(self.learner) if settings.IS_PRACTICE else ""

    @property
    def may_send_again(self) -> bool:
        return self.state in ("refused", "perhaps", "undelivered")

    @property
    def may_correct(self) -> bool:
        """Whether the address may be what is wrong."""
        return self.state in ("refused", "undelivered")

    @property
    def may_say_undelivered(self) -> bool:
        return self.state in ("sent", "perhaps")

    @property
    def is_open(self) -> bool:
        return self.state not in ("yes", "no", "ended")


def _try_url(learner: Learner) -> str:
    link = learner.consent_links.filter(email_key=learner.email_key).first()
    return consent.url_of(link) if link else ""


class RequestsPage:
    """Tiles, and the requests of the chosen one."""

    def __init__(self, request: HttpRequest) -> None:
        now = timezone.now()
        self._request = request
        self.roster = _roster(request)
        self.state = request.GET.get("state", "")
        self.state = self.state if self.state in (*words.TILES, reads.TO_LOOK_AT, _MAILS) else ""
        self._among = requests_of(self.roster, now=now) if self.roster else None
        self.counts = reads.request_counts(self._among)
        self.mailing = reads.mailing()
        self.pace = words.pace(self.mailing, now)
        self.is_paused = self.mailing.paused_at is not None
        self.is_set_up = consent.is_set_up()
        self.limit = words.limit()
        self.mail_folder = words.mail_folder()
        self.is_moving = self.is_set_up and bool(self.counts["waiting"]) and not self.pace
        is_away = queries.worker(now).is_away
        self.finish = words.finish(self.counts["waiting"], now, is_away=is_away) if self.is_moving else ""
        self.here = address("request-list", state=self.state, roster=self.roster and self.roster.uuid)
        self.progress_url = address("request-progress", state=self.state, roster=self.roster and self.roster.uuid)

    @property
    def total(self) -> int:
        return sum(self.counts.values()) + self.stranded_count

    @cached_property
    def stranded_count(self) -> int:
        """Links and receipts that did not reach anybody; of no class list."""
        return 0 if self.roster else mails.stranded().count()

    @cached_property
    def stranded(self) -> list[Stranded]:
        """Those of them that the chosen tile shows."""
        return stranded() if self.stranded_count and self.state in (_MAILS, reads.TO_LOOK_AT) else []

    @property
    def shows_requests(self) -> bool:
        return self.state != _MAILS

    @cached_property
    def tiles(self) -> list[Tile]:
        """Those with anything in them, and always the first four."""
        shown = [name for place, name in enumerate(words.TILES) if self.counts[name] or place < 4]
        tiles = [self._tile(name, *words.TILES[name], self.counts[name]) for name in shown]
        if self.stranded_count:
            tiles.append(self._tile(_MAILS, _("Links and receipts to look at"), "bad", self.stranded_count))
        return tiles

    def _tile(self, name: str, label: str | Promise, tone: str, count: int) -> Tile:
        is_current = name == self.state
        url = address("request-list", state="" if is_current else name, roster=self.roster and self.roster.uuid)
        return Tile(str(label), count, url, tone, is_current)

    @cached_property
    def pages(self) -> "object":
        whole = ("learner__merged_into", "mail", "badge", "text__statement__provider", "text__statement__badge")
        rows = reads.requests_in(self.state, self._among).select_related(*whole, "asked_by")
        return page(self._request, rows, noun=(_("request"), _("requests")))

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(one, self.roster) for one in self.pages.rows]  # type: ignore[attr-defined]


def _roster(request: HttpRequest) -> Roster | None:
    if not request.GET.get("roster"):
        return None
    try:
        return get_object_or_404(Roster.objects.select_related("badge"), uuid=request.GET["roster"])
    except ValidationError as error:
        raise Http404 from error


@require_POST
def again(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """E-mail it once more."""
    found = _found(uuid)
    said = words.once_more(reads.mailing(), timezone.now())
    return do_and_return(request, lambda: consent.send_again(request=found, by=actor(request)), said)


@require_POST
def arrived(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """What was perhaps sent has arrived."""
    found = _found(uuid)
    return do_and_return(request, lambda: consent.arrived(request=found, by=actor(request)), _("Noted: it arrived."))


@require_POST
def undelivered(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """It came back."""
    found = _found(uuid)
    said = _("Noted: it was not delivered. Correct their address, then send it again.")
    return do_and_return(request, lambda: consent.undelivered(request=found, by=actor(request)), said)


@require_POST
def stop(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """They are not asked any more."""
    found = _found(uuid)
    said = _("The request has ended. They are not reminded; a link they have still takes a no.")
    return do_and_return(request, lambda: consent.stop(request=found, by=actor(request)), said)


@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Nothing leaves until somebody resumes."""
    return do_and_return(request, lambda: consent.pause(by=actor(request)), _("Paused. Requests and reminders wait."))


@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """They leave again."""
    return do_and_return(request, lambda: consent.resume(by=actor(request)), _("Requests leave again."))


def _found(uuid: uuid.UUID) -> ConsentRequest:
    return get_object_or_404(ConsentRequest, uuid=uuid)
