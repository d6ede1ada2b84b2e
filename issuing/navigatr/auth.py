"""How a call says who it is: exactly one scheme, and no way to see the secret by accident."""

import re
from collections.abc import Callable
from typing import Final, NoReturn

from issuing.exceptions import InvalidInput

_VISIBLE_ASCII: Final = re.compile(r"[\x21-\x7e]+")
_PASTED_AROUND: Final = re.compile(r"^[\s\ufeff\u200b-\u200d\u2060\u00ad]+|[\s\ufeff\u200b-\u200d\u2060\u00ad]+\Z")
_SHORTEST_REDACTED: Final = 6


class Credentials:
    """A token as it is sent. Neither `repr`, `str`, `vars` nor JSON shows it; it cannot be pickled.

    Args:
        token (str): as pasted; white space around it is taken off.

    Raises:
        InvalidInput: empty, or not fit for a header (a line break, a blank inside, a letter beyond ASCII).
    """

    __slots__ = ("_token",)

    def __init__(self, token: str) -> None:
        self._token = _checked(token)

    def headers(self) -> dict[str, str]:
        """The one header that carries the token."""
        raise NotImplementedError

    def redact(self, words: str) -> str:
        """The same words without the token, should the other side have repeated it."""
        return redacting(self._token)(words)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A token is not to be stored or sent this way.")


class AccessToken(Credentials):
    """A personal access token in `X-Access-Token`, the current way."""

    __slots__ = ()

    def headers(self) -> dict[str, str]:
        return {"X-Access-Token": self._token}


class Bearer(Credentials):
    """A personal access token, or the short-lived token a password was changed for, as bearer."""

    __slots__ = ()

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def fits_a_header(token: str) -> bool:
    """Whether it is one word of visible ASCII."""
    return bool(_VISIBLE_ASCII.fullmatch(token))


def redacting(secret: str) -> Callable[[str], str]:
    """What takes a secret out of words. One too short to be told from ordinary words is left."""

    def redact(words: str) -> str:
        return words.replace(secret, "…") if len(secret) >= _SHORTEST_REDACTED else words

    return redact


def _checked(token: str) -> str:
    clean = _PASTED_AROUND.sub("", token)
    if not clean:
        raise InvalidInput("The access token is empty. Paste it again.")
    if not fits_a_header(clean):
        raise InvalidInput(
            "The access token has a line break, a blank or a letter in it that no token has. Copy it again, whole."
        )
    return clean
