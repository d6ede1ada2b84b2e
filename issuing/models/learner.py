"""People who may receive badges."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from issuing.validators import search_form

LONGEST_SEARCH = 200


class SearchField(models.TextField):
    """What a learner is searched by, made anew from the other columns whenever this one is written."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        values = (getattr(model_instance, name) for name in ("first_name", "last_name", "student_number", "email"))
        found = search_form(" ".join(values))
        setattr(model_instance, self.attname, found)
        return found

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class LearnerQuerySet(models.QuerySet["Learner"]):
    def present(self) -> "LearnerQuerySet":
        """Those who are somebody here: not merged into another entry, not erased."""
        return self.filter(merged_into=None, erased_at=None)

    def matching(self, text: str) -> "LearnerQuerySet":
        """Those whose name, student number or e-mail address holds every word of the text, whatever its accents."""
        found = self
        for word in search_form(text[:LONGEST_SEARCH]).split():
            found = found.filter(search__contains=word)
        return found


class Learner(models.Model):
    """A person who may receive badges. `email_key` stays when the address is erased; a merged learner keeps neither.

    So nobody adds somebody unknowing who was erased. Once a manager adds them again it is the new entry's: the erased
    one has `given_up_key`, and `came_back_as` says which the new one is, for a badge they had is theirs still.

    `lapsed_at` is set, with `erased_at`, once the time is over for which they are kept: nobody asked for it, and the
    key goes too, so that whoever comes back is somebody new. `under_13_since` is when it was noted that they are under
    13, until it is noted that they are not; no birthday is kept.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    # Indexed whole too: SQLite uses no partial index for a value it does not know yet.
    email_key = models.CharField(max_length=64, blank=True, db_index=True)
    student_number = models.CharField(max_length=50, blank=True, db_index=True)
    on_hold_since = models.DateTimeField(null=True)
    on_hold_note = models.CharField(max_length=500, blank=True)
    under_13_since = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from")
    came_back_as = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="came_from")
    erased_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    search = SearchField(blank=True, default="", editable=False)

    objects = LearnerQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(came_back_as=None) | Q(erased_at__isnull=False), name="learner_came_back_was_erased"
            ),
            models.CheckConstraint(
                condition=Q(lapsed_at=None) | Q(erased_at__isnull=False), name="learner_lapsed_is_erased_too"
            ),
        ]
        indexes = [models.Index(fields=["last_name", "first_name"])]

    def __str__(self) -> str:
        return self.full_name

    @property
    def given_up_key(self) -> str:
        """What stands in place of the key once this erased entry gave it up, for its person came back as a new one."""
        return f"erased:{self.uuid.hex}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
