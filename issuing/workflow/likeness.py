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
    """Whether two names may be one person's.

    They share a first name, or a last name where one first name begins the other (Will and William, B. and Bea).
    Brothers and sisters share an address and a last name, and one's consent is not the other's.
    """
    if (one.first_name, one.last_name) == (other.first_name, other.last_name):
        return True
    first, last = _words(one.first_name), _words(one.last_name)
    known_first, known_last = _words(other.first_name), _words(other.last_name)
    if set(first) & {*known_first, *known_last}:
        return True
    if not (set(last) & set(known_last) and first and known_first):
        return False
    return first[0].startswith(known_first[0]) or known_first[0].startswith(first[0])


def _words(name: str) -> list[str]:
    """The words of a name in small letters, without accents and other marks."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in plain).split()
