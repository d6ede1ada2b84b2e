"""What learners asked for by right, and the list of those who were erased, which outlives every backup."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from issuing.enums import Right
from issuing.models.learner import Learner


class RightsRequest(models.Model):
    """One request of a learner to see or to erase what is held about them; it is to be answered by `due_on`.

    Holds no words of theirs: only which right, the days, and who noted and closed it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="rights_requests")
    right = models.CharField(max_length=10, choices=Right)
    received_on = models.DateField()
    due_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "right"],
                condition=Q(closed_at=None),
                name="rights_request_one_open_per_right",
            ),
            models.CheckConstraint(condition=Q(right__in=Right.values), name="rights_request_right_known"),
            models.CheckConstraint(condition=Q(due_on__gt=models.F("received_on")), name="rights_request_due_later"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="rights_request_closed_with_who_and_when",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(closed_at=None), name="rights_request_open_by_due")]

    def __str__(self) -> str:
        return f"{self.right} by {self.due_on}"


class Erasure(models.Model):
    """One learner who was erased, known by keys only, so that a restored backup can be cleaned of them again.

    `email_keys` are the keyed hashes of every address they had here, `entries` the uuids of all their entries: theirs
    and those that were merged into it. Points to no learner, for the backup may not hold them.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner_uuid = models.UUIDField(unique=True)
    email_keys = models.JSONField(default=list)
    entries = models.JSONField(default=list)
    erased_at = models.DateTimeField()
    erased_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    identity_note = models.CharField(max_length=500)
    reapplied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(identity_note=""), name="erasure_says_how_identity_was_checked"),
        ]

    def __str__(self) -> str:
        return f"erasure of {self.learner_uuid}"
