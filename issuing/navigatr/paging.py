"""Walking a list to its end, whatever the server says about its length."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from issuing.enums import Outcome
from issuing.exceptions import OutcomeUnknown
from issuing.navigatr.objects import Page

MAX_PAGES: Final = 10_000
USUAL_SIZE: Final = 50
"""What Navigatr gives where it does not go by the size it was asked for."""


def walk(fetch: Callable[[int], Any], size: int, first: int = 1) -> Iterator[Page[Any]]:
    """Pages of raw items, fetched one at a time as they are asked for.

    Ends at an empty page, at the second page in a row without anything new, when neither `pages` nor `total` says that
    there is more, or, where the server says neither, at a page that cannot be full. Where the two contradict each other
    the larger is believed: a list cut short is worse than one read too many. An item that moved to the next page
    meanwhile is given once.

    Args:
        fetch (Callable[[int], Any]): the parsed answer for a page, from 1.
        size (int): how many items a page was asked to have.
        first (int): the page to begin with; those before it count as read.

    Raises:
        OutcomeUnknown: an answer that is no page, or a list that never ends.
    """
    known, count, barren = set[str](), (first - 1) * min(size, USUAL_SIZE), 0
    for number in range(first, MAX_PAGES + 1):
        answer = fetch(number)
        items = items_of(answer)
        fresh = [item for item in items if _mark(item) not in known]
        known.update(map(_mark, items))
        count, barren = count + len(fresh), 0 if fresh else barren + 1
        total, pages = _said(answer, "total"), _said(answer, "pages")
        if fresh:
            yield Page(tuple(fresh), number, total, pages)
        may_be_full = len(items) >= min(size, USUAL_SIZE)
        if not items or barren == 2 or not _more(number, count, may_be_full, total, pages):
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


def _more(number: int, count: int, may_be_full: bool, total: int | None, pages: int | None) -> bool:
    if total is None and pages is None:
        return may_be_full
    return number < (pages or 0) or count < (total or 0)


def _mark(item: Any) -> str:
    """What makes an item the same as one seen before: its id, or all of it where it has none."""
    identity = item.get("id") if isinstance(item, dict) else None
    return f"id {identity}" if identity not in (None, "") else json.dumps(item, sort_keys=True)


def _said(answer: Any, name: str) -> int | None:
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
