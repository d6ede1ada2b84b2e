"""Who did what, when, to what."""

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One act, written in the transaction of what it tells of; never deleted, and only its reason is ever erased.

    `verb` and `subject` are words of the program's vocabulary, `subject_uuid` names the row. `details` holds no secret
    and no learner's name or address, but for `reason`, which staff typed.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=30)
    subject = models.CharField(max_length=30)
    subject_uuid = models.UUIDField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_uuid"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
