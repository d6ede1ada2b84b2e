"""Has Navigatr take badges back: staff ask, a worker makes the call, and its outcome is kept as it was."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from issuing import enqueue
from issuing.enums import IssuanceStatus, Outcome, RevocationOutcome
from issuing.exceptions import AlreadyTaken, InvalidInput, NavigatrError, NoEffect, Rejected
from issuing.models import Assertion, Issuance, Revocation, User
from issuing.models.revocation import ASKED
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.services import audit, badges, connections, learners
from issuing.validators import clean_line

R = RevocationOutcome
TRY_AGAIN = timedelta(minutes=5)
"""Longer than any task: a try that is older was given up, or its worker is gone."""
MOST_TRIES = 300
_MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class _Ended:
    outcome: RevocationOutcome
    detail: str = ""


def revoke(*, issuance: Issuance, reason: str, by: User) -> Revocation:
    """Ask for a sent badge to be revoked at Navigatr; a worker does it.

    Args:
        reason (str): Navigatr shows it to the learner.

    Raises:
        InvalidInput: there is no reason, or nothing is known that could be revoked.
        AlreadyTaken: it is revoked, or Navigatr is being asked already.
    """
    reason = clean_line(reason, label="reason", most=_MAX_REASON)
    if not reason:
        raise InvalidInput("Say why the badge is revoked; the learner sees it.")
    assertion = _assertion(issuance)
    if issuance.status != IssuanceStatus.ISSUED or assertion is None:
        raise InvalidInput("Navigatr’s record of this badge is not known here, so it cannot be revoked from here.")
    if assertion.status.casefold() == "revoked":
        raise AlreadyTaken("This badge is revoked at Navigatr already.")
    try:
        with transaction.atomic():
            asked = Revocation.objects.create(issuance=issuance, reason=reason, asked_at=timezone.now(), asked_by=by)
            audit.record("revoke", issuance, by=by, step="asked")
            enqueue.revoke(asked.pk)
    except IntegrityError as error:
        raise AlreadyTaken(ASKED) from error
    return asked


def carry_out(revocation_id: int) -> None:
    """Make the call, unless another task does so; what may be tried again is left for `wake_revocations`.

    May run twice: revoking twice changes nothing, and after a *no* or no usable answer Navigatr's record is read.
    """
    now = timezone.now()
    mine = _due(now).filter(pk=revocation_id).update(tries=F("tries") + 1, tried_at=now)
    if not mine:
        return
    asked = Revocation.objects.select_related("issuance__badge__provider__connection").get(pk=revocation_id)
    ended = _attempt(asked)
    if ended is not None:
        _end(asked, ended)


def wake_revocations() -> int:
    """Have those tried again that have no outcome yet; returns how many."""
    due = list(_due(timezone.now()).values_list("pk", flat=True))
    for revocation_id in due:
        enqueue.revoke(revocation_id)
    return len(due)


def _due(now: datetime) -> QuerySet[Revocation]:
    return Revocation.objects.filter(Q(tried_at=None) | Q(tried_at__lt=now - TRY_AGAIN), ended_at=None)


def _assertion(issuance: Issuance) -> Assertion | None:
    return issuance.assertions.order_by("-pk").first()


def _attempt(asked: Revocation) -> _Ended | None:
    """How it ended; None where nothing happened and it is worth another try."""
    badge, assertion = asked.issuance.badge, _assertion(asked.issuance)
    if assertion is None:
        return _Ended(R.REFUSED, "Navigatr’s record of this badge is not known here any more.")
    number, connection = assertion.navigatr_id, badge.provider.connection
    try:
        record = connections.read(connection, lambda client: client.revoke(number, asked.reason))
    except NoEffect as refusal:
        if refusal.outcome not in (Outcome.FORBIDDEN, Outcome.NOT_FOUND) and asked.tries < MOST_TRIES:
            return None
        return _Ended(R.REFUSED, str(refusal))
    except NavigatrError as error:
        return _looked_up(asked, number, error)
    return _said(asked, record) or _looked_up(asked, number, None)


def _looked_up(asked: Revocation, number: str, error: NavigatrError | None) -> _Ended:
    """Navigatr's record decides where its answer does not."""
    otherwise = _Ended(R.REFUSED if isinstance(error, Rejected) else R.UNKNOWN, str(error or ""))
    try:
        record = connections.read(asked.issuance.badge.provider.connection, lambda client: client.assertion(number))
    except NavigatrError:
        return otherwise
    return _said(asked, record) or otherwise


def _said(asked: Revocation, record: RemoteAssertion) -> _Ended | None:
    """Revoked, where Navigatr's record says so; what it says is kept in any case."""
    badges.keep_assertions(asked.issuance.badge, [record], at=timezone.now())
    return _Ended(R.REVOKED) if record.status.casefold() == "revoked" else None


def _end(asked: Revocation, ended: _Ended) -> None:
    with transaction.atomic():
        # Who was erased while Navigatr was asked is named by nothing any more, nor by its words.
        is_erased = learners.lock(asked.issuance.learner_id).erased_at is not None
        detail = "" if is_erased else ended.detail[:500]
        open_one = Revocation.objects.filter(pk=asked.pk, ended_at=None)
        if open_one.update(ended_at=timezone.now(), outcome=ended.outcome, detail=detail):
            audit.record("revoke", asked.issuance, by=None, step="ended", outcome=str(ended.outcome.value))
