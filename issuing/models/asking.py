"""Asking learners for consent by e-mail: their personal links, the requests, and every e-mail."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from issuing.enums import Decision, MailKind, MailStatus
from issuing.exceptions import StepRefused
from issuing.fields import SecretField
from issuing.models.badge import Badge
from issuing.models.consent import ConsentRecord, ConsentText
from issuing.models.learner import Learner
from issuing.models.roster import Roster
from issuing.workflow.mailing import ON_ITS_WAY, STEPS


class ConsentLink(models.Model):
    """The personal address at which one learner answers and withdraws, as it was mailed to one of their addresses.

    The secret in it is kept encrypted, so that a reminder carries the same link, and as the hash that finds it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="consent_links")
    email_key = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64, unique=True)
    secret = SecretField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "issuing_consent_link"
        constraints = [
            models.UniqueConstraint(fields=["learner", "email_key"], name="link_one_per_learner_and_address")
        ]

    def __str__(self) -> str:
        return f"link of learner {self.learner_id}"


class ConsentRequestQuerySet(models.QuerySet["ConsentRequest"]):
    def open(self) -> "ConsentRequestQuerySet":
        """Those without an answer that nobody ended; their last day may be over."""
        return self.filter(answer="", answered_at=None, stopped_at=None)


class ConsentRequest(models.Model):
    """One learner asked for consent by one member of staff.

    `about` is equal for requests that ask for the same: a provider's badges, or one badge with words of its own.
    `mail` is the latest e-mail that left or is about to; `remind_at` when the next one is due. `answer` follows the
    learner's records (`services.consent.closing`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="consent_requests")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=50)
    badge = models.ForeignKey(Badge, null=True, on_delete=models.PROTECT, related_name="+")
    roster = models.ForeignKey(Roster, null=True, on_delete=models.SET_NULL, related_name="consent_requests")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    mail = models.ForeignKey("ConsentMail", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Decision, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    record = models.ForeignKey(ConsentRecord, null=True, on_delete=models.PROTECT, related_name="requests")
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ConsentRequestQuerySet.as_manager()

    class Meta:
        db_table = "issuing_consent_request"
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "about"],
                condition=Q(answer="", stopped_at=None),
                name="request_one_open_per_question",
            ),
            models.CheckConstraint(condition=Q(answer__in=["", *Decision.values]), name="request_answer_known"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, record=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, record__isnull=False)),
                name="request_answered_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="request_to_remind"),
            # Conditions hold no value: SQLite compares those of an index with no parameter.
            models.Index(fields=["id"], condition=Q(answered_at=None, stopped_at=None), name="request_open"),
            models.Index(fields=["id"], condition=Q(answered_at=None, stopped_at__isnull=False), name="request_ended"),
            models.Index(fields=["answer"], condition=Q(answered_at__isnull=False), name="request_answered"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class ConsentMail(models.Model):
    """One e-mail to a learner, marked before it is handed to the mail server.

    `tries` names the handing over that an outcome belongs to. Neither address nor text is kept; `email_key` says to
    which address it went.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=MailKind)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="consent_mails")
    request = models.ForeignKey(ConsentRequest, null=True, on_delete=models.PROTECT, related_name="mails")
    record = models.ForeignKey(ConsentRecord, null=True, on_delete=models.PROTECT, related_name="receipts")
    status = models.CharField(max_length=12, choices=MailStatus, default=MailStatus.WAITING)
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    marked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    email_key = models.CharField(max_length=64, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "issuing_consent_mail"
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(status__in=sorted(ON_ITS_WAY), request__isnull=False),
                name="mail_one_on_its_way_per_request",
            ),
            models.CheckConstraint(condition=Q(kind__in=MailKind.values), name="mail_kind_known"),
            models.CheckConstraint(condition=Q(status__in=MailStatus.values), name="mail_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=[MailStatus.WAITING, MailStatus.DROPPED])
                | (Q(marked_at__isnull=False, tries__gt=0) & ~Q(email_key="")),
                name="mail_left_once_marked",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_at"], name="mail_by_status"),
            models.Index(
                fields=["request", "decided_at", "status"],
                condition=Q(request=None, decided_at=None),
                name="mail_without_request",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @staticmethod
    def step(
        mail_id: int,
        *,
        tries: int | None,
        sources: Iterable[MailStatus],
        to: MailStatus,
        begins: int | None = None,
        **fields: Any,
    ) -> bool:
        """Change the status, the only way there is.

        Args:
            tries (int | None): the handing over that this belongs to; another one since then refuses it.
            begins (int | None): number of the handing over that begins with this change.

        Returns:
            False where it stands elsewhere by now: nothing was changed.

        Raises:
            StepRefused: the table of steps has no such step.
        """
        wanted = set(sources)
        if not all(to in STEPS[source] for source in wanted):
            raise StepRefused(f"No step leads from {sorted(wanted)} to {to}.")
        rows = ConsentMail.objects.filter(pk=mail_id, status__in=wanted)
        if tries is not None:
            rows = rows.filter(tries=tries)
        if begins is not None:
            fields["tries"] = begins
        return rows.update(status=to, **fields) == 1


class Mailing(models.Model):
    """The one row that keeps the pace of e-mails, their rest after a failure, and whether staff paused them."""

    ONLY = 1

    next_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    rests_why = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paused_at=None, paused_by=None) | Q(paused_at__isnull=False, paused_by__isnull=False),
                name="mailing_paused_with_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return "the pace of e-mails"

    def rests(self, now: datetime) -> bool:
        """Whether nothing is sent for a while because the mail server could not be reached."""
        return self.rests_until is not None and self.rests_until > now


class LinkTry(models.Model):
    """Somebody asked for the link of an address; kept as keyed hashes for as long as it counts, a day."""

    address = models.CharField(max_length=64)
    place = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "issuing_link_try"
        indexes = [
            models.Index(fields=["address", "at"], name="link_try_address_at"),
            models.Index(fields=["place", "at"], name="link_try_place_at"),
        ]

    def __str__(self) -> str:
        return f"link asked for at {self.at}"
