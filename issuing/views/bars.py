"""The bars on top of every page: what everybody should know at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from issuing import permissions, queries
from issuing.enums import BreakerState, IssuanceStatus, StopReason
from issuing.models import Connection
from issuing.presenters import silence
from issuing.presenters import worker as words
from issuing.queries.home import BOUND, with_status


@dataclass(frozen=True, slots=True)
class Bar:
    """One sentence with the next step.

    Args:
        for_it (str): what whoever runs the program should do.
        tone (str): `bad` or `good`.
    """

    title: str
    text: str
    for_it: str = ""
    url: str = ""
    action: str = ""
    tone: str = "bad"


class Bars:
    """The bars as of now; asked for only by pages that a signed-in person sees."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __iter__(self) -> Iterator[Bar]:
        return iter(self._all)

    @cached_property
    def _all(self) -> list[Bar]:
        if not self._request.user.is_authenticated:
            return []
        now = timezone.now()
        troubled = list(_troubled())
        found = list(_stopped(troubled, permissions.is_manager(self._request.user))) + list(_silent(troubled, now))
        return found + list(_worker(now, is_stopped=bool(found)))

    @property
    def key(self) -> str:
        """Tells these bars from others; a part of a page that looks again by itself says which it has."""
        return salted_hmac("issuing.bars", repr(self._all), algorithm="sha256").hexdigest()[:12]

    @property
    def have_changed(self) -> bool:
        """Whether the page that looks again by itself shows other bars than these."""
        return self._request.GET.get("bars", self.key) != self.key


def _troubled() -> QuerySet[Connection]:
    """Accounts that send nothing: stopped, or Navigatr is silent; one question, for every page asks it."""
    is_troubled = ~Q(stop_reason=StopReason.NONE) | Q(pace__breaker_state=BreakerState.OPEN)
    return Connection.objects.in_use().filter(is_troubled).select_related("pace").order_by("name")


def _stopped(troubled: Iterable[Connection], may_replace: bool) -> Iterator[Bar]:
    """Each stopped account; staff are led to the page that says who can do something about it."""
    for connection in troubled:
        if connection.stop_reason == StopReason.NONE:
            continue
        refused = connection.stop_reason == StopReason.TOKEN_REFUSED
        leads = refused and may_replace
        yield Bar(
            title=_("%(account)s is stopped:") % {"account": connection.name},
            text=" ".join(
                [
                    _("Navigatr refused the access token.") if refused else _("A colleague stopped it."),
                    _("Nothing was lost; what waits is sent when it goes on."),
                ]
            ),
            url=reverse("connection-replace", args=[connection.uuid]) if leads else reverse("connection-list"),
            action=_("Replace the access token") if leads else _("Navigatr account"),
        )


def _silent(troubled: Iterable[Connection], now: datetime) -> Iterator[Bar]:
    for connection in troubled:
        if connection.stop_reason == StopReason.NONE:
            yield Bar(title=silence.pauses(), text=f"{silence.said(connection.pace, now)} {_safe()}")


def _worker(now: datetime, *, is_stopped: bool) -> Iterator[Bar]:
    """That the background worker is away, or is back; the latter not where an account is stopped all the same."""
    worker = queries.worker(now)
    if worker.is_away:
        yield Bar(title=words.stopped(), text=words.away(worker, _safe()), for_it=words.COMMAND)
    elif worker.back_since and not is_stopped:
        checking = with_status(IssuanceStatus.UNCONFIRMED)
        yield Bar(title=words.again(worker), text=words.checking(checking, _number(checking)), tone="good")


def _safe() -> str:
    waiting = with_status(IssuanceStatus.QUEUED)
    return words.safe(waiting, _number(waiting)) if waiting else _("No badge is waiting.")


def _number(count: int) -> str:
    return f"{count:,}" if count <= BOUND else f"{BOUND:,}+"
