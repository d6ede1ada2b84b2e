"""Dates as people write them, and the one question that is asked about them."""

from datetime import date

import pytest

from issuing.sheets import date_orders, match_columns, people, person
from issuing.sheets.dates import order_of, parse_date
from issuing.validators import InvalidValue
from tests.sheets import files

DAY = date(2026, 9, 4)
HEADINGS = f"{files.HEADINGS},Issue date"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-09-04",
            "2026-9-4",
            "2026/09/04",
            "2026.09.04",
            "2026-09-04T10:30:00",
            "2026-09-04 10:30",
            "4 Sept 2026",
        ),
        *("4th of September, 2026", "Sep 4, 2026", "4-Sep-26", "Friday, 4 September 2026", "04 Sep 2026 14:02:11"),
        *("September 4th 2026", " 4 sep. 2026 ", "Fri 4 Sep 2026", "2026-09-04T00:00:00Z"),
    ],
)
def test_parse_date_understands_a_date_when_it_can_be_read_in_one_way(text: str) -> None:
    assert (parse_date(text), parse_date(text, day_first=True), parse_date(text, day_first=False)) == (DAY, DAY, DAY)


@pytest.mark.parametrize("text", ["4/9/2026", "04.09.2026", "4-9-2026", "4/9/26", "04/09/2026 10:30"])
def test_parse_date_never_guesses_when_day_and_month_could_be_swapped(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_date(text)

    assert caught.value.code == "date_order"
    assert (parse_date(text, day_first=True), parse_date(text, day_first=False)) == (DAY, date(2026, 4, 9))


@pytest.mark.parametrize(
    "text", ["soon", "46279", "31 Feb 2026", "2026-02-30", "4 Foo 2026", "14-09-26", "9/2026", "1/1/1066"]
)
def test_parse_date_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_date(text, day_first=True)

    assert caught.value.code == "date_not_understood"


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2026-09-04", "", "soon"], None),
        (["5/5/2026"], None),
        (["4/9/2026", "13/9/2026"], "day"),
        (["4/9/2026", "9/13/2026"], "month"),
        (["4/9/2026"], "ask"),
        (["13/9/2026", "9/13/2026"], "ask"),
    ],
)
def test_order_of_goes_by_parts_above_twelve_when_they_agree(cells: list[str], order: str | None) -> None:
    assert order_of(cells) == order


def test_people_asks_once_for_the_order_when_the_file_does_not_show_it() -> None:
    table = files.table("Ann,Lee,ann@example.org,4/9/2026", "Bo,Ng,bo@example.org,2026-09-04", headings=HEADINGS)
    matching = match_columns(table)

    assert date_orders(table, matching) == "ask"
    found = [[problem.code for problem in row.problems] for row in people(table, matching)]
    assert found == [["date_order"], []]
    assert [row.issue_date for row in people(table, matching, day_first=True)] == [DAY, DAY]


def test_people_needs_no_answer_when_another_row_shows_the_order() -> None:
    table = files.table("Ann,Lee,ann@example.org,4/9/2026", "Bo,Ng,bo@example.org,30/9/2026", headings=HEADINGS)

    assert people(table, match_columns(table))[0].issue_date == DAY


def test_person_reads_a_typed_date_when_it_shows_its_order_or_was_told() -> None:
    typed = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.org", "issue_date": "4/9/2026"}

    assert person(2, typed).problems[0].code == "date_order"
    assert person(2, typed, day_first=True).issue_date == DAY
    assert person(2, typed | {"issue_date": "30/9/2026"}).issue_date == date(2026, 9, 30)
