"""Staff who sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from issuing.enums import Role


class User(AbstractUser):
    """One member of staff."""

    role = models.CharField(max_length=10, choices=Role, default=Role.STAFF)

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known")]

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.get_username()
