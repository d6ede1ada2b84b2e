"""Badges that staff asked Navigatr to take back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from issuing.enums import RevocationOutcome
from issuing.models.issuance import Issuance

ASKED = "Navigatr is being asked to revoke this badge already."


class Revocation(models.Model):
    """One request to revoke one badge, asked by a member of staff and made by a worker; its outcome is filled once.

    `reason` goes to Navigatr, which shows it to the learner.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issuance = models.ForeignKey(Issuance, on_delete=models.PROTECT, related_name="revocations")
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=RevocationOutcome, blank=True, default=RevocationOutcome.NONE)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuance"],
                condition=Q(ended_at=None),
                name="revocation_one_open_per_issuance",
                violation_error_message=ASKED,
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="revocation_ended_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
