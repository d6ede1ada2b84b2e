"""Asking learners by e-mail: one, a selection, or a roster's rows that need consent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from issuing.enums import Disposition
from issuing.exceptions import IssuingError
from issuing.forms.asking import AskForm
from issuing.models import Badge, ConsentText, Learner, Roster, User
from issuing.presenters import asking as words
from issuing.presenters.consent import language
from issuing.queries import asking as reads
from issuing.services import consent
from issuing.services.consent import Ask, Asked
from issuing.views.access import actor
from issuing.views.consent.addresses import asked_next
from issuing.workflow.languages import direction, is_spoken, words_in

NAMED = 10
MOST = 200
"""Learners named in one address."""


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What would be sent to whom; a POST sends it. With nobody chosen it leads to where they are."""
    audience = _audience(request)
    if not audience.count:
        messages.warning(request, _("Tick the learners to ask first."))
        return redirect("learner-list")
    form, problem = AskForm(request.POST or None, texts=audience.texts), ""
    if request.method == "POST" and form.is_valid():
        try:
            done = audience.ask(form.what(), actor(request))
        except IssuingError as error:
            problem = str(error)
        else:
            _tell(request, done)
            return redirect(asked_next(request) or "request-list")
    shown = {"page": AskPage(audience, form), "form": form, "problem": problem, "back_url": asked_next(request)}
    return render(request, "issuing/request_new.html", shown)


def _tell(request: HttpRequest, done: Asked) -> None:
    if said := words.told(done, reads.mailing(), timezone.now()):
        messages.success(request, said)
    if done.count and asked_next(request) and (folder := words.mail_folder()):  # the list of requests says it itself
        said = _(
            "Practice: no e-mail leaves. Each becomes a file in %s; Requests for consent leads to the learner’s page."
        )
        messages.info(request, said % folder)
    if left_out := words.left_out(done):
        messages.warning(request, _("Not asked: %s.") % "; ".join(left_out))


@dataclass(frozen=True)
class Audience:
    """Who is to be asked.

    Args:
        people (list[Learner]): chosen learners; empty for a roster.
        badge (Badge | None): the one that the request names, where one is known.
    """

    people: Sequence[Learner]
    roster: Roster | None
    badge: Badge | None

    @cached_property
    def count(self) -> int:
        return reads.rows_to_ask(self.roster) if self.roster else len(self.people)

    @cached_property
    def names(self) -> list[str]:
        """The first few."""
        if self.roster is None:
            return [one.full_name for one in self.people[:NAMED]]
        rows = self.roster.rows.filter(disposition=Disposition.NEEDS_CONSENT).order_by("row_no")[:NAMED]
        return [f"{row.first_name} {row.last_name}".strip() for row in rows]

    @property
    def more(self) -> int:
        return self.count - len(self.names)

    @cached_property
    def texts(self) -> list[ConsentText]:
        """The words they can be asked with."""
        if self.badge is not None:
            return reads.texts_in_force(self.badge.provider, self.badge)
        return reads.texts_to_ask_with()

    def foresee(self, text: ConsentText) -> Asked:
        if self.roster is not None:
            return consent.foresee_roster(roster=self.roster, text=text)
        return consent.foresee_asking(people=self.people, text=text)

    def ask(self, what: Ask, by: User) -> Asked:
        what = Ask(what.text, self.badge, what.ends_at)
        if self.roster is not None:
            return consent.ask_roster(roster=self.roster, what=what, by=by)
        return consent.ask(people=self.people, what=what, by=by)


class AskPage:
    """Whom it goes to, whom not, and the e-mail itself, with the words that are chosen."""

    def __init__(self, audience: Audience, form: AskForm) -> None:
        self.audience = audience
        self.text = form.chosen()
        self.limit = words.limit()
        self.is_set_up = consent.is_set_up()
        found = audience.foresee(self.text) if self.text else Asked()
        self.count, self.left_out = found.count, words.left_out(found)
        self.label = _("E-mail %s") % words.requests(self.count)

    @property
    def direction(self) -> str:
        """Which way the words run."""
        return direction(self.text.language) if self.text else ""

    @property
    def spoken(self) -> str:
        """The language of the e-mail and of the page around the words."""
        return words_in(self.text.language) if self.text else ""

    @property
    def spoken_direction(self) -> str:
        return direction(self.spoken)

    @property
    def unspoken(self) -> str:
        """The language of the words, where the e-mail is not in it."""
        return language(self.text.language) if self.text and not is_spoken(self.text.language) else ""

    @property
    def mail(self) -> tuple[str, str]:
        """Subject and words as the first of them would get it."""
        assert self.text is not None  # noqa: S101 - drawn only where there are words
        name = self.audience.names[0].partition(" ")[0]
        return consent.example(self.text, name=name, badge=self.audience.badge, ends_at=None)


def _audience(request: HttpRequest) -> Audience:
    """Whom the address names by `roster=<uuid>` or by any number of `learner=<uuid>`, and `badge=<uuid>`."""
    asked = request.GET
    try:
        if "roster" in asked:
            roster = get_object_or_404(Roster.objects.select_related("badge__provider"), uuid=asked["roster"])
            return Audience([], roster, roster.badge)
        badge = None
        if asked.get("badge"):
            badge = get_object_or_404(Badge.objects.select_related("provider"), uuid=asked["badge"])
        chosen = Learner.objects.present().filter(uuid__in=map(uuid.UUID, asked.getlist("learner")[:MOST]))
    except (ValidationError, ValueError) as error:
        raise Http404 from error
    return Audience(list(chosen.order_by("last_name", "first_name", "pk")), None, badge)
