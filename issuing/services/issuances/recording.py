"""Writes down what came of a call, fenced by its attempt, and draws the consequences for account and badge."""

import random
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db import connection as database
from django.utils import timezone

from issuing import enqueue, queries
from issuing.enums import AuthScheme, IssuanceStatus, Outcome, RosterStatus, StatusReason, StopReason
from issuing.exceptions import IssuingError, NavigatrError, NoEffect
from issuing.models import Assertion, Attempt, Badge, Connection, Issuance, Roster
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.navigatr import NavigatrClient
from issuing.services import badges, connections
from issuing.services.issuances.calls import Ended
from issuing.services.issuances.claim import Claimed
from issuing.workflow import retry
from issuing.workflow.outcomes import EFFECTS

PERSIST_SECONDS = 30.0
GOOD_CALL_EVERY = timedelta(minutes=1)
UNDECIDED_WAIT = 30.0
"""Seconds a row waits where Navigatr could not be asked why it said no."""

S = IssuanceStatus
_OF_THIS_ATTEMPT = (S.SENDING, S.UNCONFIRMED)


def record(claimed: Claimed, ended: Ended) -> None:
    """Write an outcome and what follows from it; tried again for half a minute while the database is away."""
    _RECORDERS.get(ended.outcome, _back_off)(claimed, ended)


def _persist(write: Callable[[], object]) -> None:
    """Run one writing transaction, again where the database was away; `write` may run twice and must not mind."""
    give_up = time.monotonic() + PERSIST_SECONDS
    while True:
        try:
            with transaction.atomic():
                write()
            return
        except (OperationalError, InterfaceError):
            database.close()
            if time.monotonic() > give_up:
                raise
            time.sleep(0.5)


def _fill(claimed: Claimed, ended: Ended, now: datetime) -> bool:
    """Fill the attempt's outcome and tell the breaker, once; False for a second time, which changes nothing."""
    filled = Attempt.objects.filter(pk=claimed.attempt.pk, outcome="").update(
        outcome=ended.outcome,
        effect=EFFECTS[ended.outcome],
        ended_at=now,
        status_code=ended.status_code,
        detail=ended.detail[:500],
        assertion_id=ended.assertion_id[:50],
        answer=ended.answer,
    )
    if filled:
        connections.note_ended(claimed.connection.pk, claimed.attempt.pk, ended.outcome)
    return bool(filled)


def _issued(claimed: Claimed, ended: Ended) -> None:
    def write() -> None:
        now = timezone.now()
        is_new = _fill(claimed, ended, now)
        if not _step(claimed, _OF_THIS_ATTEMPT, S.ISSUED, now):
            _late(claimed, now)
        _keep_assertion(claimed.issuance, ended, now)
        if is_new:
            _mark_twice(claimed, now)

    _persist(write)
    _note_good_call(claimed.connection)


def _late(claimed: Claimed, now: datetime) -> None:
    """An answer that came after its row had moved on: the badge is issued all the same, where the key is still free.

    While a newer attempt is being sent the row stays; that attempt's end, or the next claim, finds this answer.
    """
    issuance = claimed.issuance
    # A newer call without a usable answer may have made a second badge, and nobody looks it up any more.
    newer = Issuance.objects.filter(pk=issuance.pk, attempt_no__gt=claimed.attempt.number, status=S.UNCONFIRMED)
    newer.update(perhaps_twice_since=now)
    try:
        with transaction.atomic():
            sources = (S.QUEUED, S.REJECTED, S.UNCONFIRMED)
            Issuance.step(issuance.pk, attempt_no=None, sources=sources, to=S.ISSUED, at=now)
    except IntegrityError:
        return


def _mark_twice(claimed: Claimed, now: datetime) -> None:
    """Mark a row of which this answer may have made two badges, or one where staff believe there is none."""
    row = Issuance.objects.filter(pk=claimed.issuance.pk, perhaps_twice_since=None)
    another = queries.accepted_attempts(claimed.issuance.pk).exclude(pk=claimed.attempt.pk)
    if another.exists() or row.filter(status__in=(S.CANCELLED, S.REJECTED)).exists():
        row.update(perhaps_twice_since=now)


def _keep_assertion(issuance: Issuance, ended: Ended, now: datetime) -> None:
    if not ended.assertion_id:
        return
    remote = RemoteAssertion.from_json({**(ended.answer or {}), "id": ended.assertion_id})
    badges.keep_assertions(issuance.badge, [remote], at=now)
    kept = Assertion.objects.filter(badge=issuance.badge, navigatr_id=ended.assertion_id)
    kept.filter(issuance=None).update(issuance=issuance, email_key=issuance.email_key)


def _rejected(claimed: Claimed, ended: Ended) -> None:
    _persist(lambda: _reject(claimed, ended))
    _note_good_call(claimed.connection)


def _reject(claimed: Claimed, ended: Ended) -> None:
    now = timezone.now()
    _fill(claimed, ended, now)
    if queries.accepted_attempts(claimed.issuance.pk).exists():
        _step(claimed, _OF_THIS_ATTEMPT, S.ISSUED, now)
        return
    reason, detail = StatusReason.REFUSED_BY_NAVIGATR, ended.detail[:500]
    _step(claimed, _OF_THIS_ATTEMPT, S.REJECTED, now, reason=reason, detail=detail)


def _unknown(claimed: Claimed, ended: Ended) -> None:
    def write() -> None:
        now = timezone.now()
        _fill(claimed, ended, now)
        reason, detail = StatusReason.NO_ANSWER, ended.detail[:500]
        _step(claimed, [S.SENDING], S.UNCONFIRMED, now, reason=reason, detail=detail)
        # Where an earlier call made a badge after all, this one may have made a second.
        if queries.accepted_attempts(claimed.issuance.pk).exists():
            Issuance.objects.filter(pk=claimed.issuance.pk).update(perhaps_twice_since=now)

    _persist(write)


def _back_off(claimed: Claimed, ended: Ended) -> None:
    wait = retry.back_off_seconds(ended.outcome, claimed.attempt.number, random.random())  # noqa: S311
    _send_back(claimed, ended, wait)


def _send_back(claimed: Claimed, ended: Ended, wait: float = 0.0) -> None:
    """Put a row back whose call provably had no effect; it keeps its place, and waits `wait` seconds."""

    def write() -> None:
        now = timezone.now()
        _fill(claimed, ended, now)
        put_back(claimed.issuance.pk, claimed.attempt.number, now, detail=ended.detail, wait=wait)

    _persist(write)


def put_back(issuance_id: int, attempt_no: int, now: datetime, *, detail: str = "", wait: float = 0.0) -> None:
    """Let a row whose last attempt had no effect wait again, in the caller's transaction.

    It ends instead as issued where an earlier attempt was answered with a badge meanwhile, and as cancelled in a run
    that was stopped.
    """
    roster_id = Issuance.objects.values_list("roster", flat=True).get(pk=issuance_id)
    roster = Roster.objects.select_for_update().get(pk=roster_id) if roster_id else None
    to = S.QUEUED
    fields: dict[str, Any] = {"reason": StatusReason.SENT_BACK, "detail": detail[:500], "not_before": None}
    if wait:
        fields["not_before"] = now + timedelta(seconds=wait)
    if queries.accepted_attempts(issuance_id).exists():
        to, fields = S.ISSUED, {}
    elif roster is not None and roster.status == RosterStatus.STOPPED:
        to, fields = S.CANCELLED, {"reason": StatusReason.STOPPED_BY_STAFF}
    moved = Issuance.step(issuance_id, attempt_no=attempt_no, sources=_OF_THIS_ATTEMPT, to=to, at=now, **fields)
    if moved and to == S.QUEUED and not wait:
        # The sender may have ended while this call was under way.
        enqueue.send(Issuance.objects.values_list("badge__provider__connection", flat=True).get(pk=issuance_id))


def _rate_limited(claimed: Claimed, ended: Ended) -> None:
    def rest() -> None:
        connections.rest(connections.lock(claimed.connection.pk), retry_after=ended.retry_after)

    _persist(rest)
    _send_back(claimed, ended)


def _unauthorised(claimed: Claimed, ended: Ended) -> None:
    """A refused token stops the connection, unless it was replaced meanwhile or a password can fetch another."""
    if _is_present_token(claimed) and not _fetched_anew(claimed):
        connections.stop(
            claimed.connection,
            reason=StopReason.TOKEN_REFUSED,
            detail=ended.detail,
            secret_version=claimed.connection.secret_version,
        )
    _send_back(claimed, ended)


def _is_present_token(claimed: Claimed) -> bool:
    used = claimed.connection
    present = Connection.objects.filter(pk=used.pk, secret_version=used.secret_version)
    return present.filter(access_token_expires_at=used.access_token_expires_at).exists()


def _fetched_anew(claimed: Claimed) -> bool:
    """Whether a password bought a new token; not a second time in a row for the same row."""
    before = Attempt.objects.filter(issuance=claimed.issuance, number=claimed.attempt.number - 1)
    if claimed.connection.scheme != AuthScheme.PASSWORD or before.filter(outcome=Outcome.UNAUTHORISED).exists():
        return False
    try:
        connections.renew_token(claimed.connection, anew=True)
    except NavigatrError as error:
        return error.outcome != Outcome.UNAUTHORISED
    return True


def _refused(claimed: Claimed, ended: Ended) -> None:
    """403 or 404: ask whether it is the account, the badge, or this one row."""
    _persist(lambda: _fill(claimed, ended, timezone.now()))
    try:
        is_this_row = _is_this_row(claimed, ended)
    except IssuingError:
        _send_back(claimed, ended, UNDECIDED_WAIT)
        return
    if is_this_row:
        _persist(lambda: _reject(claimed, ended))
    else:
        _send_back(claimed, ended)


def _is_this_row(claimed: Claimed, ended: Ended) -> bool:
    badge = Badge.objects.select_related("provider__connection").get(pk=claimed.issuance.badge_id)
    connection = Connection.objects.get(pk=claimed.connection.pk)
    if badge.hold or connection.is_stopped or connection.secret_version != claimed.connection.secret_version:
        return False
    return connections.read(connection, lambda client: _looks_fine(client, connection, badge, ended.outcome))


def _looks_fine(client: NavigatrClient, connection: Connection, badge: Badge, outcome: Outcome) -> bool:
    if outcome == Outcome.FORBIDDEN:
        try:
            client.user()
        except NoEffect as refusal:
            if refusal.outcome != Outcome.FORBIDDEN:
                raise
            connections.stop(connection, reason=StopReason.TOKEN_REFUSED, detail=str(refusal))
            return False
    return badges.look_at(badge, client)


def _step(claimed: Claimed, sources: Iterable[S], to: S, now: datetime, **fields: Any) -> bool:
    number = claimed.attempt.number
    return Issuance.step(claimed.issuance.pk, attempt_no=number, sources=sources, to=to, at=now, **fields)


def _note_good_call(connection: Connection) -> None:
    now = timezone.now()
    Connection.objects.filter(pk=connection.pk, last_good_call_at__lt=now - GOOD_CALL_EVERY).update(
        last_good_call_at=now
    )
    connections.recover(connection.pk)


_RECORDERS: dict[Outcome, Callable[[Claimed, Ended], None]] = {
    Outcome.ISSUED: _issued,
    Outcome.REJECTED: _rejected,
    Outcome.UNKNOWN: _unknown,
    Outcome.RATE_LIMITED: _rate_limited,
    Outcome.UNAUTHORISED: _unauthorised,
    Outcome.FORBIDDEN: _refused,
    Outcome.NOT_FOUND: _refused,
    Outcome.UNREACHABLE: _back_off,
    Outcome.ABORTED: _back_off,
}
