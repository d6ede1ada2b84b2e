"""Lists of any length: pages by key, never by offset, and counts that stop at a bound."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)

SIZE = 50
BOUND = 10_000


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page of a list, newest first, and the addresses of its neighbours.

    Args:
        said (str): how many there are in all, e.g. "231 badges" or "10,000+ badges".
        count (int): the same as a number, no higher than one beyond the bound.
    """

    rows: list[M]
    said: str
    before_url: str
    after_url: str
    count: int = 0


def page(
    request: HttpRequest,
    rows: QuerySet[M],
    *,
    size: int = SIZE,
    noun: tuple[str, str],
    countable: QuerySet[M] | None = None,
    most: int = BOUND,
) -> Page[M]:
    """The page of `rows` that the address asks for by `before` or `after`, a primary key; newest (highest key) first.

    Args:
        rows (QuerySet): filtered, in any order.
        noun (tuple[str, str]): what is counted, one and many.
        countable (QuerySet | None): the same rows, put in the way that is counted fastest.
        most (int): how far they are counted.
    """
    before, after = _key(request, "before"), _key(request, "after")
    if before is not None:
        found = list(rows.filter(pk__gt=before).order_by("pk")[: size + 1])
        has_before, has_after = len(found) > size, True
        found = found[:size][::-1]
    else:
        older = rows if after is None else rows.filter(pk__lt=after)
        found = list(older.order_by("-pk")[: size + 1])
        has_before, has_after = after is not None, len(found) > size
        found = found[:size]
    before_url = _url(request, before=found[0].pk) if has_before and found else ""
    after_url = _url(request, after=found[-1].pk) if has_after and found else ""
    count = bounded_count(rows if countable is None else countable, most)
    return Page(found, _words(count, noun, most), before_url, after_url, count)


def said(rows: QuerySet[Any], noun: tuple[str, str]) -> str:
    """How many there are, in words; beyond the bound only that there are more."""
    return _words(bounded_count(rows), noun)


def _words(count: int, noun: tuple[str, str], most: int = BOUND) -> str:
    if count > most:
        return f"{most:,}+ {noun[1]}"
    return f"{count:,} {noun[0] if count == 1 else noun[1]}"


def bounded_count(rows: QuerySet[Any], most: int = BOUND) -> int:
    """How many there are, counted no further than one beyond the bound."""
    return rows.order_by().values("pk")[: most + 1].count()


def _key(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _url(request: HttpRequest, **key: int) -> str:
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    query.update({name: str(value) for name, value in key.items()})
    return f"?{query.urlencode()}"
