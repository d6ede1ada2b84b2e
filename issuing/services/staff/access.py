"""What colleagues may do, and whether they are let in."""

from django.db import transaction

from issuing.enums import Role
from issuing.exceptions import InvalidInput
from issuing.models import SignInLink, User
from issuing.services import audit, rosters
from issuing.services.staff.accounts import check_manager


def set_role(user: User, *, role: Role, by: User) -> None:
    """Make a colleague a manager or a member of staff; the role they have changes nothing.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput: they are the last manager.
    """
    check_manager(by)
    with transaction.atomic():
        if role != Role.MANAGER:
            _check_another_manager(user)
        if User.objects.filter(pk=user.pk).exclude(role=role).update(role=role):
            audit.record("set_role", user, by=by, account=user.pk, role=role)


def switch_off(user: User, *, by: User) -> int:
    """Let a colleague in no more: their sessions and links end at once; what they did stays.

    Their runs that are still being sent are paused, so that somebody takes them over; returns how many.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput: they are the last manager.
    """
    check_manager(by)
    with transaction.atomic():
        _check_another_manager(user)
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            SignInLink.objects.filter(user=user).delete()
            audit.record("switch_off", user, by=by, account=user.pk)
            return rosters.pause_runs_of(user, by=by)
    return 0


def switch_on(user: User, *, by: User) -> None:
    """Let a colleague in again, with the password they had.

    Raises:
        NotPermitted: `by` is no manager.
    """
    check_manager(by)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            audit.record("switch_on", user, by=by, account=user.pk)


def _check_another_manager(user: User) -> None:
    """Refuse to take away the last manager; all are locked in one order, so that two cannot take away each other."""
    managers = User.objects.select_for_update(no_key=True).filter(is_active=True, role=Role.MANAGER).order_by("pk")
    if [one.pk for one in managers] == [user.pk]:
        raise InvalidInput(
            f"{user.display_name} is the only manager. Make somebody else a manager first; nothing was changed."
        )
