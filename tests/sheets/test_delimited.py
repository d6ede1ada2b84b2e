"""Comma-separated files as programs really write them."""

from typing import Any

import pytest

from issuing.exceptions import SheetError
from issuing.sheets import Choices, read_table
from tests.sheets import files


def refusal(content: bytes, name: str = "", **how: Any) -> tuple[str, str]:
    with pytest.raises(SheetError) as caught:
        read_table(content, name=name, choices=Choices(**how))
    return caught.value.code, str(caught.value)


@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")]
)
def test_read_table_finds_the_delimiter_when_it_is_not_told(delimiter: str, name: str) -> None:
    content = files.csv("Zoë,Núñez,zoe@example.org").replace(b",", delimiter.encode())

    table = read_table(content)

    assert (table.delimiter, table.rows) == (delimiter, [(2, ("Zoë", "Núñez", "zoe@example.org"))])
    assert f"with {name}," in table.said


def test_read_table_prefers_semicolons_when_cells_hold_commas() -> None:
    content = b"Name;Email\r\nLee, Ann;ann@example.org\r\nNg, Bo;bo@example.org\r\n"

    assert read_table(content).rows[0] == (2, ("Lee, Ann", "ann@example.org"))


def test_read_table_reads_one_column_when_nothing_separates() -> None:
    table = read_table(b"Email\nann@example.org\nbo@example.org\n")

    assert (table.headings, [cells for _, cells in table.rows]) == (
        ("Email",),
        [("ann@example.org",), ("bo@example.org",)],
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_read_table_takes_no_mark_into_the_first_heading_when_a_file_begins_with_one(encoding: str) -> None:
    content = "First name;Email\r\nZoë;zoe@example.org\r\n".encode(encoding)

    table = read_table(content)

    assert (table.headings, table.rows) == (("First name", "Email"), [(2, ("Zoë", "zoe@example.org"))])


def test_read_table_unwraps_rows_when_each_stands_whole_in_quotation_marks() -> None:
    content = b'"First name,Last name,Email"\r\n"Ann,""Lee, Ng"",ann@example.org"\r\n"Bo,Ng,bo@example.org"\r\n'

    assert read_table(content).rows == [(2, ("Ann", "Lee, Ng", "ann@example.org")), (3, ("Bo", "Ng", "bo@example.org"))]


def test_read_table_follows_excels_own_line_when_it_names_the_delimiter() -> None:
    table = read_table(b"sep=;\r\nName;Email\r\nLee, Ann;ann@example.org\r\n")

    assert (table.header_row, table.rows) == (2, [(3, ("Lee, Ann", "ann@example.org"))])


def test_read_table_keeps_quoted_delimiters_and_line_breaks_when_they_are_in_one_cell() -> None:
    table = files.table('"Ann, ""Annie""","Lee\nNg",ann@example.org', "Bo,Ng,bo@example.org")

    assert table.rows == [(2, ('Ann, "Annie"', "Lee\nNg", "ann@example.org")), (3, ("Bo", "Ng", "bo@example.org"))]


def test_read_table_counts_rows_as_the_file_does_when_some_are_blank() -> None:
    table = files.table("", "Ann,Lee,ann@example.org", ",,", "Bo,Ng,bo@example.org", "")

    assert ([row_no for row_no, _ in table.rows], table.blank_rows) == ([3, 5], 2)


def test_read_table_reads_another_encoding_when_staff_chose_it() -> None:
    content = files.csv("Zoë,Núñez,zoe@example.org").decode().encode("cp1252")

    table = read_table(content, choices=Choices(encoding="cp1252"))

    assert table.rows == [(2, ("Zoë", "Núñez", "zoe@example.org"))]
    assert table.said.startswith("CSV in Windows Western with commas")


@pytest.mark.parametrize(
    ("how", "code"),
    [({"encoding": "utf-7"}, "encoding"), ({"encoding": "no"}, "encoding"), ({"delimiter": "x"}, "delimiter")],
)
def test_read_table_refuses_what_staff_chose_when_it_cannot_be(how: dict[str, str], code: str) -> None:
    assert refusal(files.csv("Ann,Lee,ann@example.org"), **how)[0] == code


@pytest.mark.parametrize(
    "lines",
    [
        ('"Ann,Lee,ann@example.org', "Bo,Ng,bo@example.org"),
        ('"Ann,Lee,ann@example.org', 'Bo,Ng,bo@example.org"', "Cy,Ek,cy@example.org"),
    ],
)
def test_read_table_names_the_row_when_a_quotation_mark_is_never_closed(lines: tuple[str, ...]) -> None:
    code, sentence = refusal(files.csv(*lines))

    assert code == "damaged"
    assert sentence.startswith("A quotation mark in row 2 is never closed")


def test_read_table_refuses_data_when_it_is_no_text() -> None:
    code, sentence = refusal(bytes(range(32)) * 20, name="people.csv")

    assert (code, sentence.split(".")[0]) == ("not_a_table", "“people")


def test_read_table_leaves_out_nulls_when_a_file_holds_them() -> None:
    assert files.table("An\x00n,Lee,ann@example.org").rows == [(2, ("Ann", "Lee", "ann@example.org"))]
