"""Connecting Navigatr accounts, replacing their tokens, stopping and resuming them; for managers."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from issuing.enums import StopReason
from issuing.exceptions import IssuingError
from issuing.forms.connections import AcceptForm, ChosenForm, ConnectForm, LoginForm, OrganisationForm
from issuing.models import Connection
from issuing.presenters import connections as said
from issuing.services import connections
from issuing.views.access import actor, manager_required
from issuing.views.connections.words import connected, replaced


@require_http_methods(["GET", "POST"])
@never_cache
@manager_required
def connection_connect(request: HttpRequest) -> HttpResponse:
    page = Connecting(request)
    if request.method == "POST" and page.take():
        messages.success(request, page.done)
        return redirect("connection-list")
    return render(request, "issuing/connection_connect.html", {"page": page, "form": page.form})


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


class Connecting:
    """The form for a new account and, where its login sees several organisations, the question for which."""

    def __init__(self, request: HttpRequest) -> None:
        self._hosts, self._by = said.hosts(), actor(request)
        self._chosen = ChosenForm(request.POST, hosts=self._hosts) if "sealed" in request.POST else None
        typed = request.POST if request.POST and not self._chosen else None
        self.form: ConnectForm | ChosenForm = ConnectForm(typed, hosts=self._hosts)
        self.choice: connections.Choice | None = None
        self.problem = self.done = ""

    def take(self) -> bool:
        """Whether the account was connected; else the page says what is asked or wrong."""
        try:
            found = self._answered(self._chosen) if self._chosen else self._typed()
        except IssuingError as error:
            self.problem = str(error)
            return False
        if isinstance(found, connections.Connected):
            self.done = connected(found)
        return bool(self.done)

    def _typed(self) -> connections.Connected | connections.Choice | None:
        form = self.form
        if not isinstance(form, ConnectForm) or not form.is_valid():
            return None
        return self._connect(form, form.login(), form.scheme_chosen)

    def _answered(self, form: ChosenForm) -> connections.Connected | connections.Choice | None:
        if not form.is_valid():
            return None
        login, scheme = connections.unseal(form.cleaned_data["sealed"], to=form.base_url(), by=self._by)
        return self._connect(form, login, scheme, form.cleaned_data["organisations"])

    def _connect(
        self, form: ConnectForm | ChosenForm, login: connections.Login, scheme: str, chosen: list[int] | None = None
    ) -> connections.Connected | connections.Choice:
        name, base_url = form.cleaned_data["name"], form.base_url()
        found = connections.connect_or_ask(
            name=name, base_url=base_url, scheme=scheme, login=login, chosen=chosen, by=self._by
        )
        if isinstance(found, connections.Choice):
            if chosen is not None:
                self.problem = _("Choose at least one organisation.")
            self.choice = found
            ticked = list(found.organisations) if chosen is None else chosen
            asked = {"name": name, "host": form.cleaned_data["host"], "organisations": ticked}
            asked["sealed"] = connections.seal(login, scheme, to=base_url, by=self._by)
            offered, must_choose = found.organisations, not found.already
            self.form = ChosenForm(initial=asked, hosts=self._hosts, organisations=offered, must_choose=must_choose)
        return found


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
            self.sealed = connections.seal(login, scheme, to=self.connection, by=self._by)
            return False
        self.done = replaced(found.connection, found)
        return True

    def _accepted(self) -> bool:
        if self._accept is None or not self._accept.is_valid():
            return False
        given = self._accept.cleaned_data
        login, scheme = connections.unseal(given["sealed"], to=self.connection, by=self._by)
        found = connections.replace(
            self.connection, login=login, scheme=scheme, accepted_user_id=given["user_id"], by=self._by
        )
        if found.connection is None:
            self.colleague, self.sealed = found, given["sealed"]
            return False
        self.done = replaced(found.connection, found)
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


@require_POST
@manager_required
def connection_add(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Have the account issue for one more organisation, which a test has shown."""
    connection, form = get_object_or_404(Connection.objects.in_use(), uuid=uuid), OrganisationForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        added = connections.add_organisation(
            connection, navigatr_id=form.cleaned_data["organisation"], by=actor(request)
        )
    except IssuingError as error:
        messages.error(request, str(error))
    else:
        told = {"account": connection.name, "name": added.name}
        done = _("%(account)s issues for %(name)s too. Its badges are being read now; that takes up to a minute.")
        messages.success(request, done % told)
    return redirect("connection-list")
