"""Draws what follows from the looks, and takes a person's word where they do not say."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from issuing.enums import Effect, IssuanceStatus, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import Assertion, Attempt, AuditEvent, Issuance, Look, User
from issuing.services import audit, issuances
from issuing.services.settling.looking import settle_time
from issuing.validators import clean_line
from issuing.workflow.settling import MOST_SENT_AGAIN, Doubt, Judged, Verdict, judge

S = IssuanceStatus
MAX_REASON = 500

SENTENCES = {
    Doubt.SEVERAL: "Navigatr lists this address more than once since.",
    Doubt.HIDDEN: "Navigatr hides the names or addresses of some who got this badge since.",
    Doubt.OTHER_ADDRESS: "Navigatr lists the same name under another address since.",
    Doubt.NO_TIME: "Navigatr lists this address, but it is not clear since when.",
    Doubt.NO_CONTROL: "Navigatr lists no badge of ours to compare with, or not all of them.",
    Doubt.TOO_LONG: "Navigatr lists too many badges since to be read back to this one.",
    Doubt.RIVAL: "Navigatr lists this address, but another try for the same person may be meant.",
}


def judgement(row: Issuance) -> Judged:
    """What the looks of a row's present attempt come to."""
    attempt = Attempt.objects.get(issuance=row, number=row.attempt_no)
    looks = [one.seen for one in Look.objects.filter(issuance=row, attempt_no=row.attempt_no).order_by("began_at")]
    return judge(looks, attempt_at=attempt.claimed_at, settle=settle_time(), has_rival=_has_rival(row))


def _has_rival(row: Issuance) -> bool:
    """Whether another row of the key may have had an effect and has no record of Navigatr's linked."""
    others = Issuance.objects.filter(badge=row.badge_id, email_key=row.email_key, assertions=None).exclude(pk=row.pk)
    may_have = Q(attempts__effect__in=[Effect.UNKNOWN, Effect.ONE]) | Q(attempts__outcome="", attempts__number__gt=0)
    return others.filter(may_have).exists()


def apply(row: Issuance, judged: Judged) -> None:
    """Draw what follows from a verdict, fenced by the row's attempt; a row that moved on meanwhile stays as it is."""
    now = timezone.now()
    with transaction.atomic():
        _mark(row, judged.verdict)
        if judged.verdict == Verdict.FOUND:
            _issue(row, judged.assertion_id, now)
        elif judged.verdict == Verdict.ABSENT:
            _send_again_or_reject(row, now)
        elif judged.verdict == Verdict.PERSON:
            waiting = Issuance.objects.filter(pk=row.pk, attempt_no=row.attempt_no, status=S.UNCONFIRMED)
            waiting.update(reason=StatusReason.TO_DECIDE, detail=SENTENCES[judged.why])


def _mark(row: Issuance, verdict: Verdict) -> None:
    last = Look.objects.filter(issuance=row, attempt_no=row.attempt_no).order_by("began_at").last()
    if last is not None and verdict != Verdict.AGAIN:
        Look.objects.filter(pk=last.pk).update(verdict=verdict)


def _issue(row: Issuance, assertion_id: str, now: datetime) -> None:
    record = Assertion.objects.filter(badge=row.badge_id, navigatr_id=assertion_id, issuance=None)
    with transaction.atomic():
        if not _step(row, [S.UNCONFIRMED], S.ISSUED, now):
            return
        if not record.update(issuance=row):
            # Another row was given it since the look: the next look tells.
            transaction.set_rollback(True)
            return
        audit.record("settle", row, by=None, verdict=Verdict.FOUND, assertion=assertion_id)


def _send_again_or_reject(row: Issuance, now: datetime) -> None:
    verb_at = AuditEvent.objects.filter(subject_uuid=row.uuid, actor__isnull=False).order_by("at").last()
    again = Look.objects.filter(issuance=row, verdict=Verdict.ABSENT)
    if verb_at is not None:
        again = again.filter(began_at__gt=verb_at.at)
    # The look that says so now is counted already.
    if again.count() > MOST_SENT_AGAIN:
        detail = "Navigatr gave no usable answer three times, and lists no such badge. Look, then send it again."
        _step(row, [S.UNCONFIRMED], S.REJECTED, now, reason=StatusReason.REFUSED_BY_NAVIGATR, detail=detail)
        return
    issuances.put_back(row.pk, row.attempt_no, now, detail="Navigatr lists no such badge; it was not sent.")
    audit.record("settle", row, by=None, verdict=Verdict.ABSENT)


def mark_sent(*, issuance: Issuance, attempt_no: int, reason: str, by: User) -> None:
    """Take a person's word that Navigatr lists the badge.

    Args:
        attempt_no (int): the attempt that was shown to them.

    Raises:
        InvalidInput: no reason.
        AlreadyTaken: the row has moved on since the page was shown.
    """
    reason = _reason(reason)
    with transaction.atomic():
        if not _step(issuance, [S.UNCONFIRMED], S.ISSUED, timezone.now(), attempt_no=attempt_no):
            raise AlreadyTaken(_MOVED_ON)
        audit.record("settle", issuance, by=by, verdict="marked_sent", attempt=attempt_no, reason=reason)


def send_again(*, issuance: Issuance, attempt_no: int, reason: str, by: User) -> None:
    """Take a person's word that Navigatr does not list the badge, and send it again.

    Raises:
        InvalidInput: no reason.
        AlreadyTaken: the row has moved on since the page was shown.
    """
    reason = _reason(reason)
    with transaction.atomic():
        row = Issuance.objects.get(pk=issuance.pk)
        if row.attempt_no != attempt_no or row.status != S.UNCONFIRMED:
            raise AlreadyTaken(_MOVED_ON)
        issuances.put_back(row.pk, attempt_no, timezone.now(), detail="Sent again by a colleague.")
        if Issuance.objects.filter(pk=row.pk, status=S.UNCONFIRMED).exists():
            raise AlreadyTaken(_MOVED_ON)
        audit.record("settle", issuance, by=by, verdict="send_again", attempt=attempt_no, reason=reason)


_MOVED_ON = "This has been settled since the page was shown; nothing was changed. Look at it again."


def _reason(text: str) -> str:
    reason = clean_line(text, label="reason", most=MAX_REASON)
    if not reason:
        raise InvalidInput("Say what you saw at Navigatr.")
    return reason


def _step(
    row: Issuance, sources: Iterable[S], to: S, now: datetime, *, attempt_no: int | None = None, **fields: Any
) -> bool:
    number = row.attempt_no if attempt_no is None else attempt_no
    try:
        with transaction.atomic():
            return Issuance.step(row.pk, attempt_no=number, sources=sources, to=to, at=now, **fields)
    except IntegrityError:
        return False
