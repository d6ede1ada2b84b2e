"""Carries a login over the one question a manager is asked, through a page that cannot read it."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.utils import timezone

from issuing.exceptions import InvalidInput, SecretUnreadable
from issuing.fields import decrypt, encrypt
from issuing.models import Connection, User
from issuing.services.connections.logins import Login

MINUTES = 15
_ENDED = "This question was open for too long, or for somebody else. Paste the access token again; nothing was saved."


def seal(login: Login, scheme: str, *, to: Connection | str, by: User) -> str:
    """The login as text that only this program can read, for this person, for a quarter of an hour.

    Args:
        to (Connection | str): the account that it is for; of one that is not connected yet, its base URL.
    """
    values = [login.token, login.username, login.password, scheme, timezone.now().timestamp()]
    return urlsafe_b64encode(encrypt(json.dumps(values).encode(), _owner(to, by))).decode()


def unseal(text: str, *, to: Connection | str, by: User) -> tuple[Login, str]:
    """The login and its scheme.

    Raises:
        InvalidInput: it is too old, or was made for another account or person.
    """
    try:
        plain = decrypt(urlsafe_b64decode(text.encode()), _owner(to, by))
        token, username, password, scheme, at = json.loads(plain)
    except (binascii.Error, SecretUnreadable, UnicodeError, ValueError):
        raise InvalidInput(_ENDED) from None
    if not 0 <= timezone.now().timestamp() - at <= MINUTES * 60:
        raise InvalidInput(_ENDED)
    return Login(token, username, password), scheme


def _owner(to: Connection | str, by: User) -> str:
    return f"{f'connecting {to}' if isinstance(to, str) else f'replacing {to.uuid}'} by {by.uuid}"
