"""Keeps what staff decide about a link or a receipt that did not reach its learner."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from issuing import enqueue
from issuing.enums import MailStatus
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import ConsentMail, Learner, User
from issuing.queries import mails as reads
from issuing.services import audit, learners
from issuing.services.consent import asking

MOVED_ON = "This e-mail has moved on meanwhile. Look at it again; nothing was done."


def mail_again(*, mail: ConsentMail, by: User) -> None:
    """E-mail a link or a receipt once more, to the learner's address of today.

    Raises:
        InvalidInput: e-mail is not set up.
        AlreadyTaken: it was dealt with, or its learner was erased or merged.
    """
    if not asking.is_set_up():
        raise InvalidInput(asking.NOT_SET_UP)
    with transaction.atomic():
        learner = _deal_with(mail, by)
        made = {"kind": mail.kind, "record_id": mail.record_id, "due_at": timezone.now()}
        ConsentMail.objects.create(learner=learner, **made)
        audit.record("mail_again", mail, by=by)
        enqueue.mail()


def mail_undelivered(*, mail: ConsentMail, by: User) -> None:
    """Note that a link or a receipt came back: it then waits for a person, as one does that was refused.

    Raises:
        AlreadyTaken: it did not leave, was e-mailed again since, or its learner was erased.
    """
    sources = [MailStatus.SENT, MailStatus.PERHAPS]
    with transaction.atomic():
        _lock(mail)
        # Whoever said before that it arrived is overruled: their word would hide it.
        told: dict[str, Any] = {"decided_at": None, "decided_by": None}
        done = ConsentMail.step(mail.pk, tries=None, sources=sources, to=MailStatus.UNDELIVERED, **told)
        if not done or not reads.stranded().filter(pk=mail.pk).exists():
            raise AlreadyTaken(MOVED_ON)
        audit.record("undelivered", mail, by=by)


def set_aside(*, mail: ConsentMail, by: User) -> None:
    """Note that nothing is to be done about it; one that was perhaps sent has arrived.

    Raises:
        AlreadyTaken: it was dealt with, or its learner was erased or merged.
    """
    with transaction.atomic():
        _deal_with(mail, by)
        has_arrived = ConsentMail.step(mail.pk, tries=None, sources=[MailStatus.PERHAPS], to=MailStatus.SENT)
        audit.record("arrived" if has_arrived else "set_aside", mail, by=by)


def _deal_with(mail: ConsentMail, by: User) -> Learner:
    """Its learner of today, locked, once the e-mail is nobody's to look at any more."""
    learner = _lock(mail)
    waits = ConsentMail.objects.filter(pk__in=list(reads.stranded().filter(pk=mail.pk).values_list("pk", flat=True)))
    if not waits.filter(decided_at=None).update(decided_at=timezone.now(), decided_by=by):
        raise AlreadyTaken(MOVED_ON)
    return learner


def _lock(mail: ConsentMail) -> Learner:
    found = mail.learner
    while found.merged_into is not None:
        found = found.merged_into
    return learners.lock_present(found.pk)
