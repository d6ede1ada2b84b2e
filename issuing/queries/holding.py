"""Who has a badge already, or is being sent it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TypeVar

from issuing.models import Badge, Issuance

T = TypeVar("T")


def holders(badge: Badge, keys: Collection[str]) -> set[str]:
    """Those e-mail keys to which Navigatr's records show this badge, whoever issued it; revoked ones do not count."""
    kept = badge.assertions.exclude(status__iexact="Revoked")
    return {
        key for part in batched(keys) for key in kept.filter(email_key__in=part).values_list("email_key", flat=True)
    }


def standings(badge: Badge, keys: Collection[str]) -> dict[str, set[str]]:
    """In which statuses our own live issuances of this badge stand, by e-mail key; keys without any are left out."""
    return _standings(badge, "email_key", keys)


def standings_of(badge: Badge, learner_ids: Collection[int]) -> dict[int, set[str]]:
    """The same by learner, whatever address they had then."""
    return _standings(badge, "learner_id", learner_ids)


def _standings(badge: Badge, column: str, values: Collection[T]) -> dict[T, set[str]]:
    found: dict[T, set[str]] = defaultdict(set)
    live = Issuance.objects.live().filter(badge=badge)
    for part in batched(values):
        for value, status in live.filter(**{f"{column}__in": part}).values_list(column, "status"):
            found[value].add(status)
    return found


def batched(values: Collection[T], size: int = 500) -> Iterator[list[T]]:
    """The values in lists no longer than a database takes as parameters."""
    every = list(values)
    return (every[start : start + size] for start in range(0, len(every), size))
