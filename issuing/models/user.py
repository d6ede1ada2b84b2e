"""Staff who sign in."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from issuing.enums import Role


class User(AbstractUser):
    """One member of staff."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    role = models.CharField(max_length=10, choices=Role, default=Role.STAFF)

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known")]

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.get_username()


class SignInLink(models.Model):
    """The address with which one member of staff chooses a password, once; the row goes when it is used.

    Only the hash of its secret is kept. A newer link takes the place of an earlier one.
    """

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="sign_in_link")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sign-in link of {self.user_id}"


class SignInFailure(models.Model):
    """One try to sign in that did not succeed; kept for as long as it counts, minutes.

    Who was tried and from where are kept as keyed hashes: a name may be a password in the wrong field.
    """

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "issuing_sign_in_failure"
        indexes = [models.Index(fields=["account", "at"], name="sign_in_failure_account_at")]

    def __str__(self) -> str:
        return f"failed sign-in at {self.at}"
