"""A Navigatr account we call as, its pace, and the organisations it may issue for."""

import uuid

from django.db import models
from django.db.models import Q

from issuing.enums import AuthScheme, BreakerState, StopReason
from issuing.fields import SecretField
from issuing.workflow.pace import BASE_MARGIN


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def in_use(self) -> "ConnectionQuerySet":
        """All but those whose place another account took."""
        return self.exclude(stop_reason=StopReason.REPLACED)


class Connection(models.Model):
    """One Navigatr account: host, user, auth scheme, encrypted secret. Nothing is sent while `stop_reason` is set."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    base_url = models.URLField(max_length=200)
    host = models.CharField(max_length=200)
    navigatr_user_id = models.CharField(max_length=50)
    navigatr_user_name = models.CharField(max_length=200, blank=True)
    scheme = models.CharField(max_length=20, choices=AuthScheme)
    secret = SecretField()
    secret_version = models.PositiveIntegerField(default=1)
    fingerprint = models.CharField(max_length=16)
    access_token = SecretField(null=True)
    access_token_expires_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=20, choices=StopReason, blank=True, default=StopReason.NONE)
    stop_detail = models.CharField(max_length=500, blank=True)
    stopped_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    last_good_call_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host", "navigatr_user_id"],
                name="connection_one_per_host_and_user",
                violation_error_message="This Navigatr account is connected already; replace its token instead.",
            ),
            models.CheckConstraint(condition=Q(scheme__in=AuthScheme.values), name="connection_scheme_known"),
            models.CheckConstraint(condition=Q(stop_reason__in=StopReason.values), name="connection_stop_known"),
            models.CheckConstraint(
                condition=Q(stop_reason="", stopped_at=None) | (~Q(stop_reason="") & Q(stopped_at__isnull=False)),
                name="connection_stopped_with_time",
            ),
            models.CheckConstraint(
                condition=Q(access_token__isnull=True) | Q(access_token_expires_at__isnull=False),
                name="connection_token_with_end",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_stopped(self) -> bool:
        return bool(self.stop_reason)

    @property
    def is_replaced(self) -> bool:
        return self.stop_reason == StopReason.REPLACED


class Pace(models.Model):
    """When a connection's next call may leave. Every call, reads too, locks this row and spends from it.

    Times are seconds since the epoch by the database's clock.
    """

    connection = models.OneToOneField(Connection, primary_key=True, on_delete=models.CASCADE, related_name="pace")
    next_slot = models.FloatField(default=0.0)
    slot_no = models.PositiveBigIntegerField(default=0)
    margin = models.FloatField(default=BASE_MARGIN)
    rests_until = models.FloatField(default=0.0)
    refused_in_a_row = models.PositiveIntegerField(default=0)
    breaker_state = models.CharField(max_length=20, choices=BreakerState, default=BreakerState.CLOSED)
    failed_in_a_row = models.PositiveIntegerField(default=0)
    opened_in_a_row = models.PositiveIntegerField(default=0)
    probe = models.ForeignKey("issuing.Attempt", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_cluster = models.CharField(max_length=100, blank=True)
    lease_until = models.FloatField(default=0.0)

    def __str__(self) -> str:
        return f"pace of {self.connection_id}"


class Provider(models.Model):
    """An organisation in Navigatr; `connection` is the account that issues for it at present."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="providers")
    host = models.CharField(max_length=200)
    navigatr_id = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=50, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "navigatr_id"], name="provider_one_per_host_and_id"),
        ]

    def __str__(self) -> str:
        return self.name
