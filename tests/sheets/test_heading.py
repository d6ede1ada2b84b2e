"""Where the table in a file is, and which of its records are people."""

import pytest

from issuing.exceptions import SheetError
from issuing.sheets import Choices, Table, match_columns, people, read_table
from tests.sheets import files

ANN = "Ann,Lee,ann@example.org"
BO = "Bo,Ng,bo@example.org"


def read(*lines: str, **choices: int) -> Table:
    return read_table("".join(f"{line}\n" for line in lines).encode(), choices=Choices(**choices))  # type: ignore[arg-type]


def numbers(table: Table) -> list[int]:
    return [number for number, _ in table.rows]


@pytest.mark.parametrize(
    ("lines", "header_row"),
    [
        (("Class list,,", "Year 11,Autumn,", files.HEADINGS, ANN), 3),
        ((",Who,", files.HEADINGS, ANN), 2),
        (("Course: Digital, Level 2, Group A, 2026", "", "Vorname;Name;E-Mail", "Zoë;Ng;z@example.org"), 3),
        (("Report", "Etunimi,Sukunimi,Sähköposti", ANN, BO), 2),
        (("Report for,Ann", "Etunimi,Sukunimi,Sähköposti", ANN, BO), 2),
        (("Email", "ann@example.org"), 1),
        (("User Email,Topic", "host@example.org,x", "", "Name,Email,When", "Ann Lee,ann@example.org,x"), 4),
        ((files.HEADINGS, ANN, "First name,Last name,Email,Student number", f"{BO},1"), 1),
    ],
)
def test_read_table_finds_the_headings_when_something_stands_above_them(
    lines: tuple[str, ...], header_row: int
) -> None:
    table = read(*lines)

    assert (table.header_row, table.above) == (header_row, sum(bool(line) for line in lines[: header_row - 1]))


def test_read_table_takes_the_row_staff_chose_when_it_guessed_another() -> None:
    lines = ("Forename,Surname,Email", "Vorname,Nachname,Mail", ANN)
    assert read(*lines).header_row == 1

    table = read(*lines, header_row=2)

    assert (table.headings, table.above, numbers(table)) == (("Vorname", "Nachname", "Mail"), 1, [3])


@pytest.mark.parametrize(("row", "code"), [(2, "no_header"), (9, "no_header"), (3, "no_header"), (4, "no_header")])
def test_read_table_refuses_the_row_staff_chose_when_no_headings_can_be_there(row: int, code: str) -> None:
    with pytest.raises(SheetError) as caught:
        read(files.HEADINGS, "", ANN, "Bo,Ng,x", header_row=row)

    assert caught.value.code == code


def test_read_table_never_passes_over_people_when_headings_stand_below_them() -> None:
    with pytest.raises(SheetError) as caught:
        read(ANN, BO, ANN, BO, files.HEADINGS, ANN)

    assert caught.value.code == "no_header"
    assert read("Email,Etunimi,Sukunimi", *["a@example.org,A,B"] * 4, files.HEADINGS, ANN).header_row == 1


def test_read_table_shows_the_first_records_when_headings_are_to_be_chosen() -> None:
    table = read("Report", "", files.HEADINGS, ",".join(["x" * 90] * 20), *[ANN] * 20)

    assert [number for number, _ in table.top] == [1, 3, *range(4, 14)]
    assert table.top[:2] == ((1, ("Report",)), (3, ("First name", "Last name", "Email")))
    assert {len(cell) for cell in table.top[2][1]} == {40} and len(table.top[2][1]) == 8


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Required,Required,e.g. a@b.org", "instructions"),
        ('"Please type one learner in each row, no titles",,', "instructions"),
        (",,Points Possible", "points_possible"),
        ("First name,Last name,Email", "repeated_header"),
        ("E-mail,Surname,Forename", "another_section"),
        ("2. Absent,,", "another_section"),
    ],
)
def test_read_table_leaves_a_record_out_when_it_is_no_person(line: str, why: str) -> None:
    table = read(files.HEADINGS, line, ANN) if why != "another_section" else read(files.HEADINGS, ANN, line)

    number = 3 if why == "another_section" else 2
    assert (table.left_out, len(table.rows)) == (((number, why),), 1)
    assert f"row {number} left out (" in table.said


@pytest.mark.parametrize(
    "line", ["Total,,2", "Number of learners,,2", "Grand total: 2", "Page 1 of 1", "Printed by Ann"]
)
def test_read_table_leaves_totals_and_notes_out_when_they_come_last(line: str) -> None:
    table = read(files.HEADINGS, ANN, BO, "", line)

    assert (numbers(table), [number for number, _ in table.left_out]) == ([2, 3], [5])


@pytest.mark.parametrize(
    "line", ["Ann,Lee,", "Max,Text,", "Date,Ann,", "Total,Eclipse,", "Required,Reading,r@example.org", "1. Ann,Lee,"]
)
def test_read_table_never_leaves_out_somebody_when_a_row_names_them(line: str) -> None:
    for lines in ((line, ANN), (ANN, line), (ANN, line, BO)):
        table = read(files.HEADINGS, *lines)

        assert (len(table.rows), table.left_out) == (len(lines), ())


def test_read_table_leaves_out_the_title_of_each_group_when_headings_come_again() -> None:
    table = read("Class A", files.HEADINGS, ANN, "", "Class B,,", files.HEADINGS, BO)

    assert (numbers(table), table.left_out) == ([3, 7], ((5, "repeated_header"), (6, "repeated_header")))


def test_read_table_goes_on_when_headings_stand_in_two_languages() -> None:
    table = read("Alpha,Beta,Gamma", "Enw cyntaf,Cyfenw,E-bost", "Forename,Surname,Email", ANN, header_row=1)

    assert (numbers(table), [why for _, why in table.left_out]) == ([4], ["repeated_header"] * 2)


def test_read_table_counts_blank_rows_apart_when_others_are_left_out() -> None:
    table = read(files.HEADINGS, "", "Required,Optional,Required", ANN, "", files.HEADINGS, BO, "", "Total,,2")

    assert (table.blank_rows, table.left_out) == (2, ((3, "instructions"), (6, "repeated_header"), (9, "total")))
    assert people(table, match_columns(table))[1].row_no == 7
