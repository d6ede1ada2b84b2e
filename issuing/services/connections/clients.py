"""Makes the client for a connection: where it calls, how it proves who it is, and that each read spends a slot."""

import json
import threading
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from issuing.enums import AuthScheme
from issuing.fields import Secret
from issuing.models import Connection
from issuing.navigatr import AccessToken, Bearer, ClientConfig, NavigatrClient, Token, fetch_password_token
from issuing.services.connections.pacing import lock, wait_for_slot

RENEW_BEFORE = timedelta(minutes=2)
_renewing: dict[int, threading.Lock] = {}


def config(base_url: str) -> ClientConfig:
    """Where and how to call, from the settings."""
    return ClientConfig(
        base_url=base_url,
        read_timeout=settings.NAVIGATR_READ_TIMEOUT,
        proxy=settings.NAVIGATR_PROXY,
        ca_bundle=settings.NAVIGATR_CA_BUNDLE,
        allowed_hosts=tuple(settings.NAVIGATR_HOSTS),
    )


def client_for(connection: Connection, *, idle: bool = False, give_up: float | None = None) -> NavigatrClient:
    """A client whose reads spend slots of this connection.

    Args:
        idle (bool): its reads take only slots that no badge took.
        give_up (float | None): moment on the monotonic clock after which no read waits for a slot any more.

    Raises:
        NavigatrError: the password token was due for renewal and could not be fetched.
        SecretUnreadable: ENCRYPTION_KEYS lacks the key.
    """
    renew_token(connection)
    gate = partial(wait_for_slot, connection.pk, idle=idle, give_up=give_up)
    return NavigatrClient(config(connection.base_url), credentials(connection), gate=gate)


def credentials(connection: Connection) -> AccessToken | Bearer:
    """What proves who we are on one request; exactly one scheme."""
    if connection.scheme == AuthScheme.PASSWORD:
        return Bearer(connection.access_token.reveal() if connection.access_token else "")
    if connection.scheme == AuthScheme.BEARER:
        return Bearer(connection.secret.reveal())
    return AccessToken(connection.secret.reveal())


def token_is_due(connection: Connection) -> bool:
    """Whether a password token must be fetched before the next call."""
    if connection.scheme != AuthScheme.PASSWORD:
        return False
    ends = connection.access_token_expires_at
    return connection.access_token is None or ends is None or ends < timezone.now() + RENEW_BEFORE


def renew_token(connection: Connection, *, anew: bool = False) -> None:
    """Fetch and keep a password token where it is due, or `anew` after it was refused; other schemes need none.

    One that another thread or process fetched meanwhile is taken over instead. Two processes may still fetch at the
    same moment: then the later to be written stays, and the other is good for the call it was fetched for.

    Raises:
        NavigatrError: the user name and password were refused, or Navigatr did not answer.
    """
    if connection.scheme != AuthScheme.PASSWORD or not (anew or token_is_due(connection)):
        return
    with _renewing.setdefault(connection.pk, threading.Lock()):
        before = connection.access_token_expires_at
        connection.refresh_from_db()
        if not token_is_due(connection) and not (anew and connection.access_token_expires_at == before):
            return
        token = _fetch(connection)
        keep_token(connection, token)
        with transaction.atomic():
            lock(connection.pk)
            if Connection.objects.filter(pk=connection.pk, secret_version=connection.secret_version).exists():
                connection.save(update_fields=["access_token", "access_token_expires_at"])


def _fetch(connection: Connection) -> Token:
    gate = partial(wait_for_slot, connection.pk)
    return fetch_password_token(config(connection.base_url), **json.loads(connection.secret.reveal()), gate=gate)


def keep_token(connection: Connection, token: Token | None) -> None:
    """Put a password token, or none, into a connection that the caller saves.

    A token that lives less than twice the reserve is renewed at half its life instead of before every call.
    """
    connection.access_token = connection.access_token_expires_at = None
    if token is not None:
        reserve = RENEW_BEFORE.total_seconds()
        ends_in = token.expires_in if token.expires_in > 2 * reserve else token.expires_in / 2 + reserve
        connection.access_token = Secret(token.access_token)
        connection.access_token_expires_at = timezone.now() + timedelta(seconds=ends_in)
