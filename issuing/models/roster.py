"""Uploaded files, their checked rows, and the runs that issue them."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from issuing.enums import Disposition, IssuanceStatus, RosterStatus, RowDecision, StatusReason
from issuing.fields import SealedField
from issuing.models.badge import Badge
from issuing.models.learner import Learner


class RosterManager(models.Manager["Roster"]):
    """Reads rosters without their original file, which may be large and is asked for by itself."""

    def get_queryset(self) -> models.QuerySet["Roster"]:
        return super().get_queryset().defer("original")


class Roster(models.Model):
    """One uploaded file for one badge. Counts are never stored; the run has ended when nothing of it is open.

    `original` is the file itself, encrypted and bound to `uuid`; it is kept until the roster is confirmed, where staff
    want their own columns in the results (`keeps_original`) for some weeks longer. `choices` is how staff said the file
    is to be read, `reading` how it was, or why it cannot be. `check_no` grows with each change to what is ready, so
    that whoever confirms can say what they were shown. `reissue_reason` is why staff want it issued again to those who
    have the badge (`RosterRow.reissue_after`). Once the rows' time is over (`rows_removed_at`), `kept_counts` says how
    many rows of which no badge was confirmed had each disposition.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="rosters")
    group = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=RosterStatus, default=RosterStatus.CHECKED)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    original = SealedField(null=True)
    keeps_original = models.BooleanField(default=False)
    choices = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    check_no = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    served_slot = models.PositiveBigIntegerField(default=0)
    reissue_reason = models.CharField(max_length=500, blank=True)
    reissue_decided_at = models.DateTimeField(null=True)
    reissue_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rows_removed_at = models.DateTimeField(null=True)
    kept_counts = models.JSONField(null=True)

    objects = RosterManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RosterStatus.values), name="roster_status_known"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="roster_confirmed_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(changed_at=None, changed_by=None) | Q(changed_at__isnull=False, changed_by__isnull=False),
                name="roster_changed_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[RosterStatus.UPLOADED, RosterStatus.CHECKED], confirmed_at=None)
                | (~Q(status__in=[RosterStatus.UPLOADED, RosterStatus.CHECKED]) & Q(confirmed_at__isnull=False)),
                name="roster_runs_once_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(reissue_reason="", reissue_decided_at=None, reissue_decided_by=None)
                | (~Q(reissue_reason="") & Q(reissue_decided_at__isnull=False, reissue_decided_by__isnull=False)),
                name="roster_reissue_decided_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(rows_removed_at=None, kept_counts__isnull=True)
                | Q(rows_removed_at__isnull=False, kept_counts__isnull=False),
                name="roster_rows_removed_with_counts",
            ),
        ]
        indexes = [models.Index(fields=["status", "served_slot"])]

    def __str__(self) -> str:
        """The file's name: sentences call a roster so."""
        return self.file_name

    def cancel_waiting(self, *, at: datetime) -> int:
        """Cancel every badge of the run that waits, in the caller's transaction; returns how many.

        `Issuance.step` for a whole run at once: row by row a large run would hold the database for half a minute.
        """
        waiting = self.issuances.filter(status=IssuanceStatus.QUEUED)
        # In the order in which everybody locks several, and only then changed.
        list(waiting.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
        return waiting.update(
            status=IssuanceStatus.CANCELLED,
            reason=StatusReason.STOPPED_BY_STAFF,
            reason_at=None,
            detail="",
            changed_at=at,
        )


class RosterRow(models.Model):
    """One row of the file under the file's own number, as read, and what it may expect since `Roster.checked_at`.

    Each of `problems` is a list: field, code, sentence, and the value that was probably meant or nothing. `accepted`
    holds the codes of problems that staff looked at and want left as they are, `repairs` sentences on what was put
    right without asking. `reissue_after` is set where staff want the person to have the badge again: it is how many
    badges of theirs were known then, and with any more than these the decision is void.
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="rows")
    row_no = models.PositiveIntegerField()
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    email_key = models.CharField(max_length=64, blank=True)
    student_number = models.CharField(max_length=100, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    issue_date = models.CharField(max_length=40, blank=True)
    end_date = models.CharField(max_length=40, blank=True)
    evidence_text = models.TextField(blank=True)
    evidence_url = models.CharField(max_length=2000, blank=True)
    problems = models.JSONField(default=list)
    accepted = models.JSONField(default=list)
    repairs = models.JSONField(default=list)
    disposition = models.CharField(max_length=20, choices=Disposition)
    learner = models.ForeignKey(Learner, null=True, on_delete=models.PROTECT, related_name="roster_rows")
    decision = models.CharField(max_length=12, choices=RowDecision, blank=True, default=RowDecision.NONE)
    decided_about = models.ForeignKey(Learner, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reissue_after = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster", "row_no"], name="row_one_per_number"),
            models.CheckConstraint(condition=Q(decision__in=RowDecision.values), name="row_decision_known"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="row_decided_with_who_and_when",
            ),
            models.CheckConstraint(condition=Q(disposition__in=Disposition.values), name="row_disposition_known"),
        ]
        indexes = [models.Index(fields=["roster", "disposition"]), models.Index(fields=["roster", "email_key"])]

    def __str__(self) -> str:
        return f"row {self.row_no}"


class KnownHeader(models.Model):
    """Headings that staff once said the meaning of, so that the next file with the same ones is not asked about.

    `key` is the SHA-256 of the headings in their order, which are not kept; `columns` maps fields to places from 0.
    """

    key = models.CharField(max_length=64, unique=True)
    columns = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.key[:8]
