"""Which organisations an account issues for: chosen when it is connected, added later."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from issuing import enqueue, permissions
from issuing.exceptions import InvalidInput, NotPermitted
from issuing.models import Connection, Provider, User
from issuing.navigatr import NavigatrClient
from issuing.navigatr import Provider as RemoteProvider
from issuing.services import audit
from issuing.services.connections.accounts import Connected, check, host_of, save
from issuing.services.connections.logins import Login, Verified, is_active, wanted, with_status
from issuing.services.connections.pacing import lock
from issuing.services.connections.reading import read


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be chosen before an account is connected; nothing was saved.

    Args:
        user_name (str): whose login it is.
        organisations (dict[int, str]): names of those nobody issues for here, by Navigatr's id.
        elsewhere (list[str]): those that another account issues for; they stay with that one.
        already (list[str]): those that this very account issues for already.
    """

    user_name: str
    organisations: dict[int, str]
    elsewhere: list[str]
    already: list[str]


def connect_or_ask(
    *, name: str, base_url: str, scheme: str, login: Login, chosen: Collection[int] | None = None, by: User
) -> Connected | Choice:
    """Connect an account as `connect` does, but ask for which organisations where there is more than one to choose.

    Args:
        chosen (Collection[int] | None): the answer; None where it was not asked yet.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput, AlreadyTaken, NavigatrError: as `connect`; nothing was saved.
    """
    _check_manager(by)
    base_url, verified = check(name, base_url, scheme, login)
    choice = _choice(verified, host_of(base_url))
    if chosen is None:
        if len(choice.organisations) > (0 if choice.already else 1):
            return choice
        return save(name, base_url, login, verified, wanted(verified, ()), by)
    if not chosen and choice.organisations and not choice.already:
        return choice
    return save(name, base_url, login, verified, wanted(verified, chosen) if chosen else [], by)


def addable(seen: Collection[RemoteProvider], host: str) -> list[RemoteProvider]:
    """Active organisations that no account here issues for."""
    known = set(Provider.objects.filter(host=host).values_list("navigatr_id", flat=True))
    return [one for one in seen if is_active(one) and one.id not in known]


def add_organisation(connection: Connection, *, navigatr_id: int, by: User) -> Provider:
    """Have an account issue for another organisation that its token sees; its badges are read in the background.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput: the token does not see it, it is not Active, or an account issues for it already.
        NavigatrError: Navigatr refused the token or did not answer.
    """
    _check_manager(by)
    found = read(connection, lambda client: _seen(client, navigatr_id), although_stopped=True)
    if found is None or not is_active(found):
        raise InvalidInput("Navigatr does not list this organisation as active for this token. Nothing was changed.")
    with transaction.atomic():
        lock(connection.pk)
        given = {"connection": connection, "name": found.name[:200], "status": found.status[:50]}
        provider, is_new = Provider.objects.get_or_create(host=connection.host, navigatr_id=found.id, defaults=given)
        if not is_new:
            raise InvalidInput(f"{provider.connection} issues for {provider.name} already. Nothing was changed.")
        audit.record("add_organisation", connection, by=by, provider=found.id)
        enqueue.sync_badges(connection.pk)
    return provider


def _seen(client: NavigatrClient, navigatr_id: int) -> RemoteProvider | None:
    return next((with_status(client, one) for one in client.providers() if one.id == navigatr_id), None)


def _choice(verified: Verified, host: str) -> Choice:
    free = {one.id: one.name for one in addable(verified.providers, host)}
    seen = [one.id for one in verified.providers]
    known = Provider.objects.filter(host=host, navigatr_id__in=seen).select_related("connection").order_by("name")
    already = [one.name for one in known if one.connection.navigatr_user_id == verified.user.id]
    elsewhere = [one.name for one in known if one.connection.navigatr_user_id != verified.user.id]
    return Choice(verified.user.name or verified.user.id, free, elsewhere, already)


def _check_manager(by: User) -> None:
    if not permissions.is_manager(by):
        raise NotPermitted("Only a manager can connect Navigatr accounts; nothing was saved.")
