"""What we write opens in spreadsheets, and nothing in it runs there."""

import csv
import io

import pytest
from openpyxl import load_workbook

from issuing.sheets import read_table
from issuing.sheets.writing import BOM, Marked, csv_lines, harmless, xlsx

HEADINGS = ["Row", "Name"]
ROWS = [["007", "Zoë"], ["2", "#N/A"], ["3", 'a,b\n"c"']]


def cells(content: bytes) -> list[list[object]]:
    page = load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in page.iter_rows()]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cell_gets_an_apostrophe_when_a_spreadsheet_would_run_it(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "Zoë", "007", "1-1", "a=b", "'=1"])
def test_cell_stays_as_it_is_when_it_is_plain(text: str) -> None:
    assert harmless(text) == text


def test_csv_holds_all_cells_and_begins_with_the_mark() -> None:
    text = "".join(csv_lines(ROWS, HEADINGS))
    assert text.startswith(BOM)
    assert list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""))) == [HEADINGS, *ROWS]


def test_csv_runs_no_formula() -> None:
    assert list(csv_lines([["=1+1"]], ["@x"], bom="", delimiter=";")) == ["'@x\r\n", "'=1+1\r\n"]


def test_workbook_holds_all_cells_as_text() -> None:
    with xlsx(ROWS, HEADINGS) as file:
        assert cells(file.read()) == [HEADINGS, *ROWS]


def test_workbook_runs_no_formula_and_takes_any_character() -> None:
    with xlsx([["=1+1", "a\x00b\x0bc", "x" * 40_000]], ["=x", "", ""]) as file:
        first, second = cells(file.read())
    assert (first[0], second) == ("'=x", ["'=1+1", "abc", "x" * 32_767])


def test_workbook_colours_what_is_marked() -> None:
    with xlsx([[Marked("bad"), "good"]], HEADINGS) as file:
        page = load_workbook(io.BytesIO(file.read())).active
    assert [cell.fill.fill_type for cell in page[2]] == ["solid", None]


def test_workbook_of_ours_is_read_back_as_it_was() -> None:
    with xlsx([["1", "Zoë", "=x"]], ["Row", "First name", "Note"]) as file:
        table = read_table(file.read())
    assert (table.headings, table.rows) == (("Row", "First name", "Note"), [(2, ("1", "Zoë", "'=x"))])
