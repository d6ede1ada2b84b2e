"""Whole names told apart: for certain at a comma, else by a guess that is shown."""

import pytest

from issuing.exceptions import SheetError
from issuing.sheets import PersonRow, certain, match_columns, people
from issuing.sheets.names import Split, split_name
from tests.sheets import files


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("O'Brien, Mary", "Mary", "O'Brien"),
        ('"O\'Brien, Mary"', "Mary", "O'Brien"),
        (" Núñez García ,  Zoë Ana ", "Zoë Ana", "Núñez García"),
        ("van der Berg, Jan", "Jan", "van der Berg"),
        ("", "", ""),
    ],
)
def test_split_name_is_certain_when_one_comma_tells_last_from_first(cell: str, first: str, last: str) -> None:
    assert split_name(cell) == Split(first, last, guessed=False)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("Mary O'Brien", "Mary", "O'Brien"),
        ("Ana Maria Lopez", "Ana Maria", "Lopez"),
        ("Ludwig van der Berg", "Ludwig", "van der Berg"),
        ("Dr. Mary Lee", "Mary", "Lee"),
        ("John Smith Jr.", "John", "Smith"),
        ("NÚÑEZ GARCÍA Zoë", "Zoë", "NÚÑEZ GARCÍA"),
        ("MARY LEE", "MARY", "LEE"),
        ("Zoë", "Zoë", ""),
        ("Lee,", "Lee", ""),
        ("Smith, Jr., John", "John", "Smith"),
        ("Smith, John, PhD", "John", "Smith"),
    ],
)
def test_split_name_guesses_when_nothing_tells_last_from_first(cell: str, first: str, last: str) -> None:
    assert split_name(cell) == Split(first, last, guessed=True)


def test_split_name_takes_the_last_name_first_when_the_column_says_so() -> None:
    assert split_name("Núñez Zoë Ana", last_first=True) == Split("Zoë Ana", "Núñez", guessed=True)
    assert split_name("van Berg Jan", last_first=True) == Split("Jan", "van Berg", guessed=True)
    assert split_name("Núñez, Zoë", last_first=True) == Split("Zoë", "Núñez", guessed=False)


@pytest.mark.parametrize(
    ("heading", "first"), [("Surname Forename", "Zoë"), ("Apellidos y nombre", "Zoë"), ("Student", "Núñez")]
)
def test_people_goes_by_the_heading_when_no_comma_tells_last_from_first(heading: str, first: str) -> None:
    table = files.table("Núñez Zoë,zoe@example.org", headings=f"{heading},Email")

    assert [(row.first_name, row.guessed_name) for row in people(table, match_columns(table))] == [(first, True)]


def test_people_splits_whole_names_and_marks_those_that_were_guessed() -> None:
    table = files.table('"Ng, Bo",bo@example.org', "Ann Lee,ann@example.org", headings="Student,Email")

    assert people(table, match_columns(table)) == [
        PersonRow(2, first_name="Bo", last_name="Ng", email="bo@example.org"),
        PersonRow(3, first_name="Ann", last_name="Lee", email="ann@example.org", guessed_name=True),
    ]


def test_people_says_that_a_part_is_missing_when_a_whole_name_is_one_word() -> None:
    table = files.table("Zoë,zoe@example.org", headings="Full name,Email")
    row = people(table, match_columns(table))[0]

    assert [(problem.field, problem.code) for problem in row.problems] == [("last_name", "missing")]
    assert (row.first_name, row.guessed_name) == ("Zoë", True)


def test_certain_refuses_whole_names_when_they_have_to_be_guessed() -> None:
    guessed = files.table("Ann Lee,ann@example.org", headings="Name,Email")
    with pytest.raises(SheetError, match="only “Name” with both in it") as caught:
        certain(guessed)

    assert caught.value.code == "missing_column"
    assert certain(files.table('"Lee, Ann",ann@example.org', headings="Name,Email")).rows
