"""Rows as people: cleaned, and each with everything that is wrong with it."""

from dataclasses import replace
from datetime import date

import pytest

from issuing.sheets import PersonRow, Problem, match_columns, people
from tests.sheets import files

REST = "Student number,Organisation,Issue date,Expiry date,Evidence text,Evidence URL,Private note"
ALL = f"{files.HEADINGS},{REST}"


def read(*lines: str, headings: str = files.HEADINGS) -> list[PersonRow]:
    table = files.table(*lines, headings=headings)
    return people(table, match_columns(table))


def problems(line: str, *, headings: str = files.HEADINGS) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in read(line, headings=headings)[0].problems]


def test_people_cleans_every_value_when_a_row_is_in_order() -> None:
    who = " Zoe\u0308 ,Núñez,Zoe <Zoe.Nunez@EXAMPLE.org>"
    what = "00123,College,2026-09-14,2027-09-14,Did it.,https://example.org/z,secret"

    assert read(f"{who},{what}", headings=ALL) == [
        PersonRow(
            row_no=2,
            first_name="Zoë",
            last_name="Núñez",
            email="Zoe.Nunez@example.org",
            student_number="00123",
            organisation="College",
            issue_date=date(2026, 9, 14),
            end_date=date(2027, 9, 14),
            evidence_text="Did it.",
            evidence_url="https://example.org/z",
            repaired=("The address Zoe.Nunez@example.org was taken out of “Zoe <Zoe.Nunez@EXAMPLE.org>”.",),
        )
    ]


def test_people_never_copies_a_cell_when_its_column_is_unused() -> None:
    row = read("Ann,Lee,ann@example.org,,,,,,,a private note", headings=ALL)[0]

    assert "private" not in repr(row)


def test_people_names_every_problem_when_a_row_has_several() -> None:
    row = read("@nn,,not an address")[0]

    assert row.problems == (
        Problem("first_name", "looks_like_address", "The first name looks like an address. Are two columns swapped?"),
        Problem("last_name", "missing", "The last name is missing."),
        Problem("email", "not_an_address", row.problems[2].sentence),
    )
    assert replace(row, problems=()) == PersonRow(2, first_name="@nn", email="not an address")


@pytest.mark.parametrize(
    ("cell", "number"),
    [("00123", "00123"), ('"=""00123"""', "00123"), (" A 1 ", "A 1"), ("", ""), ("9" * 50, "9" * 50)],
)
def test_people_keeps_a_student_number_as_text_when_it_has_leading_zeros(cell: str, number: str) -> None:
    row = read(f"Ann,Lee,ann@example.org,{cell}", headings=f"{files.HEADINGS},Student number")[0]

    assert (row.student_number, row.problems) == (number, ())


@pytest.mark.parametrize(
    ("column", "cell", "found"),
    [
        ("Student number", "9" * 51, ("student_number", "too_long")),
        ("Student number", '"12\n34"', ("student_number", "control_characters")),
        ("Organisation", "o" * 201, ("organisation", "too_long")),
        ("Issue date", "14/09/2026x", ("issue_date", "date_not_understood")),
        ("Issue date", "4/5/2026", ("issue_date", "date_order")),
        ("Issue date", "2026-02-30", ("issue_date", "date_not_understood")),
        ("Expiry date", "soon", ("end_date", "date_not_understood")),
        ("Evidence text", "e" * 2001, ("evidence_text", "too_long")),
        ("Evidence URL", "example.org", ("evidence_url", "not_a_url")),
    ],
)
def test_people_names_the_field_when_a_value_cannot_be_used(column: str, cell: str, found: tuple[str, str]) -> None:
    assert problems(f"Ann,Lee,ann@example.org,{cell}", headings=f"{files.HEADINGS},{column}") == [found]


@pytest.mark.parametrize(
    ("cell", "name"),
    [("'=Ann", "=Ann"), ("'-Ann", "-Ann"), ('"=""Ann"""', "Ann"), ("'t Hooft", "'t Hooft"), ("'", "'")],
)
def test_people_undoes_what_keeps_a_cell_from_being_a_formula(cell: str, name: str) -> None:
    assert read(f"{cell},Lee,ann@example.org")[0].first_name == name


def test_people_says_that_a_badge_would_end_before_it_begins_when_dates_are_swapped() -> None:
    headings = f"{files.HEADINGS},Issue date,Expiry date"

    assert problems("Ann,Lee,ann@example.org,2026-09-14,2026-09-13", headings=headings) == [
        ("end_date", "ends_before_issue")
    ]
    assert problems("Ann,Lee,ann@example.org,2026-09-14,2026-09-14", headings=headings) == []


def test_people_distrusts_a_row_when_it_has_more_cells_than_headings() -> None:
    assert problems("Ann,Lee,ann@example.org,moved") == [("", "too_many_cells")]


def test_people_keeps_what_can_be_shown_when_a_value_is_far_too_long() -> None:
    row = read(f"{'n' * 5000},Lee,{'a' * 5000}")[0]

    assert (row.first_name, row.email) == ("n" * 100, "a" * 100)
    assert [problem.code for problem in row.problems] == ["too_long", "too_long"]


def test_people_accepts_a_row_when_last_names_may_be_blank() -> None:
    table = files.table("Ann,ann@example.org", headings="First name,Email")

    assert people(table, match_columns(table, require_last_name=False)) == [
        PersonRow(2, first_name="Ann", email="ann@example.org")
    ]
