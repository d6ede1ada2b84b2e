"""One badge: what it is, whether it can be issued, who has it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from issuing import permissions
from issuing.enums import IssuanceStatus
from issuing.models import Badge
from issuing.presenters import badges as said
from issuing.views.paging import BOUND, bounded_count


@require_safe
def badge_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    badge = get_object_or_404(Badge.objects.select_related("provider__connection"), uuid=uuid)
    return render(request, "issuing/badge_detail.html", {"page": OneBadge(request, badge)})


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with its name."""

    label: str
    value: str


class OneBadge:
    """Everything the page of a badge says."""

    def __init__(self, request: HttpRequest, badge: Badge) -> None:
        self.badge = badge
        self.state = said.state(badge)
        self.can_issue = Badge.objects.issuable().filter(pk=badge.pk).exists()
        self.is_manager = permissions.is_manager(request.user)
        self.address = _web_address(badge.url)
        self.picture = _web_address(badge.image_url)
        self.facts = list(self._facts())
        self.hidden = badge.assertions.filter(email_key="").count() if badge.recipients_read_at else 0

    def _facts(self) -> list[Fact]:
        own = self.badge.issuances.order_by()
        wanted = (
            (_("Sent from here"), own.filter(status=IssuanceStatus.ISSUED)),
            (_("Waiting here"), own.filter(status=IssuanceStatus.QUEUED)),
            (_("Have it at Navigatr, as far as is known"), self.badge.assertions.order_by()),
        )
        return [Fact(label, _said(bounded_count(rows))) for label, rows in wanted]


def _said(count: int) -> str:
    return f"{BOUND:,}+" if count > BOUND else f"{count:,}"


def _web_address(text: str) -> str:
    """The same where a link may lead there; empty for anything else that came from Navigatr."""
    return text if text.startswith(("https://", "http://")) else ""
