"""Blanks what names a person in each table, in the caller's transaction; every function may run again without harm."""

from datetime import datetime
from typing import Final

from django.db.models import F, Q, QuerySet

from issuing import queries
from issuing.enums import IssuanceStatus, MailStatus, StatusReason
from issuing.models import (
    Attempt,
    ConsentEvidence,
    ConsentLink,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    Issuance,
    Learner,
    Revocation,
    RightsRequest,
    User,
)
from issuing.queries import personal

ERASED: Final = "(erased)"
"""Stands where a text has to be, and says that it was erased."""
TO_NAVIGATR: Final = "The learner asked for it."
"""The reason of a revocation that Navigatr is still to be asked for; it is shown to the learner."""
REASON: Final = "reason"
S = IssuanceStatus


def cancel_waiting(learner: Learner, at: datetime) -> int:
    """Cancel what waits for them or needs a person; returns how many.

    A row of which a late answer says that it was sent is not cancelled but issued.
    """
    cancelled = 0
    wanted = learner.issuances.all() | personal.sent_elsewhere(learner)
    rows = wanted.filter(status__in=[S.QUEUED, S.REJECTED]).order_by("pk").select_for_update(no_key=True)
    for row in rows:
        was_sent = queries.accepted_attempts(row.pk).exists()
        to, reason = (S.ISSUED, StatusReason.NONE) if was_sent else (S.CANCELLED, StatusReason.LEARNER_ERASED)
        sources = [S.QUEUED, S.REJECTED]
        done = Issuance.step(row.pk, attempt_no=row.attempt_no, sources=sources, to=to, at=at, reason=reason)
        cancelled += int(done and not was_sent)
    return cancelled


def issuances(learner: Learner) -> None:
    """Names, address, evidence and free text of their badges, of each call and each request to revoke."""
    badges = Issuance.objects.filter(learner=learner)
    texts = ("first_name", "last_name", "email", "first_key", "last_key", "organisation", "evidence_text")
    badges.update(**dict.fromkeys((*texts, "evidence_url", "detail"), ""))
    badges.exclude(reissue_reason="").update(reissue_reason=ERASED)
    Attempt.objects.filter(issuance__learner=learner).update(detail="", answer=None)
    asked = Revocation.objects.filter(issuance__learner=learner)
    asked.filter(ended_at=None).update(reason=TO_NAVIGATR, detail="")
    asked.exclude(ended_at=None).update(reason=ERASED, detail="")


def address_elsewhere(learner: Learner) -> None:
    """Their address on badges and rows of others, to whom it belonged before or by mistake."""
    badges = personal.sent_elsewhere(learner)
    Attempt.objects.filter(issuance__in=badges).update(detail="", answer=None)
    badges.update(email="", detail="")
    personal.rows_elsewhere(learner).update(email="", problems=[], repairs=[])


def consent(learner: Learner) -> None:
    """Who answered for them, every note and every file that proves an answer; the answer, its day and wording stay."""
    records = learner.consent_records.all()
    texts = ("giver_relation", "giver_reason", "giver_contact", "evidence_note", "invalidated_note")
    records.update(**dict.fromkeys(texts, ""))
    ConsentEvidence.objects.filter(record__learner=learner).delete()
    _shared_evidence(records)
    named = records.exclude(giver_name="").exclude(giver_name=ERASED)
    # Numbered, so that two who answered for them stay two.
    for number, key in enumerate(sorted(set(named.values_list("giver_key", flat=True))), start=1):
        named.filter(giver_key=key).update(giver_name=ERASED, giver_key=f"{key.partition(':')[0]}:{number}")


def _shared_evidence(records: QuerySet[ConsentRecord]) -> None:
    """A file that proves others' answers too stays with theirs, and goes with the last of them."""
    shared = list(records.exclude(shared_evidence=None).values_list("shared_evidence", flat=True).distinct())
    records.update(shared_evidence=None)
    ConsentEvidence.objects.filter(pk__in=shared, shared_by=None).delete()


def asking(learner: Learner, at: datetime, by: User | None) -> None:
    """Their personal links, which open nothing any more, and what a mail server said of their address."""
    entries = personal.entries_of(learner)  # a link stays with the entry it was mailed for
    ConsentLink.objects.filter(learner__in=entries).delete()
    mails = ConsentMail.objects.filter(learner__in=entries)
    for mail in mails.filter(status=MailStatus.WAITING):
        ConsentMail.step(mail.pk, tries=mail.tries, sources=[MailStatus.WAITING], to=MailStatus.DROPPED, ended_at=at)
    mails.update(detail="")
    # After their e-mails, as whoever writes down what came of one locks them.
    ConsentRequest.objects.open().filter(learner__in=entries).update(stopped_at=at, stopped_by=by, remind_at=None)


def acts(learner: Learner) -> None:
    """The reasons that staff gave for what they did; that they did it stays."""
    for event in personal.acts_about(learner).filter(details__has_key=REASON):
        del event.details[REASON]
        event.save(update_fields=["details"])


def requests(learner: Learner, at: datetime, by: User | None) -> None:
    """Their own requests are answered by erasing."""
    still_open = RightsRequest.objects.filter(learner__in=personal.entries_of(learner), closed_at=None)
    still_open.update(closed_at=at, closed_by=by or F("noted_by"))


def learner_itself(learner: Learner, at: datetime) -> None:
    """Names, address, number and the note of a hold, of their entry and of those merged into it; the key stays."""
    entries = Q(pk__in=[one.pk for one in personal.entries_of(learner)])
    texts = ("first_name", "last_name", "email", "student_number", "on_hold_note", "search")
    Learner.objects.filter(entries).update(**dict.fromkeys(texts, ""), on_hold_since=None, under_13_since=None)
    Learner.objects.filter(pk=learner.pk, erased_at=None).update(erased_at=at)
