"""Replaces an account's token: by itself for the same person, with a manager's word for a colleague of theirs."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from issuing import permissions
from issuing.enums import StopReason
from issuing.exceptions import AlreadyTaken, InvalidInput, NotPermitted
from issuing.fields import Secret
from issuing.models import Connection, Provider, User
from issuing.services import audit
from issuing.services.connections.accounts import put
from issuing.services.connections.choosing import addable
from issuing.services.connections.logins import AUTO, Login, Verified, require, verify
from issuing.services.connections.pacing import lock

NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Replaced:
    """What replacing a token came to.

    Args:
        connection (Connection | None): the account that issues now; None where a manager is to say so first.
        user_id (str): Navigatr's id of whose token it is.
        user_name (str): their name there.
        new (list[str]): active organisations that the token sees and no account here issues for; they can be added.
    """

    connection: Connection | None
    user_id: str
    user_name: str
    new: list[str] = field(default_factory=list)


def replace(
    connection: Connection, *, login: Login, scheme: str = AUTO, accepted_user_id: str = "", by: User | None
) -> Replaced:
    """Give an account a new token, once Navigatr says it is good; what waits goes on.

    The token of somebody else who sees the same organisations is taken only where `accepted_user_id` names them: their
    account then issues for these organisations under this account's name, and this one's token is forgotten.

    Args:
        accepted_user_id (str): whose token a manager agreed to continue with.
        by (User | None): a manager; None for whoever runs the program.

    Raises:
        NotPermitted: `by` is no manager.
        InvalidInput: the login is empty, or does not see every organisation that the account issues for.
        AlreadyTaken: somebody changed the accounts at the same moment.
        NavigatrError: Navigatr refused the login or did not answer; nothing was saved.
    """
    if by is not None and not permissions.is_manager(by):
        raise NotPermitted("Only a manager can replace an access token; nothing was saved.")
    require(login, scheme)
    verified = verify(connection.base_url, connection.host, scheme, login)
    found = Replaced(None, verified.user.id, verified.user.name or verified.user.id)
    is_same = verified.user.id == connection.navigatr_user_id
    if not is_same:
        _check_sees_all(connection, verified)
        if accepted_user_id != verified.user.id:
            return found
    try:
        with transaction.atomic():
            now = _renewed(connection, login, verified, by) if is_same else _moved(connection, login, verified, by)
    except IntegrityError as error:
        raise AlreadyTaken("Somebody changed the Navigatr accounts just now; look again.") from error
    return Replaced(now, found.user_id, found.user_name, [one.name for one in addable(verified.providers, now.host)])


def _check_sees_all(connection: Connection, verified: Verified) -> None:
    whose = verified.user.name or verified.user.id
    before = connection.navigatr_user_name or connection.navigatr_user_id
    provided = list(connection.providers.order_by("navigatr_id"))
    if not provided:
        raise InvalidInput(
            f"This is {whose}'s token, not {before}'s, and this account issues for no organisation. Connect it as an "
            "account of its own. Nothing was saved."
        )
    seen = {provider.id for provider in verified.providers}
    missing = [f"{one.name} ({one.navigatr_id})" for one in provided if one.navigatr_id not in seen]
    if missing:
        raise InvalidInput(
            f"This is {whose}'s token, not {before}'s, and it does not see {', '.join(missing)}, for which this "
            "account issues. Use a token that does. Nothing was saved; what waits is safe."
        )


def _renewed(connection: Connection, login: Login, verified: Verified, by: User | None) -> Connection:
    current = Connection.objects.get(pk=connection.pk)
    return put(current.name, current.base_url, login, verified, [], by).connection


def _moved(connection: Connection, login: Login, verified: Verified, by: User | None) -> Connection:
    """The colleague's account, which issues from now on for what this one issued for."""
    known = Connection.objects.filter(host=connection.host, navigatr_user_id=verified.user.id).first()
    for number in sorted({connection.pk} | ({known.pk} if known else set())):
        lock(number)  # nobody is choosing a row of either now
    old = Connection.objects.get(pk=connection.pk)
    name = known.name if known and known.stop_reason != StopReason.REPLACED else old.name
    if name == old.name:
        _retire_name(old)
    new = put(name, old.base_url, login, verified, [], by).connection
    Provider.objects.filter(connection=old).update(connection=new)
    _forget(old)
    numbers = list(new.providers.order_by("navigatr_id").values_list("navigatr_id", flat=True))
    audit.record("hand_over", old, by=by, to=str(new.uuid), providers=numbers)
    return new


def _retire_name(old: Connection) -> None:
    whose, day = old.navigatr_user_name or old.navigatr_user_id, timezone.localtime()
    label = f" ({whose}, until {day:%-d %b %Y})"
    wanted = f"{old.name[: max(0, NAME_LENGTH - len(label))]}{label}"[:NAME_LENGTH]
    if Connection.objects.filter(name=wanted).exists():
        wanted = f"{wanted[: NAME_LENGTH - 20]} {day:%H:%M:%S} {old.pk}"[:NAME_LENGTH]
    old.name = wanted
    old.save(update_fields=["name"])


def _forget(old: Connection) -> None:
    """Keep the row, for what was sent over it, without anything that could send."""
    old.secret, old.access_token, old.access_token_expires_at = Secret(""), None, None
    old.fingerprint, old.secret_version = "", old.secret_version + 1
    old.stop_reason, old.stop_detail, old.stopped_at = StopReason.REPLACED, "", timezone.now()
    old.save()
