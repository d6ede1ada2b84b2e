"""How long what is kept, and what was removed when its time was over."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from issuing.workflow.keeping import LIMITS, Kind, Rule


class RetentionRule(models.Model):
    """How long one kind of data is kept, where a manager said otherwise than `workflow.keeping.LIMITS`."""

    rule = models.CharField(max_length=20, unique=True, choices=[(one.value, one.name) for one in Rule])
    amount = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "issuing_retention_rule"
        constraints = [
            models.CheckConstraint(condition=Q(rule__in=[one.value for one in Rule]), name="retention_rule_known"),
            models.CheckConstraint(
                condition=Q(amount__gte=1, amount__lte=max(limit.most for limit in LIMITS.values())),
                name="retention_rule_within_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.amount}"


class RetentionRun(models.Model):
    """One removal: for which day, by which rules, how far it is, and how much went, without a name.

    `kind` and `after`, a primary key, say where it stands, so that it goes on there after a crash. Nobody started one
    of the night.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.DateField()
    amounts = models.JSONField(default=dict)
    kind = models.CharField(max_length=12, choices=[(one.value, one.name) for one in Kind], default=next(iter(Kind)))
    after = models.BigIntegerField(default=0)
    removed = models.JSONField(default=dict)
    skipped = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "issuing_retention_run"
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=Q(started_by=None), name="retention_run_one_a_night"),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in Kind]), name="retention_run_kind_known"),
        ]

    def __str__(self) -> str:
        return f"removal for {self.day}"
