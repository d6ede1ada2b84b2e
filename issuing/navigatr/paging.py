"""Walking a list to its end, whatever the server says about its length."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from issuing.enums import Outcome
from issuing.exceptions import OutcomeUnknown
from issuing.navigatr.objects import Page

MAX_PAGES: Final = 10_000


def walk(fetch: Callable[[int], Any], size: int) -> Iterator[Page[Any]]:
    """Pages of raw items, fetched one at a time as they are asked for.

    Ends at an empty or repeated page, or when neither `pages` nor `total` nor a full page says that there is more;
    where they contradict each other the larger is believed, for a list cut short is worse than one read too many.
    An item that moved to the next page meanwhile is given once.

    Args:
        fetch (Callable[[int], Any]): the parsed answer for a page, from 1.
        size (int): how many items a page was asked to have.

    Raises:
        OutcomeUnknown: an answer that is no page, or a list that never ends.
    """
    known, count, before = set[str](), 0, None
    for number in range(1, MAX_PAGES + 1):
        answer = fetch(number)
        items = items_of(answer)
        if not items or items == before:
            return
        fresh = [item for item in items if _mark(item) not in known]
        known.update(map(_mark, items))
        if not fresh:
            return
        count, before = count + len(fresh), items
        total, pages = _said(answer, "total"), _said(answer, "pages")
        yield Page(tuple(fresh), number, total, pages)
        if not _more(number, count, len(items) >= size, total, pages):
            return
    raise OutcomeUnknown("Navigatr's list does not end.", outcome=Outcome.UNKNOWN, status_code=200)


def items_of(answer: Any) -> list[Any]:
    """The items of a page, or of a bare array.

    Raises:
        OutcomeUnknown: it is neither.
    """
    items = answer.get("items") if isinstance(answer, dict) else answer
    if isinstance(items, list):
        return items
    raise OutcomeUnknown("Navigatr answered, but not with a list.", outcome=Outcome.UNKNOWN, status_code=200)


def _more(number: int, count: int, is_full: bool, total: int | None, pages: int | None) -> bool:
    if pages is not None and number < pages:
        return True
    if total is not None:
        return count < total
    return is_full


def _mark(item: Any) -> str:
    """What makes an item the same as one seen before: its id, or all of it where it has none."""
    identity = item.get("id") if isinstance(item, dict) else None
    return f"id {identity}" if identity not in (None, "") else json.dumps(item, sort_keys=True)


def _said(answer: Any, name: str) -> int | None:
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
