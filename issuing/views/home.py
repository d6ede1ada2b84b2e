"""The first page: what waits, what is being sent, and whether all is well."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from issuing import queries
from issuing.enums import IssuanceStatus
from issuing.models import Connection, Issuance

WORKER_AWAY = timedelta(seconds=60)


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "issuing/home.html", {"page": Overview(timezone.now())})


@dataclass(frozen=True, slots=True)
class Tile:
    """How many stand in one status."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Account:
    """A Navigatr account, whether it sends, and what waits for it."""

    name: str
    host: str
    state: str
    explanation: str
    tone: str
    waiting: int


class Overview:
    """Everything the first page says, as of one moment."""

    def __init__(self, now: datetime) -> None:
        counts = queries.status_counts(Issuance.objects.all())
        self.tiles = [Tile(str(status.label), counts[status.value]) for status in IssuanceStatus]
        self.waiting = counts[IssuanceStatus.QUEUED]
        self.worker_seen = _worker_seen(now)
        self.is_worker_away = self.worker_seen is None or now - self.worker_seen > WORKER_AWAY
        self.accounts = _accounts(now)
        self.stopped = [account for account in self.accounts if account.tone == "bad"]


def _worker_seen(now: datetime) -> datetime | None:
    age = queries.canary_age(now)
    return None if age is None else now - timedelta(seconds=age)


def _accounts(now: datetime) -> list[Account]:
    queued = Issuance.objects.filter(status=IssuanceStatus.QUEUED).order_by()
    waiting = Counter(dict(queued.values_list("badge__provider__connection").annotate(Count("id"))))
    found = Connection.objects.select_related("pace").order_by("name")
    return [_account(connection, waiting[connection.pk], now) for connection in found]


def _account(connection: Connection, waiting: int, now: datetime) -> Account:
    rests_until = queries.moment(connection.pace.rests_until)
    if connection.is_stopped:
        state, tone, explanation = "Stopped", "bad", f"{connection.get_stop_reason_display()}. {connection.stop_detail}"
    elif rests_until > now:
        at = timezone.localtime(rests_until)
        state, tone, explanation = (
            "Resting",
            "soft",
            f"Navigatr asked us to wait, or did not answer, until {at:%H:%M:%S}.",
        )
    elif waiting:
        state, tone, explanation = "Sending", "good", ""
    else:
        state, tone, explanation = "Ready", "good", ""
    return Account(connection.name, connection.host, state, explanation.strip(), tone, waiting)
