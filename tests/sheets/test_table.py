"""Headings, rows and their limits, whatever kind of file they came from."""

import pytest

from issuing.exceptions import SheetError
from issuing.sheets import table as tables
from issuing.sheets.shape import Reading
from issuing.sheets.table import build_table, column_letter
from tests.sheets import files


def refusal(*lines: str, headings: str = files.HEADINGS) -> tuple[str, str]:
    with pytest.raises(SheetError) as caught:
        files.table(*lines, headings=headings)
    return caught.value.code, str(caught.value)


def test_build_table_says_that_headings_are_missing_when_the_first_row_is_a_person() -> None:
    code, sentence = refusal("Bo,Ng,bo@example.org", headings="Ann,Lee,ann@example.org")

    assert code == "no_header"
    assert sentence.startswith("Row 1 already holds a person, so the file has no headings.")


def test_build_table_refuses_headings_when_nothing_is_below_them() -> None:
    assert refusal(",,", "") == (
        "no_header",
        "This file has headings in row 1 but no rows below them. Was the right file or sheet chosen?",
    )


def test_build_table_calls_a_file_empty_when_all_of_it_is_blank() -> None:
    assert refusal(" ,\u200b", headings=",,")[0] == "empty"


def test_build_table_names_a_column_by_its_letter_when_it_has_cells_and_no_heading() -> None:
    table = files.table("Ann,Lee,ann@example.org,x,,", headings="First name,Last name,Email,,,Note")

    assert table.headings == ("First name", "Last name", "Email", "Column D", "", "Note")


def test_build_table_keeps_surplus_cells_when_a_row_of_csv_is_longer() -> None:
    assert files.table("Ann,Lee,ann@example.org,moved").rows == [(2, ("Ann", "Lee", "ann@example.org", "moved"))]


def test_build_table_fills_up_a_row_when_it_is_shorter() -> None:
    assert files.table("Ann").rows == [(2, ("Ann", "", ""))]


def test_build_table_refuses_a_file_when_it_has_a_row_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    assert len(files.table("Ann", "Bo").rows) == 2

    assert refusal("Ann", "Bo", "Cy") == (
        "too_many_rows",
        "This file has more than 2 rows. Split it into several files.",
    )


def test_build_table_refuses_a_file_when_it_has_a_column_too_many() -> None:
    headings = ",".join(f"Heading {number}" for number in range(501))

    assert refusal("a", headings=headings)[0] == "too_many_columns"


def test_build_table_names_the_sheets_that_were_not_read_when_there_are_others() -> None:
    reading = Reading(kind="xlsx", sheet="People", other_sheets=("Old", "Notes"))

    table = build_table(reading, [(3, ["Email"]), (5, ["ann@example.org"])])

    assert table.said == (
        "Excel workbook, sheet “People”, headings in row 3, 1 row below, 1 blank left out; not read: “Old”, “Notes”."
    )


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letter_counts_as_a_spreadsheet_does_when_letters_run_out(index: int, letter: str) -> None:
    assert column_letter(index) == letter
