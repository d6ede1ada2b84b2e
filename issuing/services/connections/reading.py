"""Reads over a connection, with what its refusals mean for the account itself."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from issuing.enums import AuthScheme, Outcome, StopReason
from issuing.exceptions import NavigatrError, NoEffect
from issuing.models import Connection
from issuing.navigatr import NavigatrClient
from issuing.services.connections.accounts import stop
from issuing.services.connections.breaking import ask
from issuing.services.connections.clients import client_for, renew_token
from issuing.services.connections.pacing import lock, recover, rest

T = TypeVar("T")
TOO_MANY = 429


def read(
    connection: Connection,
    act: Callable[[NavigatrClient], T],
    *,
    idle: bool = False,
    give_up: float | None = None,
    although_stopped: bool = False,
) -> T:
    """What `act` makes of this account's client; only for what may be done twice.

    Where Navigatr gave no usable answers lately, it is first asked whether it is back.

    A password token that is refused is fetched anew once, and `act` runs again. After a 429 the connection rests; a
    refused token stops it.

    Args:
        idle (bool): takes only slots that no badge took.
        give_up (float | None): moment on the monotonic clock after which it waits for no slot any more.
        although_stopped (bool): to see whether it could go on.

    Raises:
        NoEffect: the connection is stopped, or Navigatr turned the call away.
        NavigatrError: Navigatr did not answer.
    """
    if not although_stopped:
        _check_running(connection)
    ask(connection)
    try:
        found = _act(connection, act, partial(client_for, connection, idle=idle, give_up=give_up))
    except NavigatrError as error:
        _draw_consequences(connection, error)
        raise
    Connection.objects.filter(pk=connection.pk).update(last_good_call_at=timezone.now())
    recover(connection.pk)
    return found


def _check_running(connection: Connection) -> None:
    stopped = Connection.objects.filter(pk=connection.pk).exclude(stop_reason=StopReason.NONE).first()
    if stopped:
        why = StopReason(stopped.stop_reason).label
        raise NoEffect(f"This account is stopped: {why}. Nothing was read.", outcome=Outcome.ABORTED)


def _act(connection: Connection, act: Callable[[NavigatrClient], T], make: Callable[[], NavigatrClient]) -> T:
    try:
        return act(make())
    except NoEffect as refusal:
        if connection.scheme != AuthScheme.PASSWORD or refusal.outcome != Outcome.UNAUTHORISED:
            raise
    renew_token(connection, anew=True)
    return act(make())


def _draw_consequences(connection: Connection, error: NavigatrError) -> None:
    if error.outcome == Outcome.UNAUTHORISED:
        version = connection.secret_version
        stop(connection, reason=StopReason.TOKEN_REFUSED, detail=str(error), secret_version=version)
    elif error.status_code == TOO_MANY and isinstance(error, NoEffect):
        with transaction.atomic():
            rest(lock(connection.pk), retry_after=error.retry_after)
