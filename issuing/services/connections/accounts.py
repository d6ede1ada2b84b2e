"""Connects Navigatr accounts, verifies them, replaces their tokens, stops them."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from issuing import enqueue
from issuing.enums import AuthScheme, Outcome, StopReason
from issuing.exceptions import InvalidInput, NavigatrError, NoEffect
from issuing.fields import Secret
from issuing.models import Connection, Pace, Provider, User
from issuing.navigatr import (
    AccessToken,
    Bearer,
    NavigatrClient,
    check_base_url,
    fetch_password_token,
)
from issuing.navigatr import Provider as RemoteProvider
from issuing.navigatr import User as RemoteUser
from issuing.services import audit
from issuing.services.connections.clients import config
from issuing.services.connections.pacing import lock, wait_for_slot

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Login:
    """What was typed to prove who we are: a token, or a user name and password."""

    token: str = ""
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "<login>"

    def stored(self, scheme: str) -> str:
        if scheme == AuthScheme.PASSWORD:
            return json.dumps({"username": self.username, "password": self.password})
        return self.token.strip()


@dataclass(frozen=True, slots=True)
class Verified:
    """Who a login turned out to be, and for which organisations it may issue."""

    scheme: AuthScheme
    user: RemoteUser
    providers: list[RemoteProvider]


def connect(
    *, name: str, base_url: str, scheme: str, login: Login, provider_ids: Collection[int] = (), by: User | None
) -> Connection:
    """Create the connection of this host and Navigatr user, or replace its token, once Navigatr says it is good.

    Args:
        base_url (str): ends in `/v1`, on a host of NAVIGATR_HOSTS.
        scheme (str): `auto` or a value of `AuthScheme`.
        provider_ids (Collection[int]): Navigatr's ids of the organisations to issue for; empty for all Active ones.

    Raises:
        InvalidInput: the URL is not allowed, the login is empty, an organisation is not this account's.
        NavigatrError: Navigatr refused the login or did not answer; nothing was saved.
    """
    base_url = check_base_url(base_url, tuple(settings.NAVIGATR_HOSTS))
    _require(login, scheme)
    verified = _verify(base_url, scheme, login)
    wanted = _wanted(verified, provider_ids)
    with transaction.atomic():
        connection = _save(name, base_url, login, verified)
        _adopt(connection, wanted)
        audit.record("connect", connection, by=by, scheme=connection.scheme, fingerprint=connection.fingerprint)
        enqueue.send(connection.pk)
    return connection


def fingerprint(secret: str) -> str:
    """Enough of a secret's hash to tell two apart, not enough to find it."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


def stop(connection: Connection, *, reason: StopReason, detail: str = "", by: User | None = None) -> None:
    """Stop sending over a connection; what waits stays as it is. Stopping a stopped one changes nothing."""
    with transaction.atomic():
        lock(connection.pk)
        stopped = Connection.objects.filter(pk=connection.pk, stop_reason=StopReason.NONE).update(
            stop_reason=reason, stop_detail=detail[:500], stopped_at=timezone.now()
        )
        if stopped:
            audit.record("stop", connection, by=by, reason=reason)


def resume(connection: Connection, *, by: User | None) -> None:
    """Send again over a stopped connection."""
    with transaction.atomic():
        lock(connection.pk)
        Connection.objects.filter(pk=connection.pk).update(stop_reason="", stop_detail="", stopped_at=None)
        audit.record("resume", connection, by=by)
        enqueue.send(connection.pk)


def _require(login: Login, scheme: str) -> None:
    if scheme == AuthScheme.PASSWORD:
        if not (login.username and login.password):
            raise InvalidInput("A user name and a password are needed for this way of signing in; nothing was saved.")
    elif not login.token.strip():
        raise InvalidInput("No access token was given; nothing was saved.")


def _verify(base_url: str, scheme: str, login: Login) -> Verified:
    """Ask Navigatr who this is; `auto` tries the older scheme once where the current one is refused."""
    if scheme != AUTO:
        return _verified(base_url, AuthScheme(scheme), login)
    try:
        return _verified(base_url, AuthScheme.ACCESS_TOKEN, login)
    except NoEffect as refusal:
        if refusal.outcome != Outcome.UNAUTHORISED:
            raise
    return _verified(base_url, AuthScheme.BEARER, login)


def _verified(base_url: str, scheme: AuthScheme, login: Login) -> Verified:
    gate = _Gate(base_url)
    if scheme == AuthScheme.PASSWORD:
        token = fetch_password_token(config(base_url), login.username, login.password, gate=gate)
        credentials: AccessToken | Bearer = Bearer(token.access_token)
    elif scheme == AuthScheme.BEARER:
        credentials = Bearer(login.token.strip())
    else:
        credentials = AccessToken(login.token.strip())
    client = NavigatrClient(config(base_url), credentials, gate=gate)
    user = client.user()
    if not user.id:
        raise InvalidInput("Navigatr answered, but did not say whose token this is; nothing was saved.")
    return Verified(scheme, user, [_with_status(client, provider) for provider in client.providers()])


def _with_status(client: NavigatrClient, provider: RemoteProvider) -> RemoteProvider:
    """The list names organisations without their status; one that cannot be read keeps the status it came with."""
    try:
        return client.provider(provider.id)
    except NavigatrError:
        return provider


class _Gate:
    """Spends from the pace of the host's connections, which an unsaved login may turn out to be one of."""

    def __init__(self, base_url: str) -> None:
        self._ids = list(Connection.objects.filter(base_url=base_url).values_list("pk", flat=True))

    def __call__(self) -> None:
        for connection_id in self._ids:
            wait_for_slot(connection_id)


def _wanted(verified: Verified, provider_ids: Collection[int]) -> list[RemoteProvider]:
    known = {provider.id: provider for provider in verified.providers}
    missing = [str(number) for number in provider_ids if number not in known]
    if missing:
        raise InvalidInput(
            f"This account does not see organisation {', '.join(missing)}. It sees: "
            f"{', '.join(f'{p.id} {p.name}' for p in verified.providers) or 'none'}. Nothing was saved."
        )
    if provider_ids:
        return [known[number] for number in provider_ids]
    return [provider for provider in verified.providers if provider.status.lower() in ("active", "")]


def _save(name: str, base_url: str, login: Login, verified: Verified) -> Connection:
    host = base_url.split("://", 1)[1].split("/", 1)[0]
    user_id = str(verified.user.id)
    connection = Connection.objects.filter(host=host, navigatr_user_id=user_id).first()
    if connection is None:
        connection = Connection(host=host, navigatr_user_id=user_id)
    else:
        lock(connection.pk)
        connection.secret_version += 1
    if Connection.objects.filter(name=name).exclude(pk=connection.pk).exists():
        raise InvalidInput(f"Another Navigatr account is called {name!r} already; choose another name.")
    stored = login.stored(verified.scheme)
    connection.name, connection.base_url, connection.scheme = name, base_url, verified.scheme
    connection.navigatr_user_name = verified.user.name[:200]
    connection.secret, connection.fingerprint = Secret(stored), fingerprint(stored)
    connection.access_token = connection.access_token_expires_at = None
    connection.stop_reason, connection.stop_detail, connection.stopped_at = StopReason.NONE, "", None
    connection.verified_at = connection.last_good_call_at = timezone.now()
    connection.save()
    Pace.objects.get_or_create(connection=connection)
    return connection


def _adopt(connection: Connection, providers: Collection[RemoteProvider]) -> None:
    """Make this the account that issues for these organisations, unless another account does already."""
    for remote in providers:
        provider, created = Provider.objects.get_or_create(
            host=connection.host,
            navigatr_id=remote.id,
            defaults={"connection": connection, "name": remote.name[:200], "status": remote.status[:50]},
        )
        if not created and provider.connection_id == connection.pk:
            provider.name, provider.status = remote.name[:200], remote.status[:50]
            provider.save(update_fields=["name", "status"])
