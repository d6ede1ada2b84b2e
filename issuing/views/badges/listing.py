"""The list of badges, and finding one by what staff have of it."""

from dataclasses import dataclass

from django.db.models import CharField, Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from issuing.enums import IssuanceStatus
from issuing.exceptions import InvalidInput
from issuing.forms.badges import BadgeSearch
from issuing.models import Badge, Connection, Issuance, Provider
from issuing.presenters import badges as said
from issuing.services import badges
from issuing.views.paging import Page
from issuing.views.paging import said as said_count

SIZE = 100
BOUND = 1000


@require_safe
def badge_list(request: HttpRequest) -> HttpResponse:
    search = BadgeSearch(request.GET)
    listed = Badges(request, search)
    if listed.found is not None:
        return redirect("badge-detail", listed.found.uuid)
    return render(request, "issuing/badge_list.html", {"page": listed, "form": search})


@dataclass(frozen=True, slots=True)
class Row:
    """One badge of the list."""

    badge: Badge
    state: said.Said
    sent: str
    waiting: str


@dataclass(frozen=True, slots=True)
class Tile:
    """How many badges are in a state, and the address of their list."""

    label: str
    count: int
    url: str
    is_current: bool
    tone: str = ""


class BoundedCount(Subquery):
    """How many rows a query finds, counted no further than its own limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


class Badges:
    """The list as the address asks for it.

    `found` is the one badge a number or address names, `problem` why it names none.
    """

    def __init__(self, request: HttpRequest, search: BadgeSearch) -> None:
        self.text, self.filter, self.problem = search.text, search.filter, ""
        self.found = self._named() if self.text else None
        self.has_several_organisations = Provider.objects.count() > 1
        self.is_connected = Connection.objects.in_use().exists()
        self.tiles = self._tiles()
        self.page = self._page(request, self._narrowed(Badge.objects.order_by("name", "pk")))
        self.rows = [_row(badge) for badge in self.page.rows]

    def _named(self) -> Badge | None:
        try:
            return badges.find(self.text)
        except InvalidInput as error:
            if "/" in self.text or self.text.isdigit():
                self.problem = str(error)
            return None

    def _narrowed(self, every: "QuerySet[Badge]") -> "QuerySet[Badge]":
        if self.text:
            number = Cast("navigatr_id", CharField())
            every = every.alias(number=number).filter(Q(name__icontains=self.text) | Q(number=self.text))
        return every.filter(_WHICH[self.filter]).select_related("provider")

    def _page(self, request: HttpRequest, every: "QuerySet[Badge]") -> Page[Badge]:
        """By name, and so by number of page: an organisation has a few hundred badges at most."""
        text = request.GET.get("page", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        found = list(_counted(every)[number * SIZE : (number + 1) * SIZE + 1])
        before = self._address(self.filter, number - 1) if number else ""
        after = self._address(self.filter, number + 1) if len(found) > SIZE else ""
        return Page(found[:SIZE], said_count(every, (_("badge"), _("badges"))), before, after)

    def _tiles(self) -> list[Tile]:
        counts = Badge.objects.aggregate(
            **{f"n_{name}": Count("pk", filter=which) for name, which in _WHICH.items() if name}, n_=Count("pk")
        )
        labels = {"": _("All"), "ready": _("Can be issued"), "held": _("Held"), "sandbox": _("Sandbox badge")}
        if counts["n_other"]:
            labels["other"] = _("Cannot be issued")
        tones = {"held": "bad" if counts["n_held"] else ""}
        return [
            Tile(label, counts[f"n_{name}"], self._address(name), name == self.filter, tones.get(name, ""))
            for name, label in labels.items()
        ]

    def _address(self, name: str, number: int = 0) -> str:
        query = {key: value for key, value in (("show", name), ("q", self.text), ("page", number)) if value}
        return f"?{urlencode(query)}"


_WHICH = {
    "": Q(),
    "ready": Q(hold="", status__iexact="Published"),
    "held": ~Q(hold=""),
    "other": Q(hold="") & ~Q(status__iexact="Published"),
    "sandbox": Q(is_sandbox=True),
}


def _counted(every: "QuerySet[Badge]") -> "QuerySet[Badge]":
    own = Issuance.objects.filter(badge=OuterRef("pk")).order_by().values("pk")
    return every.annotate(
        sent=BoundedCount(own.filter(status=IssuanceStatus.ISSUED)[: BOUND + 1]),
        waiting=BoundedCount(own.filter(status=IssuanceStatus.QUEUED)[: BOUND + 1]),
    )


def _row(badge: Badge) -> Row:
    return Row(badge, said.state(badge), _said(badge.sent), _said(badge.waiting))  # type: ignore[attr-defined]


def _said(count: int) -> str:
    return f"{BOUND:,}+" if count > BOUND else f"{count:,}"
