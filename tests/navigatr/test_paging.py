"""A list is read to its end, whatever the server says about its length."""

from collections.abc import Callable
from typing import Any

import pytest

from issuing.exceptions import OutcomeUnknown
from issuing.navigatr import paging
from issuing.navigatr.paging import items_of, walk


class Pages:
    """Answers for pages 1, 2, …, the last one for ever; `asked` says which were read."""

    def __init__(self, *answers: Any) -> None:
        self.answers = answers
        self.asked: list[int] = []

    def __call__(self, number: int) -> Any:
        self.asked.append(number)
        return self.answers[min(number, len(self.answers)) - 1]


def ids(*numbers: int) -> list[dict[str, int]]:
    return [{"id": number} for number in numbers]


def read(pages: Callable[[int], Any], size: int = 2) -> list[list[int]]:
    return [[item["id"] for item in page.items] for page in walk(pages, size)]


TWO = [[1], [2]]
ENDS = {
    "by_total": ([{"items": ids(1, 2), "total": 3}, {"items": ids(3), "total": 3}], [[1, 2], [3]], 2),
    "by_pages": ([{"items": ids(1, 2), "pages": 2}, {"items": ids(3, 4), "pages": 2}], [[1, 2], [3, 4]], 2),
    "by_total_on_a_full_page": ([{"items": ids(1, 2), "total": 2}], [[1, 2]], 1),
    "by_a_short_page": ([{"items": ids(1)}], [[1]], 1),
    "by_a_short_array": ([ids(1, 2), ids(3)], [[1, 2], [3]], 2),
    "by_an_empty_page": ([ids(1, 2), []], [[1, 2]], 2),
    "empty_at_once": ([{"items": [], "total": 7, "pages": 4}], [], 1),
    "by_pages_on_a_full_page": ([{"items": ids(1, 2), "pages": 1}], [[1, 2]], 1),
    "total_larger_than_pages": ([{"items": ids(1), "total": 2, "pages": 1}, {"items": ids(2), "total": 2}], TWO, 2),
    "pages_larger_than_total": ([{"items": ids(1), "total": 1, "pages": 2}, {"items": ids(2), "total": 1}], TWO, 2),
    "paging_ignored": ([ids(1, 2)], [[1, 2]], 3),
    "pages_that_never_come": ([{"items": ids(1, 2), "pages": 9}, {"items": []}], [[1, 2]], 2),
    "an_item_moved_on": ([ids(1, 2), ids(2, 3), ids(4)], [[1, 2], [3], [4]], 3),
    "a_whole_page_moved_on": ([ids(1, 2), ids(1, 2), ids(3)], [[1, 2], [3]], 3),
    "odd_totals": ([{"items": ids(1), "total": "9", "pages": True}, {"items": ids(2)}], [[1]], 1),
    "negative_totals": ([{"items": ids(1), "total": -1, "pages": None}, {"items": ids(2)}], [[1]], 1),
}  # fmt: skip


@pytest.mark.parametrize("how", ENDS)
def test_list_is_read_to_its_end_when_it_ends(how: str) -> None:
    answers, expected, reads = ENDS[how]
    pages = Pages(*answers)
    assert read(pages) == expected
    assert pages.asked == list(range(1, reads + 1))


def test_list_is_not_cut_at_fifty_when_navigatr_keeps_to_its_own_size() -> None:
    pages = Pages(ids(*range(1, 51)), ids(*range(51, 101)), ids(101))
    assert [len(found) for found in read(pages, size=100)] == [50, 50, 1]


def test_items_are_told_apart_by_all_they_say_when_they_have_no_id() -> None:
    pages = Pages([{"name": "a"}, {"id": "", "name": "b"}], [{"id": "", "name": "b"}, "text"], [])
    assert [page.items for page in walk(pages, 2)] == [({"name": "a"}, {"id": "", "name": "b"}), ("text",)]


def test_page_says_what_navigatr_said_when_it_is_given() -> None:
    (page,) = walk(Pages({"items": ids(1), "total": 1, "pages": 1}), 2)
    assert (page.items, page.number, page.total, page.pages) == (({"id": 1},), 1, 1, 1)


def test_page_is_read_only_when_it_is_asked_for() -> None:
    pages = Pages(ids(1, 2), ids(3, 4))
    walked = walk(pages, 2)
    assert pages.asked == []
    next(walked)
    assert pages.asked == [1]


def test_walk_gives_up_when_the_list_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MAX_PAGES", 3)
    with pytest.raises(OutcomeUnknown, match="does not end"):
        read(lambda number: ids(2 * number, 2 * number + 1))


@pytest.mark.parametrize("answer", [{}, {"items": None}, {"items": {"id": 1}}, "text", 7, None])
def test_items_are_refused_when_the_answer_is_no_list(answer: object) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        items_of(answer)
    assert str(caught.value) == "Navigatr answered, but not with a list."
    assert caught.value.status_code == 200
