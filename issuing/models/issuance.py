"""Badges on their way to learners, and every call made for them."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from issuing.enums import Effect, IssuanceStatus, Outcome, StatusReason
from issuing.exceptions import StepRefused
from issuing.models.badge import Badge
from issuing.models.connection import Connection
from issuing.models.consent import ConsentRecord
from issuing.models.learner import Learner
from issuing.models.roster import Roster, RosterRow
from issuing.models.searching import NameKey
from issuing.workflow.steps import LIVE, STEPS

TAKEN = "This learner is already being sent this badge, or has it; nothing was done twice."


_NAMES_FIRST = ["varchar_pattern_ops", "varchar_pattern_ops", "varchar_ops", "int8_ops"]


class IssuanceQuerySet(models.QuerySet["Issuance"]):
    def live(self) -> "IssuanceQuerySet":
        """Those that hold their key."""
        return self.filter(status__in=LIVE)

    def for_connection(self, connection_id: int) -> "IssuanceQuerySet":
        return self.filter(badge__provider__connection=connection_id)

    def due(self, now: datetime) -> "IssuanceQuerySet":
        """Those waiting whose time has come, and of whom neither badge nor learner is held, in their order."""
        return (
            self.filter(status=IssuanceStatus.QUEUED, badge__hold="", learner__on_hold_since=None)
            .filter(Q(not_before=None) | Q(not_before__lte=now))
            .order_by("id")
        )


class Issuance(models.Model):
    """One badge for one learner, from confirmation to its end, with the names and address as they will be sent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="issuances", db_index=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="issuances")
    roster = models.ForeignKey(Roster, null=True, on_delete=models.PROTECT, related_name="issuances", db_index=False)
    row = models.ForeignKey(RosterRow, null=True, on_delete=models.SET_NULL, related_name="issuances")
    email_key = models.CharField(max_length=64)
    reissue_no = models.PositiveIntegerField(default=0)
    reissue_reason = models.CharField(max_length=500, blank=True)
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by", db_index=False
    )
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    first_key = NameKey(source="first_name")
    last_key = NameKey(source="last_name")
    organisation = models.CharField(max_length=200, blank=True)
    issue_date = models.CharField(max_length=40, blank=True)
    end_date = models.CharField(max_length=40, blank=True)
    evidence_text = models.TextField(blank=True)
    evidence_url = models.CharField(max_length=2000, blank=True)
    status = models.CharField(max_length=12, choices=IssuanceStatus, default=IssuanceStatus.QUEUED)
    reason = models.CharField(max_length=20, choices=StatusReason, blank=True, default=StatusReason.NONE)
    reason_at = models.DateTimeField(null=True)
    """When what the reason speaks of was said, ended or noted, where it has a time."""
    detail = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    attempt_no = models.PositiveIntegerField(default=0)
    allowed_by = models.ForeignKey(ConsentRecord, null=True, on_delete=models.PROTECT, related_name="issuances")
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    perhaps_twice_since = models.DateTimeField(null=True)
    """When Navigatr accepted a call for it although it had moved on here; None once a person has looked."""

    objects = IssuanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["badge", "email_key", "reissue_no"],
                condition=Q(status__in=sorted(LIVE)),
                name="issuance_one_live_per_key",
                violation_error_message=TAKEN,
            ),
            models.CheckConstraint(condition=Q(status__in=IssuanceStatus.values), name="issuance_status_known"),
            models.CheckConstraint(condition=Q(reason__in=StatusReason.values), name="issuance_reason_known"),
            models.CheckConstraint(
                condition=~Q(status__in=[IssuanceStatus.REJECTED, IssuanceStatus.CANCELLED]) | ~Q(reason=""),
                name="issuance_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[IssuanceStatus.SENDING, IssuanceStatus.UNCONFIRMED])
                | Q(attempt_no__gt=0, allowed_by__isnull=False),
                name="issuance_sent_with_attempt_and_consent",
            ),
            models.CheckConstraint(
                condition=Q(status=IssuanceStatus.ISSUED, issued_at__isnull=False)
                | (~Q(status=IssuanceStatus.ISSUED) & Q(issued_at=None)),
                name="issuance_issued_with_time",
            ),
            models.CheckConstraint(
                condition=Q(reissue_no=0) | ~Q(reissue_reason=""), name="issuance_reissued_with_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["roster", "id"], condition=Q(status="queued"), name="issuance_queued_by_roster"),
            models.Index(fields=["roster", "status"], name="issuance_roster_status"),
            models.Index(
                fields=["status", "changed_at"],
                condition=Q(status__in=["sending", "unconfirmed"]),
                name="issuance_open",
            ),
            models.Index(fields=["badge", "email_key"], name="issuance_badge_key"),
            # For History: each filter alone gives its rows in order, newest first, however deep.
            models.Index(fields=["badge", "id"], name="issuance_badge_order"),
            models.Index(fields=["badge", "status", "id"], name="issuance_badge_status"),
            models.Index(fields=["status", "id"], name="issuance_status_order"),
            models.Index(fields=["roster", "id"], name="issuance_roster_order"),
            models.Index(fields=["confirmed_at", "id"], name="issuance_confirmed"),
            models.Index(fields=["email_key", "id"], name="issuance_address"),
            # Without the many that replace none: SQLite would take a whole index for useless.
            models.Index(fields=["replaces"], condition=Q(replaces__isnull=False), name="issuance_replacing"),
            # With all that a count asks of them, so that no row itself is read.
            models.Index(
                fields=["first_key", "last_key", "status", "badge"], opclasses=_NAMES_FIRST, name="issuance_first_name"
            ),
            models.Index(
                fields=["last_key", "first_key", "status", "badge"], opclasses=_NAMES_FIRST, name="issuance_last_name"
            ),
            models.Index(fields=["id"], condition=Q(perhaps_twice_since__isnull=False), name="issuance_perhaps_twice"),
            models.Index(
                fields=["issued_at", "badge", "roster"],
                condition=Q(issued_at__isnull=False),
                name="issuance_issued_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @staticmethod
    def step(
        issuance_id: int,
        *,
        attempt_no: int | None,
        sources: Iterable[IssuanceStatus],
        to: IssuanceStatus,
        at: datetime,
        begins: int | None = None,
        **fields: Any,
    ) -> bool:
        """Change the status, the only way there is.

        Args:
            attempt_no (int | None): the attempt this change belongs to; another attempt since then refuses it.
            sources (Iterable[IssuanceStatus]): statuses it may be in.
            at (datetime): when; aware.
            begins (int | None): number of the attempt that begins with this change.
            fields: what else is known of the new status, e.g. `reason`, `detail`.

        Returns:
            False where somebody else has the row by now: nothing was changed, stop and read again.

        Raises:
            StepRefused: the table of steps has no such step.
        """
        wanted = set(sources)
        if not all(to in STEPS[source] for source in wanted):
            raise StepRefused(f"No step leads from {sorted(wanted)} to {to}.")
        rows = Issuance.objects.filter(pk=issuance_id, status__in=wanted)
        if attempt_no is not None:
            rows = rows.filter(attempt_no=attempt_no)
        change: dict[str, Any] = {"reason": StatusReason.NONE, "reason_at": None, "detail": "", **fields}
        if begins is not None:
            change["attempt_no"] = begins
        if to == IssuanceStatus.ISSUED:
            change.setdefault("issued_at", at)
        return rows.update(status=to, changed_at=at, **change) == 1


class Attempt(models.Model):
    """One call for one issuance. Written before the call; its outcome is filled in once, by its own worker.

    `answer` is the accepted answer without the recipient's names and address.
    """

    issuance = models.ForeignKey(Issuance, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="+")
    secret_version = models.PositiveIntegerField()
    worker = models.CharField(max_length=100)
    claimed_at = models.DateTimeField()
    slot_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    effect = models.CharField(max_length=10, choices=Effect, blank=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    detail = models.CharField(max_length=500, blank=True)
    assertion_id = models.CharField(max_length=50, blank=True)
    answer = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuance", "number"], name="attempt_one_per_number"),
            models.CheckConstraint(condition=Q(number__gt=0), name="attempt_counted_from_one"),
            models.CheckConstraint(
                condition=Q(outcome="", effect="", ended_at=None)
                | (~Q(outcome="") & ~Q(effect="") & Q(ended_at__isnull=False)),
                name="attempt_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number}"
