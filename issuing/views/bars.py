"""The bars on top of every page: what everybody should know at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing import queries
from issuing.enums import IssuanceStatus, StopReason
from issuing.models import Connection, Issuance

WORKER_AWAY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Bar:
    """One sentence with the next step; `for_it` is what whoever runs the program should do."""

    title: str
    text: str
    for_it: str = ""
    url: str = ""
    action: str = ""


class Bars:
    """The bars as of now; asked for only by pages that a signed-in person sees."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __iter__(self) -> Iterator[Bar]:
        if not self._request.user.is_authenticated:
            return
        now = timezone.now()
        yield from _stopped()
        if worker_is_away(now):
            yield _worker_away(now)


def worker_is_away(now: datetime) -> bool:
    """Whether no background worker has given a sign of life for a minute."""
    age = queries.canary_age(now)
    return age is None or age > WORKER_AWAY.total_seconds()


def _stopped() -> Iterator[Bar]:
    for connection in Connection.objects.in_use().exclude(stop_reason=StopReason.NONE).order_by("name"):
        refused = connection.stop_reason == StopReason.TOKEN_REFUSED
        yield Bar(
            title=_("%(account)s is stopped:") % {"account": connection.name},
            text=" ".join(
                [
                    _("Navigatr refused the access token.") if refused else _("A colleague stopped it."),
                    _("Nothing was lost; what waits is sent when it goes on."),
                ]
            ),
            url=reverse("connection-replace", args=[connection.uuid]) if refused else reverse("connection-list"),
            action=_("Replace the access token") if refused else _("Navigatr account"),
        )


def _worker_away(now: datetime) -> Bar:
    age = queries.canary_age(now)
    seen = _("has not been seen yet.")
    if age is not None:
        at = timezone.localtime(now - timedelta(seconds=age))
        seen = _("was last seen at %(time)s.") % {"time": f"{at:%H:%M}" if age < 86400 else f"{at:%-d %b %Y, %H:%M}"}
    waiting = Issuance.objects.filter(status=IssuanceStatus.QUEUED).order_by()[:10_001].count()
    safe = ngettext(
        "%(count)s badge is waiting and safe; none will be sent twice.",
        "%(count)s badges are waiting and safe; none will be sent twice.",
        waiting,
    ) % {"count": f"{waiting:,}" if waiting <= 10_000 else "10,000+"}
    return Bar(
        title=_("Sending stopped:"),
        text=" ".join([_("the background worker"), seen, safe if waiting else _("No badge is waiting.")]),
        for_it="manage.py supervise",
    )
