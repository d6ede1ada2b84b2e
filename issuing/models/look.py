"""What was seen when Navigatr's list was looked at for a call without a usable answer."""

from django.db import models
from django.db.models import Q

from issuing.models.issuance import Issuance
from issuing.workflow.settling import Doubt, Seen, Verdict


class Look(models.Model):
    """One look for one attempt of an issuance; never changed but for the verdict it led to, never deleted."""

    issuance = models.ForeignKey(Issuance, on_delete=models.PROTECT, related_name="looks")
    attempt_no = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    matches = models.JSONField(default=list)
    doubt = models.CharField(max_length=20, choices=[(one.value, one.name) for one in Doubt], blank=True)
    newer_control = models.CharField(max_length=50, blank=True)
    older_control = models.CharField(max_length=50, blank=True)
    read = models.PositiveIntegerField(default=0)
    verdict = models.CharField(max_length=10, choices=[(one.value, one.name) for one in Verdict], blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(attempt_no__gt=0), name="look_belongs_to_an_attempt"),
        ]
        indexes = [models.Index(fields=["issuance", "attempt_no", "began_at"])]

    def __str__(self) -> str:
        return f"look at {self.began_at:%Y-%m-%d %H:%M:%S}"

    @property
    def seen(self) -> Seen:
        """What the rule looks at."""
        return Seen(
            began_at=self.began_at,
            matches=tuple(self.matches),
            doubt=Doubt(self.doubt),
            newer_control=bool(self.newer_control),
            older_control=bool(self.older_control),
        )
