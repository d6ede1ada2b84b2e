"""People who may receive badges."""

import uuid

from django.db import models
from django.db.models import Q


class Learner(models.Model):
    """A person who may receive badges. `email_key` stays when the address is erased; a merged learner keeps neither."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    # Indexed whole too: SQLite uses no partial index for a value it does not know yet.
    email_key = models.CharField(max_length=64, blank=True, db_index=True)
    student_number = models.CharField(max_length=50, blank=True, db_index=True)
    on_hold_since = models.DateTimeField(null=True)
    on_hold_note = models.CharField(max_length=500, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from")
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email_key"],
                condition=~Q(email_key=""),
                name="learner_one_per_address",
                violation_error_message="A learner with this e-mail address exists already.",
            ),
            models.UniqueConstraint(
                fields=["student_number"],
                condition=~Q(student_number=""),
                name="learner_one_per_student_number",
                violation_error_message="A learner with this student number exists already.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=False) | ~Q(email_key=""), name="learner_has_address_or_was_merged"
            ),
        ]
        indexes = [models.Index(fields=["last_name", "first_name"])]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
