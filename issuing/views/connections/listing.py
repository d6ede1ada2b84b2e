"""Seeing Navigatr accounts and testing their tokens."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from issuing import permissions
from issuing.enums import IssuanceStatus
from issuing.exceptions import IssuingError
from issuing.models import Connection, Issuance
from issuing.presenters import connections as said
from issuing.services import connections
from issuing.views.access import actor, manager_required


@require_safe
@never_cache
def connection_list(request: HttpRequest) -> HttpResponse:
    return render(request, "issuing/connection_list.html", {"page": Accounts(request)})


@require_POST
@never_cache
@manager_required
def connection_test(request: HttpRequest, uuid: UUID) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.in_use(), uuid=uuid)
    test, problem = None, ""
    try:
        test = connections.inspect(connection, by=actor(request))
    except IssuingError as error:
        problem = str(error)
    page = Accounts(request)
    page.show(connection, test, problem)
    return render(request, "issuing/connection_list.html", {"page": page})


@dataclass(slots=True)
class Account:
    """One account as its sheet shows it; `test` and `problem` are what a test just found."""

    connection: Connection
    state: said.Said
    host: str
    organisations: str
    waiting: int
    test: connections.Inspected | None = None
    problem: str = ""


class Accounts:
    """All accounts, those in use first."""

    def __init__(self, request: HttpRequest) -> None:
        self.is_manager = permissions.is_manager(request.user)
        self.managers = permissions.managers()
        waiting = _waiting()
        every = Connection.objects.order_by("name").prefetch_related("providers")
        sheets = [_account(connection, waiting[connection.pk]) for connection in every]
        self.accounts = [one for one in sheets if not one.connection.is_replaced]
        self.earlier = [one for one in sheets if one.connection.is_replaced]

    def show(self, connection: Connection, test: connections.Inspected | None, problem: str) -> None:
        """Put what a test found on the account's sheet."""
        for account in self.accounts:
            if account.connection == connection:
                account.test, account.problem = test, problem


def _waiting() -> Counter[int]:
    queued = Issuance.objects.filter(status=IssuanceStatus.QUEUED).order_by()
    return Counter(dict(queued.values_list("badge__provider__connection").annotate(Count("id"))))


def _account(connection: Connection, waiting: int) -> Account:
    names = sorted(provider.name for provider in connection.providers.all())
    return Account(connection, said.state(connection), said.host(connection.host), ", ".join(names), waiting)
