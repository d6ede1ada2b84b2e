"""What became of a badge that was issued on its own, live."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing import queries
from issuing.enums import IssuanceStatus
from issuing.models import Issuance
from issuing.presenters import issuances, silence
from issuing.presenters import worker as words
from issuing.presenters.dates import day
from issuing.views.learners.finding import address

SECONDS = {IssuanceStatus.QUEUED: 2, IssuanceStatus.SENDING: 1, IssuanceStatus.UNCONFIRMED: 20}


@require_safe
@never_cache
def sent(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The badge on its way; htmx gets only what changes."""
    rows = Issuance.objects.select_related("badge__provider__connection__pace", "learner")
    page = SentPage(get_object_or_404(rows, uuid=uuid))
    is_part = request.htmx  # type: ignore[attr-defined]
    return render(request, "issuing/_issue_status.html" if is_part else "issuing/issue_sent.html", {"page": page})


class SentPage:
    """Where one badge stands, in a sentence, and what can be done."""

    def __init__(self, issuance: Issuance) -> None:
        self.issuance = issuance
        self.status = IssuanceStatus(issuance.status)
        self.poll_seconds = SECONDS.get(self.status, 0)
        self.another = address("issue", badge=issuance.badge.uuid)

    @property
    def said(self) -> issuances.Said:
        return issuances.status(self.issuance)

    @property
    def headline(self) -> str:
        if self.status == IssuanceStatus.ISSUED and self.issuance.issued_at:
            at = timezone.localtime(self.issuance.issued_at)
            return _("Sent %s") % (f"{at:%H:%M}" if at.date() == timezone.localdate() else f"{day(at)}, {at:%H:%M}")
        return self.said.label

    @property
    def tone(self) -> str:
        return "bad" if self.status == IssuanceStatus.CANCELLED else self.said.tone

    @property
    def explanation(self) -> str:
        said = {
            IssuanceStatus.QUEUED: self._waiting,
            IssuanceStatus.SENDING: lambda: _("Navigatr is being asked right now."),
            IssuanceStatus.UNCONFIRMED: lambda: _(
                "We sent this and got no answer. It is being checked with Navigatr (about 10 minutes); it is not sent "
                "again meanwhile."
            ),
            IssuanceStatus.ISSUED: lambda: _("Navigatr has e-mailed %s a claim link.") % self.issuance.email,
            IssuanceStatus.REJECTED: lambda: self.issuance.detail,
            IssuanceStatus.CANCELLED: lambda: issuances.reason(self.issuance),
        }
        return said[self.status]()

    def _waiting(self) -> str:
        badge = self.issuance.badge
        if badge.provider.connection.is_stopped:
            return _("Sending is stopped. This badge waits and is safe; it goes out when sending goes on.")
        if badge.hold:
            return _("This badge cannot be issued now: %s It waits and is safe.") % badge.hold_detail
        if self.issuance.learner.on_hold_since:
            return _("The learner is on hold. It waits until the hold is taken off.")
        worker = queries.worker(timezone.now())
        if worker.is_away:
            safe = _("This badge is waiting and safe; it will not be sent twice.")
            return f"{words.stopped()} {words.away(worker, safe)}"
        if why := silence.said(badge.provider.connection.pace, timezone.now()):
            return f"{why} {_('This badge is waiting and safe; it will not be sent twice.')}"
        return _("It goes out in a few seconds. You may leave this page.")
