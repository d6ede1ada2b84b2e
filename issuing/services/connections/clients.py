"""Makes the client for a connection: where it calls, how it proves who it is, and that each read spends a slot."""

import json
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.utils import timezone

from issuing.enums import AuthScheme
from issuing.fields import Secret
from issuing.models import Connection
from issuing.navigatr import AccessToken, Bearer, ClientConfig, NavigatrClient, fetch_password_token
from issuing.services.connections.pacing import wait_for_slot

RENEW_BEFORE = timedelta(minutes=2)


def config(base_url: str) -> ClientConfig:
    """Where and how to call, from the settings."""
    return ClientConfig(
        base_url=base_url,
        read_timeout=settings.NAVIGATR_READ_TIMEOUT,
        proxy=settings.NAVIGATR_PROXY,
        ca_bundle=settings.NAVIGATR_CA_BUNDLE,
        allowed_hosts=tuple(settings.NAVIGATR_HOSTS),
    )


def client_for(connection: Connection) -> NavigatrClient:
    """A client whose reads spend slots of this connection.

    Raises:
        NavigatrError: the password token was due for renewal and could not be fetched.
        SecretUnreadable: ENCRYPTION_KEYS lacks the key.
    """
    renew_token(connection)
    gate = partial(wait_for_slot, connection.pk)
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
    """Fetch and keep a password token where it is due, or `anew`; other schemes need none.

    Raises:
        NavigatrError: the user name and password were refused, or Navigatr did not answer.
    """
    if connection.scheme != AuthScheme.PASSWORD or not (anew or token_is_due(connection)):
        return
    login = json.loads(connection.secret.reveal())
    gate = partial(wait_for_slot, connection.pk)
    token = fetch_password_token(config(connection.base_url), login["username"], login["password"], gate=gate)
    lifetime = max(token.expires_in, 0)
    connection.access_token = Secret(token.access_token)
    # A token that lives less than twice the reserve is renewed at half its life instead of before every call.
    reserve = RENEW_BEFORE.total_seconds()
    ends_in = lifetime if lifetime > 2 * reserve else lifetime / 2 + reserve
    connection.access_token_expires_at = timezone.now() + timedelta(seconds=ends_in)
    connection.save(update_fields=["access_token", "access_token_expires_at"])
