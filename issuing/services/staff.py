"""Staff accounts: made, and given a fresh password."""

import secrets
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from issuing.enums import Role
from issuing.exceptions import InvalidInput
from issuing.models import User
from issuing.services import audit

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another."""
GROUPS = 4
GROUP_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Reset:
    """An account with its fresh password, which is kept nowhere else.

    Args:
        created (bool): the account was made now.
        reopened (bool): it had been switched off.
    """

    user: User
    password: str = field(repr=False)
    created: bool
    reopened: bool


def has_any() -> bool:
    """Whether there is any staff account, switched off or not."""
    return User.objects.exists()


def reset(*, username: str, is_manager: bool, email: str = "", by: User | None = None) -> Reset:
    """Give an account a fresh random password and end its sessions; make the account where there is none.

    Args:
        username (str): its sign-in name.
        is_manager (bool): make it a manager; False leaves an existing account what it is.
        email (str): its new address; empty leaves it.

    Raises:
        InvalidInput: the name or the address is none; nothing was saved.
    """
    password = new_password()
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username).first() or User(username=username)
        created, reopened = user.pk is None, not user.is_active
        user.is_active = True
        user.email = email or user.email
        user.role = Role.MANAGER if is_manager else user.role
        user.set_password(password)
        _save(user)
        audit.record("reset_password", user, by=by, account=user.pk, created=created, reopened=reopened, role=user.role)
    return Reset(user, password, created, reopened)


def new_password() -> str:
    """Twenty random signs in groups of five, 99 bits; easy to copy by hand."""
    groups = ["".join(secrets.choice(SIGNS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)]
    return "-".join(groups)


def _save(user: User) -> None:
    try:
        user.full_clean()
    except ValidationError as error:
        raise InvalidInput(f"{' '.join(error.messages)} Nothing was saved.") from None
    user.save()
