"""Asks learners for consent by e-mail, and keeps what staff decide about each request."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from issuing import enqueue
from issuing.enums import ConsentState, Disposition, MailKind, NotAsked, RowDecision
from issuing.exceptions import InvalidInput
from issuing.models import (
    Badge,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    ConsentText,
    Learner,
    Roster,
    RosterRow,
    User,
)
from issuing.models.inserting import insert_many
from issuing.queries import asking as reads
from issuing.queries import scope_states
from issuing.services import audit, learners
from issuing.services.consent import closing

CHUNK = 500
NOT_SET_UP = "E-mail is not set up: whoever runs this program sets EMAIL_URL. Nothing was sent."
_ANSWERED = {ConsentState.GIVEN: NotAsked.AGREED, ConsentState.UNDER_13: NotAsked.UNDER_13}


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked.

    Args:
        text (ConsentText): the words in force; its statement says what a yes is to.
        badge (Badge | None): named in the e-mail.
        ends_at (datetime | None): after it no yes is taken and nobody is reminded; aware.
    """

    text: ConsentText
    badge: Badge | None = None
    ends_at: datetime | None = None


@dataclass(slots=True)
class Asked:
    """Whom a press asked, and why it asked others not.

    Args:
        count (int): requests that were made.
        left_out (dict): how many others, by why.
    """

    count: int = 0
    left_out: Counter[NotAsked] = field(default_factory=Counter)


def is_set_up() -> bool:
    """Whether e-mail leaves this machine; in practice it goes to files, which does as well there."""
    return settings.IS_PRACTICE or settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend")


def why_not(people: Collection[Learner], text: ConsentText, *, now: datetime) -> dict[int, NotAsked]:
    """Of these learners those who cannot be asked with these words now, and why."""
    statement = text.statement
    about, found = reads.about_of(statement), dict[int, NotAsked]()
    ids = [one.pk for one in people]
    states = scope_states(people, statement.provider, statement.badge, now=now)
    is_open = ConsentRequest.objects.open().filter(learner__in=ids, about=about)
    asked = {one.learner_id for one in is_open if one.ends_at is None or one.ends_at > now}
    often = reads.asked_too_often(ids, about, now=now)
    for one in people:
        state = states.get(one.pk, ConsentState.NONE)
        if one.merged_into_id is not None or one.erased_at is not None:
            found[one.pk] = NotAsked.GONE
        elif state != ConsentState.NONE:
            found[one.pk] = _ANSWERED.get(state, NotAsked.SAID_NO)
        elif one.on_hold_since is not None:
            found[one.pk] = NotAsked.ON_HOLD
        elif one.pk in asked:
            found[one.pk] = NotAsked.ASKED
        elif one.pk in often:
            found[one.pk] = NotAsked.TOO_OFTEN
    return found


def foresee_asking(*, people: Iterable[Learner], text: ConsentText) -> Asked:
    """What asking them with these words would come to now."""
    now, done = timezone.now(), Asked()
    for chunk in _chunks(people):
        out = why_not(chunk, text, now=now)
        done.left_out.update(out.values())
        done.count += len(chunk) - len(out)
    return done


def foresee_roster(*, roster: Roster, text: ConsentText) -> Asked:
    """The same for a roster's rows that need consent; who is not known yet can be asked."""
    rows = list(roster.rows.filter(disposition=Disposition.NEEDS_CONSENT).values_list("email_key", "decided_about"))
    decided = {learner_id for _key, learner_id in rows if learner_id}
    keys = sorted({key for key, learner_id in rows if not learner_id})
    known = list(Learner.objects.filter(pk__in=decided))
    for start in range(0, len(keys), CHUNK):
        known += Learner.objects.filter(email_key__in=keys[start : start + CHUNK])
    done = foresee_asking(people=known, text=text)
    done.count += len(set(keys) - {one.email_key for one in known})
    return done


def ask(*, people: Iterable[Learner], what: Ask, by: User, roster: Roster | None = None) -> Asked:
    """Ask learners by e-mail, as soon as the pace allows; who cannot be asked is counted, not asked.

    In steps of five hundred, each its own transaction: after a crash the same press asks the rest.

    Raises:
        InvalidInput: e-mail is not set up, the words are not in force, or the asking ends before it begins.
    """
    now = timezone.now()
    _check(what, now)
    done = Asked()
    for chunk in _chunks(people):
        with transaction.atomic():
            learners.lock_many(one.pk for one in chunk)
            present = list(Learner.objects.filter(pk__in=[one.pk for one in chunk]).order_by("pk"))
            out = why_not(present, what.text, now=now)
            done.left_out.update(out.values())
            done.count += _ask([one for one in present if one.pk not in out], what, by, roster, now)
    return done


def ask_roster(*, roster: Roster, what: Ask, by: User) -> Asked:
    """Ask everybody in a roster's rows that need consent; who is not known yet is added."""
    _check(what, timezone.now())
    rows = roster.rows.filter(disposition=Disposition.NEEDS_CONSENT).select_related("decided_about").order_by("row_no")
    return ask(people=_people(list(rows), by), what=what, by=by, roster=roster)


def _people(rows: Sequence[RosterRow], by: User) -> list[Learner]:
    decided = [row.decided_about for row in rows if row.decision == RowDecision.SAME_PERSON and row.decided_about]
    others = [row for row in rows if not (row.decision == RowDecision.SAME_PERSON and row.decided_about)]
    people = (
        (row.email_key, learners.Person(row.first_name, row.last_name, row.email, row.student_number)) for row in others
    )
    return [*decided, *learners.add_many(people=people, by=by).values()]


def _check(what: Ask, now: datetime) -> None:
    if not is_set_up():
        raise InvalidInput(NOT_SET_UP)
    statement = what.text.statement
    if what.text not in reads.texts_in_force(statement.provider, statement.badge):
        raise InvalidInput("This wording is not in force any more. Look at the present one; nobody was asked.")
    if what.ends_at is not None and what.ends_at <= now:
        raise InvalidInput("The last day for answers is over already. Choose a later one; nobody was asked.")


def _ask(people: Sequence[Learner], what: Ask, by: User, roster: Roster | None, now: datetime) -> int:
    about = reads.about_of(what.text.statement)
    ended = ConsentRequest.objects.open().filter(learner__in=people, about=about)  # their last day is over
    closing.end(ended.values_list("pk", flat=True))
    ended.update(stopped_at=now, remind_at=None)
    for one in people:
        request = ConsentRequest.objects.create(
            learner=one,
            text=what.text,
            about=about,
            badge=what.badge,
            roster=roster,
            asked_at=now,
            asked_by=by,
            ends_at=what.ends_at,
        )
        mail_request(request, now)
        audit.record("request", request, by=by)
    if people:
        enqueue.mail()
    return len(people)


def mail_request(request: ConsentRequest, now: datetime) -> None:
    """Let a request wait to be e-mailed; in the caller's transaction, which wakes a worker."""
    mail = ConsentMail.objects.create(kind=MailKind.ASK, learner=request.learner, request=request, due_at=now)
    ConsentRequest.objects.filter(pk=request.pk).update(mail=mail, remind_at=None)


def mail_receipt(*, record: ConsentRecord, by: User | None) -> None:
    """E-mail the learner what was recorded, with the link to withdraw.

    Raises:
        InvalidInput: e-mail is not set up.
    """
    if not is_set_up():
        raise InvalidInput(NOT_SET_UP)
    with transaction.atomic():
        learner = learners.lock_present(record.learner_id)
        ConsentMail.objects.create(kind=MailKind.RECEIPT, learner=learner, record=record, due_at=timezone.now())
        audit.record("mail", record, by=by)
        enqueue.mail()


def mail_receipts(*, records: Sequence[ConsentRecord], by: User) -> None:
    """The same for many, in the transaction that recorded them, their learners locked.

    Raises:
        InvalidInput: e-mail is not set up.
    """
    if not is_set_up():
        raise InvalidInput(NOT_SET_UP)
    given = {"kind": MailKind.RECEIPT, "due_at": timezone.now()}
    rows = ({"learner_id": one.learner_id, "record_id": one.pk} for one in records)
    insert_many(ConsentMail, rows, common=given)
    audit.record_many("mail", ((one, {}) for one in records), by=by)
    enqueue.mail()


def _chunks(people: Iterable[Learner]) -> Iterator[list[Learner]]:
    every = sorted({one.pk: one for one in people}.values(), key=lambda one: one.pk)
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]
