"""Workbooks: what their cells come to, and that a file that kills its reader costs nobody anything."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from issuing.exceptions import SheetError
from issuing.sheets import Choices, read_table, workbooks
from issuing.sheets.workbooks import ChildLimits, read_workbook
from tests.sheets import files
from tests.sheets import workbooks as by_hand

PEOPLE = [("First name", "Email"), ("Ann", "ann@example.org")]


def refusal(content: bytes, **how: Any) -> str:
    with pytest.raises(SheetError) as caught:
        read_workbook(content, **how)
    return caught.value.code


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts other code in the reader's place."""

    def replace(code: str) -> None:
        path = tmp_path / "child.py"
        path.write_text(code)
        monkeypatch.setattr(workbooks, "_CHILD", path)

    return replace


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (123.0, "123"),
        (0.1, "0.1"),
        (1e14 + 1, "100000000000001"),
        (12345678901234567890, "12345678901234600000"),
        (True, "TRUE"),
        (date(2026, 9, 14), "2026-09-14"),
        (datetime(2026, 9, 14, 10, 30), "2026-09-14T10:30:00"),
        ("00123", "00123"),
        ("Zo_x0000_ë", "Zoë"),
        ("=1+1", ""),
    ],
)
def test_read_table_writes_a_cell_as_a_person_would_when_it_comes_from_excel(value: object, text: str) -> None:
    table = read_table(files.workbook([("First name", "Value", "Last"), ("Ann", value, "Lee")]))

    assert table.rows == [(2, ("Ann", text, "Lee"))]


def test_read_table_keeps_leading_zeros_when_only_the_format_of_a_number_shows_them() -> None:
    def show_zeros(book: Workbook) -> None:
        for cell, shown in (("B2", "00000"), ("B3", "00000"), ("B4", "0.00"), ("C2", "000")):
            book["People"][cell].number_format = shown

    rows = [("Email", "No", "Also"), ("a@x.org", 123, 7), ("b@x.org", "7", 7), ("c@x.org", 123, 7.5)]
    table = read_table(files.workbook(rows, show_zeros))

    assert [cells[1:] for _, cells in table.rows] == [("00123", "007"), ("7", "7"), ("123", "7.5")]


def test_read_table_invents_no_zeros_where_an_empty_column_at_the_left_would_show_them() -> None:
    def show_zeros(book: Workbook) -> None:
        for cell in ("A2", "C2"):
            book["People"][cell].number_format = "00000"

    table = read_table(files.workbook([(None, "Email", "No"), (None, "a@x.org", 123)], show_zeros))
    assert (table.headings, table.rows) == (("", "Email", "No"), [(2, ("", "a@x.org", "00123"))])


def test_read_table_passes_over_hidden_sheets_when_people_are_on_a_visible_one() -> None:
    def hide(book: Workbook) -> None:
        book["People"].sheet_state = "hidden"
        for row in [("Email",), ("bo@example.org",)]:
            book.create_sheet("Shown") if "Shown" not in book.sheetnames else None
            book["Shown"].append(row)

    table = read_table(files.workbook(PEOPLE, hide))

    assert (table.sheet, table.other_sheets, table.rows) == ("Shown", (), [(2, ("bo@example.org",))])


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_read_table_reads_other_workbooks_as_it_reads_excels_own(kind: str) -> None:
    people: list[tuple[by_hand.Cell, ...]] = [
        ("First name", "Email", "No", "Issued"),
        ("Zoë", "zoe@example.org", "0012", date(2026, 9, 14)),
    ]
    write = {"xls": by_hand.xls, "ods": by_hand.ods}[kind]

    table = read_table(write({"Old": [("Email",), ("x@example.org",)], "Empty": [], "People": people}, hidden=["Old"]))

    assert (table.kind, table.sheet, table.other_sheets) == (kind, "People", ("Empty",))
    assert table.rows == [(2, ("Zoë", "zoe@example.org", "0012", "2026-09-14"))]
    assert table.said.startswith(("Excel workbook (.xls), sheet “People”", "OpenDocument spreadsheet, sheet “People”"))


def test_read_table_reads_the_same_day_when_a_workbook_counts_from_1904() -> None:
    day = date(2026, 9, 14)

    def count_from_1904(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    rows: list[tuple[by_hand.Cell, ...]] = [("Email", "Issued"), ("ann@example.org", day)]
    for content in (by_hand.xls({"People": rows}, from_1904=True), files.workbook(rows, count_from_1904)):
        assert read_table(content).rows == [(2, ("ann@example.org", day.isoformat()))]


def test_read_table_reads_the_sheet_staff_chose_when_it_is_not_the_first() -> None:
    content = by_hand.ods({"People": [("Email",), ("a@example.org",)], "More": [("Email",), ("b@example.org",)]})

    table = read_table(content, choices=Choices(sheet="More"))

    assert (table.sheet, table.other_sheets, table.rows) == ("More", ("People",), [(2, ("b@example.org",))])


def test_read_table_refuses_a_sheet_when_it_is_hidden_or_not_there() -> None:
    content = by_hand.xls(
        {"People": [("Email",), ("a@example.org",)], "Old": [("Email",), ("b@y.org",)]}, hidden=["Old"]
    )

    with pytest.raises(SheetError, match="no visible sheet “Old”") as caught:
        read_table(content, choices=Choices(sheet="Old"))

    assert caught.value.code == "no_such_sheet"


def test_read_table_passes_over_empty_sheets_when_they_come_first() -> None:
    table = read_table(files.workbook(PEOPLE, lambda book: book.create_sheet("Cover", 0)))

    assert (table.sheet, table.other_sheets) == ("People", ("Cover",))


def test_read_table_keeps_the_sheets_own_row_numbers_when_it_begins_further_down() -> None:
    rows = [(), (), (None, "First name", "Email"), (), (None, "Ann", "ann@example.org")]

    table = read_table(files.workbook(rows))

    assert (table.header_row, table.headings) == (3, ("", "First name", "Email"))
    assert table.rows == [(5, ("", "Ann", "ann@example.org"))]


def test_read_table_refuses_a_workbook_when_nothing_is_in_it() -> None:
    with pytest.raises(SheetError, match="No visible sheet of this workbook has anything in it"):
        read_table(files.workbook([]))


def test_read_table_calls_a_workbook_damaged_when_its_parts_are_nonsense() -> None:
    with pytest.raises(SheetError) as caught:
        read_table(files.archive({"xl/workbook.xml": b"<nonsense", "[Content_Types].xml": b""}))

    assert caught.value.code == "damaged"


def test_read_table_survives_when_a_small_file_makes_its_reader_abort() -> None:
    def reach_far(book: Workbook) -> None:
        book["People"]["XFD1048576"] = "x"

    content = files.workbook(PEOPLE, reach_far)

    assert (len(content) < 6000, refusal(content)) == (True, "too_big")


def test_read_workbook_stops_the_reader_when_a_cell_unpacks_to_more_memory_than_it_may() -> None:
    cell = b'<row r="3"><c r="A3" t="inlineStr"><is><t>' + b"a" * 48_000_000 + b"</t></is></c></row></sheetData>"
    content = files.with_sheet(files.workbook(PEOPLE), lambda sheet: sheet.replace(b"</sheetData>", cell))

    assert (len(content) < 100_000, refusal(content, limits=ChildLimits(memory=96_000_000))) == (True, "too_big")


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (ChildLimits(rows=2), "too_many_rows"),
        (ChildLimits(columns=1), "too_many_columns"),
        (ChildLimits(output=60), "too_big"),
    ],
)
def test_read_workbook_refuses_a_workbook_when_it_passes_a_limit(limits: ChildLimits, code: str) -> None:
    content = files.workbook([*PEOPLE, ("Bo", "bo@example.org"), ("Cy", "cy@example.org")])
    assert len(list(read_workbook(content)[1])) == 4

    assert refusal(content, limits=limits) == code


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import os; os.abort()", "too_big"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too_big"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "damaged"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "took_too_long"),
        ("raise SystemExit(3)", "damaged"),
        ("print('no JSON')", "damaged"),
        ("""print('{"sheet":"People","others":[]}'); print('[1,["Email"]]')""", "damaged"),
        ("""print('{"fault":"password_protected"}')""", "password_protected"),
    ],
)
def test_read_workbook_has_a_sentence_when_the_reader_dies(child: Any, code: str, fault: str) -> None:
    child(code)

    assert refusal(b"PK") == fault


def test_read_workbook_stops_the_reader_when_it_never_ends(child: Any) -> None:
    child("import signal; signal.pause()")

    assert refusal(b"PK", wall_seconds=0.2) == "took_too_long"


def test_read_workbook_stops_the_reader_when_it_has_used_its_seconds(child: Any) -> None:
    real = str(workbooks._CHILD)
    child(f"import runpy; runpy.run_path({real!r})['restrain'](2**30, 1)\nwhile True: pass")

    with pytest.raises(SheetError) as caught:
        read_workbook(b"PK", wall_seconds=20.0)

    assert (caught.value.code, caught.value.__cause__) == ("took_too_long", None)  # not by the clock on the wall


def test_read_workbook_keeps_our_environment_to_itself_when_the_reader_looks(
    child: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for a reader of files")
    child(
        "import json, os\n"
        "print(json.dumps({'sheet': 'S', 'others': []}))\n"
        "print(json.dumps([1, sorted(os.environ.keys() - {'LC_CTYPE', 'LD_LIBRARY_PATH'})]))\n"
        "print(json.dumps('end'))"
    )

    assert list(read_workbook(b"PK")[1]) == [(1, ["LANG", "PATH"])]
