"""Staff accounts: made, let in by a one-time link or a fresh password."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from issuing import permissions
from issuing.enums import Role
from issuing.exceptions import InvalidInput, NotPermitted
from issuing.models import SignInLink, User
from issuing.services import audit

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another."""
GROUPS = 4
GROUP_LENGTH = 5
LINK_DAYS = 7
ENDED = "This link has been used, was replaced by a newer one, or is older than a week. Ask a manager for a new one."


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


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link, whose token is kept nowhere else.

    Args:
        ends_at (datetime): when it can be used no more; aware.
    """

    user: User
    token: str = field(repr=False)
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who is to be let in; an empty sign-in name takes the e-mail address."""

    first_name: str
    last_name: str
    email: str
    username: str = ""
    role: Role = Role.STAFF


def has_any() -> bool:
    """Whether there is any staff account, switched off or not."""
    return User.objects.exists()


def reset(
    *, username: str, is_manager: bool, email: str = "", names: tuple[str, str] = ("", ""), by: User | None = None
) -> Reset:
    """Give an account a fresh random password and end its sessions; make the account where there is none.

    Args:
        username (str): its sign-in name.
        is_manager (bool): make it a manager; False leaves an existing account what it is.
        email (str): its new address; empty leaves it.
        names (tuple[str, str]): its new first and last name; empty leaves them.

    Raises:
        InvalidInput: the name or the address is none; nothing was saved.
    """
    password = new_password()
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username).first() or User(username=username)
        created, reopened = user.pk is None, not user.is_active
        user.is_active = True
        user.email = email or user.email
        user.first_name, user.last_name = names[0] or user.first_name, names[1] or user.last_name
        user.role = Role.MANAGER if is_manager else user.role
        user.set_password(password)
        save(user)
        audit.record("reset_password", user, by=by, account=user.pk, created=created, reopened=reopened, role=user.role)
    return Reset(user, password, created, reopened)


def new_password() -> str:
    """Twenty random signs in groups of five, 99 bits; easy to copy by hand."""
    groups = ["".join(secrets.choice(SIGNS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS)]
    return "-".join(groups)


def add(*, colleague: Colleague, by: User) -> Link:
    """Make a colleague's account without a password, and the link with which they choose one.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput: the sign-in name is taken or cannot be one, or the address is none; nothing was saved.
    """
    check_manager(by)
    user = User(
        username=(colleague.username or colleague.email).strip(),
        first_name=colleague.first_name.strip(),
        last_name=colleague.last_name.strip(),
        email=colleague.email.strip(),
        role=colleague.role,
    )
    user.set_unusable_password()
    if User.objects.filter(username__iexact=user.username).exists():
        raise InvalidInput(f"Somebody signs in as {user.username} already; choose another name. Nothing was saved.")
    with transaction.atomic():
        save(user)
        audit.record("add", user, by=by, account=user.pk, role=user.role)
        return _link(user, by)


def make_link(user: User, *, by: User) -> Link:
    """A new link for a colleague who lost their password or their link; an earlier link ends, their password stays.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput: the account is switched off.
    """
    check_manager(by)
    with transaction.atomic():
        if not locked(user).is_active:
            raise InvalidInput("This account is switched off. Switch it on first; no link was made.")
        audit.record("make_link", user, by=by, account=user.pk)
        return _link(user, by)


def link_owner(token: str) -> User:
    """Whose link it is.

    Raises:
        InvalidInput: there is no such link, or it has ended.
    """
    links = SignInLink.objects.filter(ends_at__gt=timezone.now(), user__is_active=True).select_related("user")
    found = links.filter(token_hash=_hash(token)).first()
    if found is None:
        raise InvalidInput(ENDED)
    return found.user


def use_link(*, token: str, password: str) -> User:
    """Give the link's owner the password they chose; the link is used up.

    Raises:
        InvalidInput: there is no such link any more, or the password will not do; then the link stays.
    """
    with transaction.atomic():
        user = locked(link_owner(token))
        _check_password(user, password)
        if not SignInLink.objects.filter(user=user, token_hash=_hash(token)).delete()[0]:
            raise InvalidInput(ENDED)
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record("choose_password", user, by=user, account=user.pk)
    return user


def change_password(user: User, *, password: str) -> None:
    """Give somebody the new password they chose for themselves; their other sessions end.

    Raises:
        InvalidInput: it will not do.
    """
    with transaction.atomic():
        _check_password(locked(user), password)
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record("choose_password", user, by=user, account=user.pk)


def check_manager(by: User) -> None:
    """Refuse whoever is no manager.

    Raises:
        NotPermitted: with the sentence for them.
    """
    if not permissions.is_manager(by):
        raise NotPermitted("Only a manager can change who has access; nothing was changed.")


def _check_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages)) from None


def _link(user: User, by: User) -> Link:
    token, now = secrets.token_urlsafe(32), timezone.now()
    kept = {"token_hash": _hash(token), "made_at": now, "made_by": by, "ends_at": now + timedelta(days=LINK_DAYS)}
    link, _ = SignInLink.objects.update_or_create(user=user, defaults=kept)
    return Link(user, token, link.ends_at)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def locked(user: User) -> User:
    """The account as it is now, nobody else changing it until the caller's transaction ends."""
    return User.objects.select_for_update().get(pk=user.pk)


def save(user: User) -> None:
    """Write an account that is as it should be.

    Raises:
        InvalidInput: it is not; nothing was saved.
    """
    try:
        user.full_clean()
    except ValidationError as error:
        raise InvalidInput(f"{' '.join(error.messages)} Nothing was saved.") from None
    user.save()
