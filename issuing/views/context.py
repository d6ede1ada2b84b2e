"""What every page knows without asking for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from issuing import permissions
from issuing.services import consent
from issuing.views.bars import Bars

STYLE_PARTS = tuple(
    f"css/parts/{name}.css"
    for name in (
        "heading",
        "tag",
        "tiles",
        "panel",
        "notice",
        "reading",
        "field",
        "table",
        "progress",
        "steps",
        "badge",
        "menu",
        "confirm",
        "home",
        "consent",
        "chart",
        "history",
        "learner",
        "roster",
        "rights",
        "asking",
        "retention",
    )
)

Entry = tuple[str, str | Promise]
MAIN: Sequence[Entry] = (
    ("home", _("Home")),
    ("issue", _("Issue one badge")),
    ("roster-list", _("Rosters")),
    ("learner-list", _("Learners")),
    ("issuance-list", _("History")),
)
MORE: Sequence[Entry] = (
    ("badge-list", _("Badges")),
    ("statement-list", _("Consent wording")),
    ("request-list", _("Requests for consent")),
    ("report-year", _("Year report")),
    ("connection-list", _("Navigatr account")),
    ("staff-list", _("Staff")),
    ("retention-rules", _("What is kept how long")),
    ("details-change", _("Your details")),
    ("password-change", _("Your password")),
)
FOR_MANAGERS = {"staff-list", "retention-rules"}


@dataclass(frozen=True, slots=True)
class Item:
    """One link of the menu."""

    label: str
    url: str
    is_current: bool


def instance(request: HttpRequest) -> dict[str, object]:
    """Which instance this is, whose, and where one can go."""
    return {
        "is_practice": settings.IS_PRACTICE,
        "organisation_name": settings.ORGANISATION_NAME,
        "style_parts": STYLE_PARTS,
        "email_is_set_up": consent.is_set_up(),
        "navigation": Navigation(request),
        "bars": Bars(request),
    }


class Navigation:
    """The menu as this person sees it; read only by pages that show it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def main(self) -> list[Item]:
        return self._items(MAIN)

    @property
    def more(self) -> list[Item]:
        is_manager = permissions.is_manager(self._request.user)
        return self._items([entry for entry in MORE if is_manager or entry[0] not in FOR_MANAGERS])

    def _items(self, entries: Sequence[Entry]) -> list[Item]:
        match = self._request.resolver_match
        here = (match.url_name or "").partition("-")[0] if match else ""
        return [Item(str(label), reverse(name), name.partition("-")[0] == here) for name, label in entries]
