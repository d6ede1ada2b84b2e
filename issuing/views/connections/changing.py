"""Connecting Navigatr accounts, replacing their tokens, stopping and resuming them; for managers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from issuing.enums import StopReason
from issuing.exceptions import IssuingError
from issuing.forms.connections import AcceptForm, ConnectForm, LoginForm
from issuing.models import Connection
from issuing.presenters import connections as said
from issuing.services import connections
from issuing.views.access import actor, manager_required
from issuing.views.connections.words import connected, replaced


@require_http_methods(["GET", "POST"])
@never_cache
@manager_required
def connection_connect(request: HttpRequest) -> HttpResponse:
    form = ConnectForm(request.POST or None, hosts=said.hosts())
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            found = connections.connect(
                name=form.cleaned_data["name"],
                base_url=form.base_url(),
                scheme=form.scheme_chosen,
                login=form.login(),
                by=actor(request),
            )
        except IssuingError as error:
            problem = str(error)
        else:
            messages.success(request, connected(found))
            return redirect("connection-list")
    return render(request, "issuing/connection_connect.html", {"form": form, "problem": problem})


@require_http_methods(["GET", "POST"])
@never_cache
@manager_required
def connection_replace(request: HttpRequest, uuid: UUID) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.in_use(), uuid=uuid)
    page = Replacing(request, connection)
    if request.method == "POST" and page.take():
        messages.success(request, page.done)
        return redirect("connection-list")
    return render(request, "issuing/connection_replace.html", {"page": page, "form": page.form})


class Replacing:
    """The form for a new token and, where it is a colleague's, the question whether to go on with it."""

    def __init__(self, request: HttpRequest, connection: Connection) -> None:
        self.connection = connection
        self.form = LoginForm(request.POST if "token" in request.POST else None)
        self.colleague: connections.Replaced | None = None
        self.problem = self.sealed = self.done = ""
        self._by = actor(request)
        self._accept = AcceptForm(request.POST) if "sealed" in request.POST else None

    def take(self) -> bool:
        """Whether the token was replaced; else the page says what is asked or wrong."""
        try:
            return self._accepted() if self._accept else self._typed()
        except IssuingError as error:
            self.problem = str(error)
            return False

    def _typed(self) -> bool:
        if not self.form.is_valid():
            return False
        login, scheme = self.form.login(), self.form.scheme_chosen
        found = connections.replace(self.connection, login=login, scheme=scheme, by=self._by)
        if found.connection is None:
            self.colleague = found
            self.sealed = connections.seal(login, scheme, connection=self.connection, by=self._by)
            return False
        self.done = replaced(found.connection, found.user_name)
        return True

    def _accepted(self) -> bool:
        if self._accept is None or not self._accept.is_valid():
            return False
        given = self._accept.cleaned_data
        login, scheme = connections.unseal(given["sealed"], connection=self.connection, by=self._by)
        found = connections.replace(
            self.connection, login=login, scheme=scheme, accepted_user_id=given["user_id"], by=self._by
        )
        if found.connection is None:
            self.colleague, self.sealed = found, given["sealed"]
            return False
        self.done = replaced(found.connection, found.user_name)
        return True


@require_POST
@manager_required
def connection_stop(request: HttpRequest, uuid: UUID) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.in_use(), uuid=uuid)
    connections.stop(connection, reason=StopReason.BY_STAFF, by=actor(request))
    done = _("%(account)s is stopped. What is on its way arrives; nothing else is sent until it goes on.")
    messages.success(request, done % {"account": connection.name})
    return redirect("connection-list")


@require_POST
@manager_required
def connection_resume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.in_use(), uuid=uuid)
    connections.resume(connection, by=actor(request))
    messages.success(request, _("%(account)s goes on.") % {"account": connection.name})
    return redirect("connection-list")
