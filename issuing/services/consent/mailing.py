"""Sends the e-mails at their pace: each is marked, and the mark on the disk, before it is handed to the mail server."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from issuing import enqueue
from issuing.enums import MailKind, MailStatus, NotAsked
from issuing.exceptions import SecretUnreadable
from issuing.models import ConsentMail, ConsentRequest, Learner, Mailing
from issuing.queries import asking as reads
from issuing.services import learners
from issuing.services.consent import closing
from issuing.services.consent.asking import is_set_up, why_not
from issuing.services.consent.deciding import remind_later
from issuing.services.consent.letters import letter
from issuing.services.consent.post import Handed, Post, Unreachable
from issuing.workflow.mailing import MOST_TRIES, pause_after
from issuing.workflow.pace import Rate

log = logging.getLogger(__name__)

BUDGET = 8.0
"""Seconds one task sends for; then others have their turn."""
LONGEST_WAIT = 20.0
"""Seconds to the next e-mail that a task waits; a longer pause is the minute's to end."""
HELD = timedelta(seconds=30)
"""For economy only: two that send at once mark each e-mail once, and keep the pace together."""
DOUBTFUL_AFTER = timedelta(seconds=200)
"""Longer than a task may take: whoever marked it is gone."""
ON_HOLD_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Marked:
    """An e-mail that is about to be handed over."""

    mail: ConsentMail
    letter: EmailMessage


def send_due() -> None:
    """Send what is due for some seconds, and hand on where more is left; does nothing while another does it."""
    reap()
    if not is_set_up():
        return
    now = timezone.now()
    Mailing.objects.get_or_create(pk=Mailing.ONLY)
    free = Mailing.objects.filter(Q(held_until=None) | Q(held_until__lt=now) | Q(held_until__gt=now + HELD))
    if not free.filter(pk=Mailing.ONLY).update(held_until=now + HELD):
        return
    try:
        with Post() as post:
            _send(post, time.monotonic() + BUDGET)
    finally:
        Mailing.objects.filter(pk=Mailing.ONLY).update(held_until=None)
    wake_due()


def wake_due() -> bool:
    """Have a worker send, if anything may leave and nobody is at it; returns whether."""
    now, mailing = timezone.now(), reads.mailing()
    is_held = mailing.held_until is not None and mailing.held_until > now
    is_far = mailing.next_at is not None and (mailing.next_at - now).total_seconds() > LONGEST_WAIT
    if not is_set_up() or is_held or is_far or mailing.rests(now) or not _is_due(mailing, now):
        return False
    enqueue.mail()
    return True


def reap() -> int:
    """Say of e-mails whose worker went away that they were perhaps sent; returns how many."""
    now = timezone.now()
    lost = ConsentMail.objects.filter(status=MailStatus.MARKED, marked_at__lt=now - DOUBTFUL_AFTER)
    return lost.update(status=MailStatus.PERHAPS, ended_at=now)


def _is_due(mailing: Mailing, now: datetime) -> bool:
    is_paused = mailing.paused_at is not None
    if reads.due_mails(now, is_paused=is_paused).exists():
        return True
    return not is_paused and reads.due_reminders(now).exists()


def _send(post: Post, ends: float) -> None:
    while True:
        now, mailing = timezone.now(), reads.mailing()
        if mailing.rests(now) or not _is_due(mailing, now):
            return
        wait = max(0.0, (mailing.next_at - now).total_seconds()) if mailing.next_at else 0.0
        wait = min(wait, _spacing())  # one further ahead was written before the clock was set back
        if time.monotonic() >= ends or wait > LONGEST_WAIT:
            return
        time.sleep(wait)
        try:
            post.ready()
            marked = _mark()
        except (Unreachable, SecretUnreadable) as error:
            _rest(str(error))
            return
        if marked is not None:
            _record(marked, post.hand_over(marked.letter))


def _spacing() -> float:
    return Rate.parse(settings.EMAIL_RATE).spacing()


def _mark() -> _Marked | None:
    """Choose what leaves next and mark it; None where that one was not needed any more."""
    with transaction.atomic():
        mailing = Mailing.objects.select_for_update(no_key=True).get(pk=Mailing.ONLY)
        now = timezone.now()
        if mailing.next_at is not None and now < mailing.next_at <= now + timedelta(seconds=_spacing()):
            return None  # somebody else took this moment
        mail = _next(mailing, now)
        if mail is None or not _may_leave(mail, now):
            return None
        if not _is_marked(mail, now):
            return None
        mail.tries += 1
        written = letter(mail)
        mailing.next_at = now + timedelta(seconds=_spacing())
        mailing.held_until = now + HELD
        mailing.save(update_fields=["next_at", "held_until"])
    return _Marked(mail, written)


def _is_marked(mail: ConsentMail, now: datetime) -> bool:
    told: dict[str, Any] = {"marked_at": now, "email_key": mail.learner.email_key}
    waits, begins = [MailStatus.WAITING], mail.tries + 1
    return ConsentMail.step(mail.pk, tries=mail.tries, sources=waits, to=MailStatus.MARKED, begins=begins, **told)


def _next(mailing: Mailing, now: datetime) -> ConsentMail | None:
    """What learners ask for first, then requests in their order, then reminders."""
    is_paused = mailing.paused_at is not None
    whole = ("learner", "request__text__statement__provider", "request__badge", "record__text__statement__provider")
    asked_for = Case(When(kind__in=[MailKind.LINK, MailKind.RECEIPT], then=Value(0)), default=Value(1))
    due = reads.due_mails(now, is_paused=is_paused).select_related(*whole)
    found = due.order_by(asked_for, "due_at", "pk").first()
    if found is not None or is_paused:
        return found
    request = reads.due_reminders(now).order_by("remind_at", "pk").first()
    if request is None:
        return None
    ConsentRequest.objects.filter(pk=request.pk).update(remind_at=None)
    made = ConsentMail.objects.create(
        kind=MailKind.REMINDER, learner_id=request.learner_id, request=request, due_at=now
    )
    return ConsentMail.objects.select_related(*whole).get(pk=made.pk)


def _may_leave(mail: ConsentMail, now: datetime) -> bool:
    """Whether it is still wanted, its learner locked; else it is dropped, or put off while they are on hold."""
    learner = mail.learner = learners.lock(mail.learner_id)
    if learner.merged_into_id is not None or learner.erased_at is not None:
        return _drop(mail, now)
    if mail.request_id is None:
        return True
    whole = ConsentRequest.objects.open().select_related("text__statement__provider", "text__statement__badge")
    request = whole.filter(pk=mail.request_id).first()
    if request is None or not reads.takes_a_yes(request, now):
        return _drop(mail, now)
    why = _why_not(learner, request, now)
    if why == NotAsked.ON_HOLD:
        ConsentMail.objects.filter(pk=mail.pk).update(due_at=now + ON_HOLD_AGAIN)
        return False
    if why is not None and why != NotAsked.ASKED:
        return _drop(mail, now)
    ConsentRequest.objects.filter(pk=request.pk).update(mail=mail)
    return True


def _why_not(learner: Learner, request: ConsentRequest, now: datetime) -> NotAsked | None:
    often = reads.asked_too_often([learner.pk], request.about, now=now)
    return NotAsked.TOO_OFTEN if often else why_not([learner], request.text, now=now).get(learner.pk)


def _drop(mail: ConsentMail, now: datetime) -> bool:
    """Never sent; a request whose first e-mail is dropped ends, for nobody was asked."""
    ConsentMail.step(mail.pk, tries=mail.tries, sources=[MailStatus.WAITING], to=MailStatus.DROPPED)
    if mail.kind == MailKind.ASK and mail.request_id:
        ConsentRequest.objects.open().filter(pk=mail.request_id).update(stopped_at=now, remind_at=None)
        closing.end([mail.request_id])
    return False


def _record(marked: _Marked, handed: Handed) -> None:
    """Write what came of it, by its own try: where that has been given up, the answer is known after all."""
    mail, now = marked.mail, timezone.now()
    status, change = handed.status, dict[str, Any](ended_at=now, detail=handed.detail)
    sources = [MailStatus.MARKED, MailStatus.PERHAPS]
    if status == MailStatus.PERHAPS:
        sources = [MailStatus.MARKED]
    elif status == MailStatus.WAITING:
        sources = [MailStatus.MARKED]
        if mail.tries >= MOST_TRIES and not handed.is_ours:
            status = MailStatus.REFUSED
        else:
            change["due_at"] = now + pause_after(mail.tries)
    with transaction.atomic():
        learner = learners.lock(ConsentMail.objects.values_list("learner_id", flat=True).get(pk=mail.pk))
        if learner.erased_at or learner.lapsed_at:
            change["detail"] = ""  # it may name them, and nobody would remove it any more
        done = ConsentMail.step(mail.pk, tries=mail.tries, sources=sources, to=status, **change)
        if done and status == MailStatus.SENT and mail.request is not None:
            remind_later(mail.request)
    if not handed.is_ours:  # apart: who marks locks the pace first
        Mailing.objects.filter(pk=Mailing.ONLY).exclude(failures=0).update(failures=0, rests_until=None, rests_why="")
    if handed.is_ours:
        _rest(handed.detail)


def _rest(why: str) -> None:
    """Send nothing for a while; what waits stays waiting."""
    with transaction.atomic():
        mailing = Mailing.objects.select_for_update(no_key=True).get(pk=Mailing.ONLY)
        mailing.failures += 1
        mailing.rests_until = timezone.now() + pause_after(mailing.failures)
        mailing.rests_why = why[:300]
        mailing.save(update_fields=["failures", "rests_until", "rests_why"])
    log.warning("E-mail rests until %s: %s", mailing.rests_until, why)
