"""Who may do what."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from issuing.enums import Role
from issuing.models import User


def is_manager(user: AbstractBaseUser | AnonymousUser | User) -> bool:
    """Keeps Navigatr accounts, wording and colleagues' access."""
    return isinstance(user, User) and user.is_active and user.role == Role.MANAGER


def managers() -> list[str]:
    """The names of those whom a colleague can ask."""
    found = User.objects.filter(is_active=True, role=Role.MANAGER).order_by("first_name", "username")
    return [user.display_name for user in found]
