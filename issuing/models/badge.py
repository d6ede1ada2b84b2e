"""Local copies of a provider's badges, and of what Navigatr lists as issued."""

import uuid

from django.db import models
from django.db.models import Q

from issuing.enums import BadgeHold
from issuing.models.connection import Connection, Provider


class BadgeQuerySet(models.QuerySet["Badge"]):
    def issuable(self) -> "BadgeQuerySet":
        """Badges that Navigatr would issue, as far as is known."""
        return self.filter(Q(source="") | Q(source__iexact="Internal"), status__iexact="Published", hold="")


class Badge(models.Model):
    """A badge as Navigatr described it last. While `hold` is set its rows wait and others go on."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="badges")
    navigatr_id = models.PositiveBigIntegerField()
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=50, blank=True)
    type = models.CharField(max_length=100, blank=True)
    recipient_type = models.CharField(max_length=50, blank=True)
    source = models.CharField(max_length=50, blank=True)
    url = models.CharField(max_length=500, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    is_sandbox = models.BooleanField(default=False)
    hold = models.CharField(max_length=20, choices=BadgeHold, blank=True, default=BadgeHold.NONE)
    hold_detail = models.CharField(max_length=500, blank=True)
    held_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)
    recipients_read_at = models.DateTimeField(null=True)

    objects = BadgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "navigatr_id"], name="badge_one_per_provider_and_id"),
            models.CheckConstraint(condition=Q(hold__in=BadgeHold.values), name="badge_hold_known"),
            models.CheckConstraint(
                condition=Q(hold="", held_at=None) | (~Q(hold="") & Q(held_at__isnull=False)),
                name="badge_held_with_time",
            ),
        ]
        indexes = [models.Index(fields=["navigatr_id"])]

    def __str__(self) -> str:
        return self.name


class ClaimReading(models.Model):
    """How far the reading of a connection's recipients has come, so that the next task goes on there.

    A pass reads the badges by their id; a whole one reads each to its end, the others as far as something may change.
    `held_until` keeps a second task away, for economy only.
    """

    connection = models.OneToOneField(
        Connection, primary_key=True, on_delete=models.CASCADE, related_name="claim_reading"
    )
    badge_id_done = models.PositiveBigIntegerField(default=0)
    page_done = models.PositiveIntegerField(default=0)
    is_whole = models.BooleanField(default=False)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    whole_ended_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"claim reading of {self.connection_id}"


class Assertion(models.Model):
    """Navigatr's record of an issued badge, by us or by anyone. `status` is Navigatr's word, never ours.

    `issuance` is set where the record is known to come from it. `email_key` is empty where Navigatr hid the address.
    """

    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="assertions")
    navigatr_id = models.CharField(max_length=50)
    issuance = models.ForeignKey(
        "Issuance", null=True, on_delete=models.PROTECT, related_name="assertions", db_index=False
    )
    email_key = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=50, blank=True)
    time_created = models.DateTimeField(null=True)
    time_claimed = models.DateTimeField(null=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["badge", "navigatr_id"], name="assertion_one_per_badge_and_id"),
        ]
        indexes = [
            models.Index(fields=["badge", "email_key"]),
            models.Index(fields=["navigatr_id"]),
            models.Index(fields=["issuance", "status"], name="assertion_of_issuance"),
            models.Index(
                fields=["status", "issuance"], condition=Q(issuance__isnull=False), name="assertion_ours_by_status"
            ),
        ]

    def __str__(self) -> str:
        return self.navigatr_id
