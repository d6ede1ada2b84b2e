"""Who is under 13 by a column of dates of birth."""

from datetime import date

import pytest

from issuing.sheets import Births, births, is_of_births, match_columns, read_table

TODAY = date(2026, 11, 24)


def found(*cells: str, heading: str = "DOB", day_first: bool | None = None) -> Births | None:
    lines = [f"First name,Last name,Email,{heading}", *(f"Ana,Ng,a{n}@a.org,{cell}" for n, cell in enumerate(cells))]
    table = read_table("\n".join(lines).encode(), name="list.csv")
    return births(table, match_columns(table), today=TODAY, day_first=day_first)


def test_column_says_who_is_under_13_and_which_cells_say_nothing() -> None:
    seen = found("2013-11-24", "2013-11-25", "", "4 May 2016", "unknown", "1850-01-01", "2027-01-01")
    assert seen == Births("DOB", frozenset({3, 5}), 3)


@pytest.mark.parametrize(
    ("cells", "young"),
    [
        (["11/25/2013"], {2}),  # the month is first, or it is no date
        (["13/11/2013", "10/12/2013"], {3}),  # the first shows that the day is first
        (["10/12/2013"], {2}),  # by one of two ways not yet 13
        (["01/02/2013"], set()),  # in both ways 13
        (["4/5/16", "4/5/60"], {2}),  # nobody is born in 2060
    ],
)
def test_doubtful_date_counts_as_under_13(cells: list[str], young: set[int]) -> None:
    seen = found(*cells)
    assert seen is not None
    assert seen.young == young


def test_day_is_first_where_staff_said_so() -> None:
    seen = found("10/12/2013", day_first=False)
    assert seen is not None
    assert seen.young == set()


@pytest.mark.parametrize("heading", ["Place of birth", "Email 2"])
def test_column_without_dates_or_of_something_else_says_nothing(heading: str) -> None:
    assert found("Leeds", "", heading=heading) is None


def test_column_of_dates_that_is_of_something_else_says_nothing() -> None:
    assert found("2016-05-04", heading="Joined") is None


@pytest.mark.parametrize(
    "heading",
    ["Date of birth", "D.O.B.", "Geburtsdatum", "Date de naissance", "Fecha de nacimiento", "Data di nascita",
     "Data de nascimento", "Geboortedatum", "Data urodzenia", "Data nașterii", "Doğum tarihi", "Дата народження",
     "Dyddiad geni", "Dáta breithe", "تاريخ الميلاد", "تاریخ پیدائش", "出生日期"],
)  # fmt: skip
def test_heading_of_birthdays_is_known_in_each_language(heading: str) -> None:
    assert is_of_births(heading)


@pytest.mark.parametrize("heading", ["Email", "Adobe ID", "Date", "Stubborn", "Genius"])
def test_other_heading_is_none_of_birthdays(heading: str) -> None:
    assert not is_of_births(heading)
