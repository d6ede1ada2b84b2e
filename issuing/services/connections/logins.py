"""Asks Navigatr who a login is, before anything of it is saved."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

from issuing.enums import AuthScheme, Outcome
from issuing.exceptions import InvalidInput, NavigatrError, NoEffect
from issuing.models import Connection, Pace
from issuing.navigatr import AccessToken, Bearer, NavigatrClient, Token, fetch_password_token
from issuing.navigatr import Provider as RemoteProvider
from issuing.navigatr import User as RemoteUser
from issuing.services.connections.clients import config
from issuing.services.connections.pacing import wait_for_joint_slot

AUTO = "auto"
_SAYS_NOTHING_OF_THE_REST = (Outcome.UNAUTHORISED, Outcome.RATE_LIMITED, Outcome.UNREACHABLE)


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """What was typed to prove who we are: a token, or a user name and password."""

    token: str = ""
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "<login>"

    def __reduce__(self) -> str:
        raise TypeError("a login is not pickled")

    def stored(self, scheme: str) -> str:
        """What is kept of it, encrypted."""
        if scheme == AuthScheme.PASSWORD:
            return json.dumps({"username": self.username, "password": self.password})
        return self.token.strip()


@dataclass(frozen=True, slots=True)
class Verified:
    """Who a login turned out to be, and for which organisations it may issue.

    Args:
        pace (Pace): not saved; how far the calls made so far have moved it.
        token (Token | None): the short-lived token a password bought.
    """

    scheme: AuthScheme
    user: RemoteUser
    providers: list[RemoteProvider]
    pace: Pace
    token: Token | None = field(default=None, repr=False)


def fingerprint(secret: str) -> str:
    """Enough of a secret's keyed hash to tell two apart; without SECRET_KEY not even a guess can be tried."""
    return salted_hmac("issuing.fingerprint", secret, algorithm="sha256").hexdigest()[:8]


def require(login: Login, scheme: str) -> None:
    """Refuse a login that lacks what its scheme sends.

    Raises:
        InvalidInput: with the sentence for whoever typed it.
    """
    if scheme == AuthScheme.PASSWORD:
        if not (login.username and login.password):
            raise InvalidInput("A user name and a password are needed for this way of signing in; nothing was saved.")
    elif not login.token.strip():
        raise InvalidInput("No access token was given; nothing was saved.")


def verify(base_url: str, host: str, scheme: str, login: Login) -> Verified:
    """Ask Navigatr who this is; `auto` tries the older scheme once where the current one is refused.

    Raises:
        InvalidInput: Navigatr does not say whose login it is.
        NavigatrError: it refused the login or did not answer.
    """
    gate = _Gate(host)
    schemes = [AuthScheme.ACCESS_TOKEN, AuthScheme.BEARER] if scheme == AUTO else [AuthScheme(scheme)]
    words = ""
    for each in schemes:
        try:
            return _verified(base_url, each, login, gate)
        except NoEffect as refusal:
            if refusal.outcome != Outcome.UNAUTHORISED:
                raise
            words = str(refusal).rstrip(".")
    raise NoEffect(
        f"Navigatr refused this login ({words}). Is it whole, still good, and made at this very address? "
        "Nothing was saved.",
        outcome=Outcome.UNAUTHORISED,
        status_code=401,
    )


def _verified(base_url: str, scheme: AuthScheme, login: Login, gate: "_Gate") -> Verified:
    credentials, token = _credentials(base_url, scheme, login, gate)
    client = NavigatrClient(config(base_url), credentials, gate=gate)
    user = client.user()
    if not user.id:
        raise InvalidInput("Navigatr answered, but did not say whose token this is; nothing was saved.")
    gate.is_known_as(user.id)
    providers = [with_status(client, provider) for provider in client.providers()]
    return Verified(scheme, user, providers, gate.own, token)


def _credentials(
    base_url: str, scheme: AuthScheme, login: Login, gate: "_Gate"
) -> tuple[AccessToken | Bearer, Token | None]:
    if scheme == AuthScheme.PASSWORD:
        token = fetch_password_token(config(base_url), login.username, login.password, gate=gate)
        return Bearer(token.access_token), token
    if scheme == AuthScheme.BEARER:
        return Bearer(login.token), None
    return AccessToken(login.token), None


def with_status(client: NavigatrClient, provider: RemoteProvider) -> RemoteProvider:
    """The same with its status, which a list may leave out; as it was where it cannot be read."""
    if provider.status:
        return provider
    try:
        return client.provider(provider.id)
    except NavigatrError as error:
        if error.outcome in _SAYS_NOTHING_OF_THE_REST:
            raise
        return provider


def wanted(verified: Verified, provider_ids: Collection[int]) -> list[RemoteProvider]:
    """The organisations to issue for: those named, else all that are Active.

    Raises:
        InvalidInput: the account does not see one of those named.
    """
    known = {provider.id: provider for provider in verified.providers}
    missing = [str(number) for number in provider_ids if number not in known]
    if missing:
        seen = ", ".join(f"{provider.id} {provider.name}" for provider in verified.providers) or "none"
        raise InvalidInput(
            f"This account does not see organisation {', '.join(missing)}. It sees: {seen}. Nothing was saved."
        )
    if provider_ids:
        return [known[number] for number in provider_ids]
    return [provider for provider in verified.providers if is_active(provider)]


def is_active(provider: RemoteProvider) -> bool:
    """Whether badges may be issued for it; of one that does not say, they may be tried."""
    return provider.status.lower() in ("active", "")


class _Gate:
    """Paces a login that is not saved yet: by itself, and with every account of its host, one of which it may be."""

    def __init__(self, host: str) -> None:
        self.own = Pace()
        self._accounts = dict(Connection.objects.filter(host=host).values_list("navigatr_user_id", "pk"))

    def __call__(self) -> None:
        wait_for_joint_slot(self._accounts.values(), own=self.own)

    def is_known_as(self, user_id: str) -> None:
        """From now on only that account's pace counts, if there is one."""
        self._accounts = {known: pk for known, pk in self._accounts.items() if known == user_id}
