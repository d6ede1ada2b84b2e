"""Puts something by for an hour, encrypted, in the cache that all processes share."""

from typing import Final

from django.core.cache import cache

from issuing.exceptions import SecretUnreadable
from issuing.fields import decrypt, encrypt

KEPT_SECONDS: Final = 3600


def put(name: str, data: bytes) -> None:
    """Put `data` by under a name nobody can guess, in place of what lay there; its hour begins anew."""
    cache.set(name, encrypt(data, name), KEPT_SECONDS)


def look(name: str) -> bytes | None:
    """What is put by under a name; None once its hour is over, or the keys were replaced meanwhile."""
    sealed = cache.get(name)
    try:
        return decrypt(sealed, name) if sealed else None
    except SecretUnreadable:
        return None


def drop(name: str) -> None:
    cache.delete(name)
