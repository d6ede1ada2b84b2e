"""What learners were told, and what they said."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from issuing.enums import Decision, EvidenceKind, Giver, Route, StatementKind
from issuing.fields import SealedField
from issuing.models.badge import Badge
from issuing.models.connection import Provider
from issuing.models.learner import Learner


class ConsentStatement(models.Model):
    """One immutable version of the wording, for a provider or for one of its badges.

    `superseded_at` is set when a major version of ours takes its place: a yes to it counts no more. A retired one is
    offered no more; every answer to it goes on counting. Words used elsewhere may say from when to when they were.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="statements")
    badge = models.ForeignKey(Badge, null=True, on_delete=models.PROTECT, related_name="statements")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=StatementKind, default=StatementKind.OURS)
    is_minor = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    used_from = models.DateField(null=True)
    used_until = models.DateField(null=True)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "version"], condition=Q(badge=None), name="statement_one_per_provider_version"
            ),
            models.UniqueConstraint(
                fields=["badge", "version"], condition=Q(badge__isnull=False), name="statement_one_per_badge_version"
            ),
            models.CheckConstraint(condition=Q(kind__in=StatementKind.values), name="statement_kind_known"),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None) | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="statement_retired_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(used_from=None) | Q(used_until=None) | Q(used_until__gte=F("used_from")),
                name="statement_used_until_after_from",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"


class ConsentDraft(models.Model):
    """Words somebody is still at work on, by language code; nobody is asked for anything with them."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="drafts")
    badge = models.ForeignKey(Badge, null=True, on_delete=models.CASCADE, related_name="drafts")
    texts = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider"], condition=Q(badge=None), name="draft_one_per_provider"),
            models.UniqueConstraint(fields=["badge"], condition=Q(badge__isnull=False), name="draft_one_per_badge"),
        ]

    def __str__(self) -> str:
        return f"draft of {self.saved_at:%Y-%m-%d}"


class ConsentText(models.Model):
    """A statement's words in one language; `sha256` is over the normalised words, or over the file that holds them."""

    statement = models.ForeignKey(ConsentStatement, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=20)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "language"], name="text_one_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.statement}, {self.language}"


class ConsentDocument(models.Model):
    """The file with the words, as it was used elsewhere; its SHA-256 is the text's."""

    text = models.OneToOneField(ConsentText, on_delete=models.PROTECT, related_name="document")
    name = models.CharField(max_length=200)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class ConsentRecordQuerySet(models.QuerySet["ConsentRecord"]):
    def bearing_on(self, badge: Badge) -> "ConsentRecordQuerySet":
        """Records whose words cover this badge, and those without words, which bear on everything."""
        covers = Q(text=None) | Q(text__statement__provider=badge.provider_id, text__statement__badge=None)
        return self.filter(covers | Q(text__statement__badge=badge))


class ConsentRecord(models.Model):
    """One fact: who gave, declined or withdrew, when, how, to which words, and who wrote it down.

    Only the invalidation is ever added later. `giver_key` is equal for the same giver (`workflow.consent`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="consent_records")
    decision = models.CharField(max_length=10, choices=Decision)
    text = models.ForeignKey(ConsentText, null=True, on_delete=models.PROTECT, related_name="records")
    route = models.CharField(max_length=10, choices=Route)
    giver = models.CharField(max_length=10, choices=Giver, default=Giver.LEARNER)
    giver_name = models.CharField(max_length=200, blank=True)
    giver_relation = models.CharField(max_length=100, blank=True)
    giver_reason = models.CharField(max_length=300, blank=True)
    giver_contact = models.CharField(max_length=200, blank=True)
    giver_key = models.CharField(max_length=230)
    decided_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    evidence_note = models.TextField(blank=True)
    ends_at = models.DateTimeField(null=True)
    shared_evidence = models.ForeignKey(
        "ConsentEvidence", null=True, on_delete=models.PROTECT, related_name="shared_by"
    )
    invalidated_at = models.DateTimeField(null=True)
    invalidated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    invalidated_note = models.TextField(blank=True)

    objects = ConsentRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="consent_decision_known"),
            models.CheckConstraint(condition=Q(route__in=Route.values), name="consent_route_known"),
            models.CheckConstraint(condition=Q(giver__in=Giver.values), name="consent_giver_known"),
            models.CheckConstraint(
                condition=Q(giver=Giver.LEARNER) | ~Q(giver_name=""), name="consent_guardian_has_name"
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.GIVEN) | Q(text__isnull=False), name="consent_given_to_words"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(decision=Decision.GIVEN), name="consent_only_a_yes_ends"
            ),
            models.CheckConstraint(
                condition=Q(invalidated_at=None, invalidated_by=None) | Q(invalidated_at__isnull=False),
                name="consent_invalidated_with_time",
            ),
        ]
        indexes = [models.Index(fields=["learner", "giver_key", "decided_at"])]

    def __str__(self) -> str:
        return f"{self.decision} {self.decided_at:%Y-%m-%d}"

    @property
    def proof(self) -> "ConsentEvidence | None":
        """The file that proves it, its own or one that proves others' answers too."""
        return getattr(self, "evidence", None) or self.shared_evidence


class ConsentEvidence(models.Model):
    """A file that proves an answer, a photograph of a form for example; encrypted, bound to its `uuid`.

    Of one answer it is its `record`'s; of many that were recorded together each points to it (`shared_evidence`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.OneToOneField(ConsentRecord, null=True, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=EvidenceKind)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = SealedField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="evidence_kind_known"),
        ]

    def __str__(self) -> str:
        return self.kind
