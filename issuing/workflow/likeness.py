"""Whether two names may be one person's. Pure."""

import unicodedata
from typing import Protocol


class Named(Protocol):
    """Anything with the two names."""

    @property
    def first_name(self) -> str: ...

    @property
    def last_name(self) -> str: ...


def same_name(one: Named, other: Named) -> bool:
    """Whether two names may be one person's: a common first name, or a common last name and the same initial.

    Brothers and sisters share an address and a last name, and one's consent is not the other's.
    """
    if (one.first_name, one.last_name) == (other.first_name, other.last_name):
        return True
    first, last = _words(one.first_name), _words(one.last_name)
    known_first, known_last = _words(other.first_name), _words(other.last_name)
    if set(first) & {*known_first, *known_last}:
        return True
    return bool(set(last) & set(known_last) and first and known_first and first[0][0] == known_first[0][0])


def _words(name: str) -> list[str]:
    """The words of a name in small letters, without accents and other marks."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in plain).split()
