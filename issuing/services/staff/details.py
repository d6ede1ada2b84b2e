"""Names and addresses of colleagues, corrected by themselves or by a manager."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from issuing import permissions
from issuing.exceptions import InvalidInput, NotPermitted
from issuing.models import User
from issuing.services import audit
from issuing.services.staff.accounts import locked, save


@dataclass(frozen=True, slots=True)
class Details:
    """Who a colleague is."""

    first_name: str
    last_name: str
    email: str


def correct(user: User, *, details: Details, by: User) -> User:
    """Give a colleague the right name and e-mail address, and return the account as it is now.

    Whoever signs in with their e-mail address signs in with the new one. What is as it was changes nothing.

    Raises:
        NotPermitted: `by` is neither they nor a manager.
        InvalidInput: an address that is none or another's, or a name that is missing; nothing was saved.
    """
    if by.pk != user.pk and not permissions.is_manager(by):
        raise NotPermitted("Only a manager can correct a colleague's details; nothing was changed.")
    wanted = {"first_name": details.first_name.strip(), "last_name": details.last_name.strip()}
    wanted["email"] = details.email.strip()
    if not all(wanted.values()):
        raise InvalidInput("A first name, a last name and an e-mail address are needed. Nothing was saved.")
    with transaction.atomic():
        account = locked(user)
        if account.username.lower() == account.email.lower():
            wanted["username"] = wanted["email"]
        changed = [name for name, value in wanted.items() if getattr(account, name) != value]
        if not changed:
            return account
        _check_nobody_else_has(wanted["email"], account)
        for name in changed:
            setattr(account, name, wanted[name])
        save(account)
        audit.record("correct", account, by=by, account=account.pk, fields=sorted(changed))
    return account


def _check_nobody_else_has(email: str, account: User) -> None:
    """An address says who somebody is, also where it is given instead of a sign-in name."""
    others = User.objects.exclude(pk=account.pk)
    if others.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists():
        raise InvalidInput(f"A colleague has the address {email} already. Nothing was saved.")
