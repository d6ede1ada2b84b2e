"""Keeps what staff decide about a request that was made, and pauses them all."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from issuing import enqueue, queries
from issuing.enums import MailStatus
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import ConsentMail, ConsentRequest, Mailing, Roster, User
from issuing.queries import asking as reads
from issuing.queries.roster_consent import open_requests
from issuing.services import audit, learners
from issuing.services.consent import asking, closing
from issuing.workflow.mailing import next_reminder

MOVED_ON = "This request has moved on meanwhile. Look at it again; nothing was changed."


def send_again(*, request: ConsentRequest, by: User) -> None:
    """E-mail a request once more, whose last e-mail was refused, came back, or perhaps never left.

    Raises:
        InvalidInput: they were e-mailed as often as is allowed, or e-mail is not set up.
        AlreadyTaken: it was answered or ended, or an e-mail is on its way.
    """
    if not asking.is_set_up():
        raise InvalidInput(asking.NOT_SET_UP)
    now = timezone.now()
    with transaction.atomic():
        locked = _open(request, [MailStatus.REFUSED, MailStatus.PERHAPS, MailStatus.UNDELIVERED])
        if reads.asked_too_often([locked.learner_id], locked.about, now=now):
            raise InvalidInput(
                f"They were e-mailed {reads.MOST_MAILS} times about this within {reads.MOST_MAILS_IN.days} days, which "
                "is as often as is allowed. Nothing was sent."
            )
        asking.mail_request(locked, now)
        audit.record("send_again", locked, by=by)
        enqueue.mail()


def arrived(*, request: ConsentRequest, by: User) -> None:
    """Note that an e-mail of which the program knows no end has arrived.

    Raises:
        AlreadyTaken: that is settled by now.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = _open(request, [MailStatus.PERHAPS])
        assert locked.mail is not None  # noqa: S101 - its status was just looked at
        told: dict[str, Any] = {"ended_at": now, "decided_at": now, "decided_by": by, "detail": ""}
        if not ConsentMail.step(locked.mail.pk, tries=None, sources=[MailStatus.PERHAPS], to=MailStatus.SENT, **told):
            raise AlreadyTaken(MOVED_ON)  # its worker's answer came after all
        remind_later(locked)
        audit.record("arrived", locked, by=by)


def undelivered(*, request: ConsentRequest, by: User) -> None:
    """Note that an e-mail came back; nobody is reminded at an address that takes none.

    Raises:
        AlreadyTaken: it was answered or ended, or did not leave.
    """
    now, sources = timezone.now(), [MailStatus.SENT, MailStatus.PERHAPS]
    with transaction.atomic():
        locked = _open(request, sources)
        assert locked.mail is not None  # noqa: S101 - its status was just looked at
        told: dict[str, Any] = {"decided_at": now, "decided_by": by}
        if not ConsentMail.step(locked.mail.pk, tries=None, sources=sources, to=MailStatus.UNDELIVERED, **told):
            raise AlreadyTaken(MOVED_ON)
        closing.end([locked.pk])  # a reminder that was put off
        ConsentRequest.objects.filter(pk=locked.pk).update(remind_at=None)
        audit.record("undelivered", locked, by=by)


def stop(*, request: ConsentRequest, by: User) -> None:
    """End a request: no reminder, and no yes by its link; the link still takes a no.

    Raises:
        AlreadyTaken: it was answered or ended already.
    """
    with transaction.atomic():
        locked = _open(request, list(MailStatus))
        ConsentRequest.objects.filter(pk=locked.pk).update(stopped_at=timezone.now(), stopped_by=by, remind_at=None)
        closing.end([locked.pk])
        audit.record("stop", locked, by=by)


def stop_of_roster(*, roster: Roster, by: User) -> int:
    """End every open request that was made from a roster, as `stop` ends one; how many.

    What its people were asked elsewhere goes on.

    Raises:
        AlreadyTaken: none is open any more.
    """
    now = timezone.now()
    wanted = open_requests(roster, now=now)
    with transaction.atomic():
        for part in queries.batched(sorted(set(wanted.values_list("learner", flat=True)))):
            learners.lock_many(part)
        # Read again: who answered before they were locked keeps their answer.
        found = list(wanted.order_by("pk"))
        if not found:
            raise AlreadyTaken("No request made from this list is open any more. Nothing was changed.")
        for ids in queries.batched([one.pk for one in found]):
            ended = ConsentRequest.objects.open().filter(pk__in=ids)
            ended.update(stopped_at=now, stopped_by=by, remind_at=None)
            closing.end(ids)
        audit.record_many("stop", ((one, {}) for one in found), by=by)
        audit.record("stop_asking", roster, by=by, requests=len(found))
    return len(found)


def _open(request: ConsentRequest, statuses: Collection[MailStatus]) -> ConsentRequest:
    """The request, its learner locked, while it has no answer and its e-mail stands so."""
    learners.lock(request.learner_id)
    found = ConsentRequest.objects.open().select_related("learner", "mail", "text__statement")
    locked = found.filter(pk=request.pk, mail__status__in=statuses).first()
    if locked is None:
        raise AlreadyTaken(MOVED_ON)
    if locked.learner.merged_into_id is not None or locked.learner.erased_at is not None:
        raise AlreadyTaken("This learner was merged with another entry, or erased. Nothing was changed.")
    return locked


def remind_later(request: ConsentRequest) -> None:
    """Note when the next reminder is due, counted from the first e-mail that was sent; none after the last."""
    sent = request.mails.filter(status=MailStatus.SENT).order_by("marked_at")
    first = sent.first()
    at = None
    if first is not None and first.marked_at is not None:
        at = next_reminder(first.marked_at, sent.count(), settings.CONSENT_REMINDER_DAYS)
    ConsentRequest.objects.open().filter(pk=request.pk).update(remind_at=at)


def pause(*, by: User) -> None:
    """Let no request and no reminder leave until somebody resumes; receipts and links that learners ask for go on.

    Raises:
        AlreadyTaken: it is paused already.
    """
    _set_pause(True, by)


def resume(*, by: User) -> None:
    """Let them leave again.

    Raises:
        AlreadyTaken: it is not paused.
    """
    _set_pause(False, by)


def _set_pause(is_paused: bool, by: User) -> None:
    with transaction.atomic():
        Mailing.objects.get_or_create(pk=Mailing.ONLY)
        found = Mailing.objects.select_for_update(no_key=True).get(pk=Mailing.ONLY)
        if (found.paused_at is not None) == is_paused:
            raise AlreadyTaken("A colleague has just done this. Nothing was done twice.")
        found.paused_at, found.paused_by = (timezone.now(), by) if is_paused else (None, None)
        found.save(update_fields=["paused_at", "paused_by"])
        audit.record("pause" if is_paused else "resume", found, by=by)
        if not is_paused:
            enqueue.mail()
