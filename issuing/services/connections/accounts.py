"""Connects Navigatr accounts, replaces their tokens, stops and resumes them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from issuing import enqueue
from issuing.enums import StopReason
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.fields import Secret
from issuing.models import Connection, Provider, User
from issuing.navigatr import Provider as RemoteProvider
from issuing.navigatr import check_base_url
from issuing.services import audit
from issuing.services.connections.clients import keep_token
from issuing.services.connections.logins import Login, Verified, fingerprint, require, verify, wanted
from issuing.services.connections.pacing import lock


@dataclass(frozen=True, slots=True)
class Connected:
    """What connecting an account came to.

    Args:
        is_new (bool): False where the account was known and only its token was replaced.
        providers (list[Provider]): organisations it issues for now.
        elsewhere (list[Provider]): organisations asked for that another account issues for; they stay with that one.
    """

    connection: Connection
    is_new: bool
    providers: list[Provider]
    elsewhere: list[Provider]


def connect(
    *, name: str, base_url: str, scheme: str, login: Login, provider_ids: Collection[int] = (), by: User | None
) -> Connected:
    """Create the connection of this host and Navigatr user, or replace its token, once Navigatr says it is good.

    A connection stopped because its token was refused goes on; one that staff stopped stays stopped. Its badges are
    read in the background.

    Args:
        base_url (str): ends in `/v1`, on a host of NAVIGATR_HOSTS.
        scheme (str): `auto` or a value of `AuthScheme`.
        provider_ids (Collection[int]): Navigatr's ids of the organisations to issue for; empty for all Active ones.

    Raises:
        InvalidInput: the URL is not allowed, the login is empty, an organisation is not this account's.
        AlreadyTaken: somebody connected the same account at the same moment.
        NavigatrError: Navigatr refused the login or did not answer; nothing was saved.
    """
    base_url, verified = check(name, base_url, scheme, login)
    return save(name, base_url, login, verified, wanted(verified, provider_ids), by)


def check(name: str, base_url: str, scheme: str, login: Login) -> tuple[str, Verified]:
    """The base URL as it is kept, and whose login this is, before anything of it is saved.

    Raises:
        InvalidInput: the name or the URL will not do, or the login is empty.
        NavigatrError: Navigatr refused the login or did not answer.
    """
    if not 0 < len(name.strip()) <= 100:
        raise InvalidInput("A Navigatr account needs a name of at most 100 letters here; nothing was saved.")
    base_url = check_base_url(base_url, tuple(settings.NAVIGATR_HOSTS))
    require(login, scheme)
    return base_url, verify(base_url, host_of(base_url), scheme, login)


def save(
    name: str, base_url: str, login: Login, verified: Verified, remote: Collection[RemoteProvider], by: User | None
) -> Connected:
    """As `put`, in a transaction of its own.

    Raises:
        AlreadyTaken: somebody connected the same account at the same moment.
        InvalidInput: as `put`.
    """
    try:
        with transaction.atomic():
            return put(name.strip(), base_url, login, verified, remote, by)
    except IntegrityError as error:
        raise AlreadyTaken("Somebody connected this account or took its name just now; try again.") from error


def stop(
    connection: Connection,
    *,
    reason: StopReason,
    detail: str = "",
    secret_version: int | None = None,
    by: User | None = None,
) -> None:
    """Stop sending over a connection; what waits stays as it is. Stopping a stopped one changes nothing.

    Args:
        secret_version (int | None): the token that gave cause; if it was replaced since, nothing is stopped.
    """
    with transaction.atomic():
        lock(connection.pk)
        running = Connection.objects.filter(pk=connection.pk, stop_reason=StopReason.NONE)
        if secret_version is not None:
            running = running.filter(secret_version=secret_version)
        if running.update(stop_reason=reason, stop_detail=detail[:500], stopped_at=timezone.now()):
            audit.record("stop", connection, by=by, reason=reason)


def resume(connection: Connection, *, by: User | None) -> None:
    """Send again over a stopped connection. Resuming a running one, or one that was replaced, changes nothing."""
    with transaction.atomic():
        lock(connection.pk)
        stopped = Connection.objects.in_use().filter(pk=connection.pk).exclude(stop_reason=StopReason.NONE)
        if stopped.update(stop_reason=StopReason.NONE, stop_detail="", stopped_at=None):
            audit.record("resume", connection, by=by)
            enqueue.send(connection.pk)


def host_of(base_url: str) -> str:
    """The host that an address calls, with its port."""
    return base_url.split("://", 1)[1].split("/", 1)[0]


def put(
    name: str, base_url: str, login: Login, verified: Verified, remote: Collection[RemoteProvider], by: User | None
) -> Connected:
    """Write the account of a verified login, in the caller's transaction, and wake what waits for it.

    Args:
        remote (Collection[RemoteProvider]): organisations it is to issue for besides those it does already.

    Raises:
        InvalidInput: the name is another account's, or the login no longer sees an organisation it issues for.
    """
    connection = _locked_or_new(base_url, verified)
    is_new = connection.pk is None
    taken = Connection.objects.filter(name=name).exclude(pk=connection.pk).first()
    if taken:
        raise InvalidInput(
            f"{name!r} is the account of {taken.navigatr_user_name or taken.navigatr_user_id}, and this is "
            f"{verified.user.name or verified.user.id}'s token: choose another name. Nothing was saved."
        )
    connection.name = name
    _put_login(connection, base_url, login, verified)
    verb = "connect" if is_new else "replace"
    elsewhere = _adopt(connection, remote)
    providers = list(connection.providers.order_by("navigatr_id"))
    numbers = [provider.navigatr_id for provider in providers]
    said = {"scheme": connection.scheme, "fingerprint": connection.fingerprint, "providers": numbers}
    audit.record(verb, connection, by=by, **said)
    enqueue.send(connection.pk)
    enqueue.sync_badges(connection.pk)
    return Connected(connection, is_new, providers, elsewhere)


def _locked_or_new(base_url: str, verified: Verified) -> Connection:
    """This host's connection of this user, locked and certain to see its organisations still; or one not saved."""
    identity = {"host": host_of(base_url), "navigatr_user_id": verified.user.id}
    number = Connection.objects.filter(**identity).values_list("pk", flat=True).first()
    if number is None:
        return Connection(**identity, secret_version=0)
    lock(number)
    connection = Connection.objects.get(pk=number)
    seen = {provider.id: provider for provider in verified.providers}
    for provider in connection.providers.all():
        if provider.navigatr_id not in seen:
            raise InvalidInput(
                f"This token does not see {provider.name} ({provider.navigatr_id}), for which the account issues "
                "here. Use a token that does. Nothing was saved."
            )
        _describe(provider, seen[provider.navigatr_id])
    return connection


def _put_login(connection: Connection, base_url: str, login: Login, verified: Verified) -> None:
    is_new = connection.pk is None
    connection.base_url, connection.scheme = base_url, verified.scheme
    connection.navigatr_user_name = verified.user.name[:200]
    connection.secret = Secret(login.stored(verified.scheme))
    connection.fingerprint = fingerprint(login.stored(verified.scheme))
    connection.secret_version += 1
    keep_token(connection, verified.token)
    if connection.stop_reason in (StopReason.TOKEN_REFUSED, StopReason.REPLACED):
        connection.stop_reason, connection.stop_detail, connection.stopped_at = StopReason.NONE, "", None
    connection.verified_at = connection.last_good_call_at = timezone.now()
    connection.save()
    if is_new:
        verified.pace.connection = connection
        verified.pace.save(force_insert=True)


def _adopt(connection: Connection, remote: Collection[RemoteProvider]) -> list[Provider]:
    """Make this the account that issues for these organisations; those that another account issues for are returned."""
    elsewhere = []
    for one in remote:
        given = {"connection": connection, "name": one.name[:200], "status": one.status[:50]}
        provider, is_new = Provider.objects.get_or_create(host=connection.host, navigatr_id=one.id, defaults=given)
        if not is_new and provider.connection_id != connection.pk:
            elsewhere.append(provider)
    return elsewhere


def _describe(provider: Provider, remote: RemoteProvider) -> None:
    provider.name, provider.status = remote.name[:200], remote.status[:50]
    provider.save(update_fields=["name", "status"])
