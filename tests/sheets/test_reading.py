"""From bytes to a table: what is read, what is said about it, and what is refused before anything is read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuing.exceptions import SheetError
from issuing.sheets import MAX_BYTES, read_table
from tests.sheets import files


def test_read_table_reads_headings_and_rows_when_given_csv() -> None:
    table = read_table(files.csv("Zoë,Núñez,zoe@example.org", "Ann,Lee,ann@example.org"))

    assert table.headings == ("First name", "Last name", "Email")
    assert table.rows == [(2, ("Zoë", "Núñez", "zoe@example.org")), (3, ("Ann", "Lee", "ann@example.org"))]
    assert table.said == "CSV in UTF-8 with commas, headings in row 1, 2 rows below."


def test_read_table_reads_the_same_when_given_the_same_people_in_excel() -> None:
    rows = [("First name", "Last name", "Email"), ("Zoë", "Núñez", "zoe@example.org")]

    table = read_table(files.workbook(rows))

    assert (table.kind, table.headings, table.rows) == ("xlsx", rows[0], [(2, rows[1])])
    assert table.said == "Excel workbook, sheet “People”, headings in row 1, 1 row below."


def test_read_table_goes_by_the_bytes_when_the_name_says_otherwise() -> None:
    book = files.workbook([("Email",), ("ann@example.org",)])

    assert read_table(book, name="people.csv").kind == "xlsx"
    assert read_table(files.csv("Ann,Lee,ann@example.org"), name="people.xlsx").kind == "csv"


def test_read_table_refuses_a_file_when_nothing_is_in_it() -> None:
    with pytest.raises(SheetError) as caught:
        read_table(b"")

    assert (caught.value.code, str(caught.value)) == ("empty", "This file is empty. Was the right one chosen?")


def test_read_table_refuses_a_file_when_it_is_one_byte_too_big() -> None:
    with pytest.raises(SheetError) as caught:
        read_table(b"a" * (MAX_BYTES + 1))

    assert caught.value.code == "too_big"
    assert str(caught.value).startswith("This file is larger than 10 MB.")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text("aé@.,;\t\"'|\r\n=\x00", max_size=80).map(str.encode))
def test_read_table_raises_nothing_but_sheet_errors_when_given_any_bytes(content: bytes) -> None:
    try:
        table = read_table(content)
    except SheetError as error:
        assert str(error)
    else:
        assert all(len(cells) >= len(table.headings) for _, cells in table.rows)
