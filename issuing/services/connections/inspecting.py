"""Asks Navigatr what an account's token is good for."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from issuing.exceptions import NavigatrError
from issuing.models import Connection, User
from issuing.navigatr import NavigatrClient
from issuing.services import audit
from issuing.services.connections.choosing import addable
from issuing.services.connections.logins import with_status
from issuing.services.connections.reading import read


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation as the token sees it.

    Args:
        issues_here (bool): whether this account issues for it here.
        badges (int | None): how many badges of it that can be issued are listed; None where that was refused.
        is_new (bool): it is active, and no account here issues for it; it can be added.
    """

    navigatr_id: int
    name: str
    issues_here: bool
    badges: int | None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Inspected:
    """Whose token it is and what it sees.

    Args:
        is_whose_it_was (bool): it still belongs to the person it was connected for.
        missing (list[str]): organisations this account issues for here, which the token sees no more.
    """

    user_name: str
    is_whose_it_was: bool
    organisations: list[Organisation]
    missing: list[str]

    @property
    def is_good(self) -> bool:
        return self.is_whose_it_was and not self.missing


def inspect(connection: Connection, *, by: User | None) -> Inspected:
    """Test an account by reads alone, also one that is stopped; whether it may issue only issuing shows.

    Raises:
        NavigatrError: the token was refused, which stops the account, or Navigatr did not answer.
    """
    found = read(connection, lambda client: _inspected(connection, client), although_stopped=True)
    with transaction.atomic():
        if found.is_good:
            Connection.objects.filter(pk=connection.pk).update(verified_at=timezone.now())
        audit.record("verify", connection, by=by, good=found.is_good)
    return found


def _inspected(connection: Connection, client: NavigatrClient) -> Inspected:
    user, seen = client.user(), client.providers()
    ours = {provider.navigatr_id: provider.name for provider in connection.providers.order_by("navigatr_id")}
    others = [with_status(client, one) for one in seen if one.id not in ours]
    new = {one.id for one in addable(others, connection.host)}
    organisations = [
        Organisation(
            one.id, one.name, one.id in ours, _badges(client, one.id) if one.id in ours else None, one.id in new
        )
        for one in seen
    ]
    missing = [name for number, name in ours.items() if number not in {one.id for one in seen}]
    return Inspected(user.name or user.id, user.id == connection.navigatr_user_id, organisations, missing)


def _badges(client: NavigatrClient, provider_id: int) -> int | None:
    try:
        return sum(1 for _ in client.badges(provider_id, status="Published", source="Internal"))
    except NavigatrError as error:
        if error.status_code is None or error.status_code in (401, 429):
            raise
        return None
