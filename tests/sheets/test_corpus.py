"""Every file of the corpus is read as what it is, or refused with what to do."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuing.exceptions import SheetError
from issuing.sheets import Choices, Table, match_columns, people, read_table
from tests.sheets import corpus, files, lookalikes, workbooks

NAMES = ("people.csv", "people.tsv", "people.txt", "people.xlsx", "people.xlsm", "people.xls", "people.ods")
HEADINGS = ["First name", "Last name", "Email"]


def read_people(table: Table) -> list[corpus.Person]:
    rows = people(table, match_columns(table))
    assert not any(row.problems for row in rows)
    return [(row.first_name, row.last_name, row.email) for row in rows]


@pytest.mark.parametrize("how", corpus.ENCODINGS, ids=lambda how: f"{how[0]}-{len(how[1])}")
def test_read_table_reads_the_same_people_when_only_the_form_differs(
    how: tuple[str, bytes, str, list[corpus.Person]],
) -> None:
    for sample in corpus.delimited(*how):
        table = read_table(sample.content, name=sample.name)

        form = (table.kind, table.encoding, table.delimiter, table.header_row, table.left_out)
        assert (sample.name, *form) == (
            sample.name,
            *("csv", sample.encoding, sample.delimiter, sample.header_row, sample.left_out),
        )
        assert (sample.name, read_people(table)) == (sample.name, sample.people)
        assert table.guessed_encoding == (not how[1] and how[2] != "utf-8")


@pytest.mark.parametrize("export", list(lookalikes.look_alikes()), ids=lambda export: export.name)
def test_read_table_finds_the_people_when_a_program_exported_them(export: lookalikes.LookAlike) -> None:
    table = read_table(export.content, name=export.name)
    rows = people(table, match_columns(table))

    assert tuple((row.first_name, row.last_name, row.email) for row in rows) == export.people
    assert (table.header_row, table.above, table.left_out) == (export.header_row, export.above, export.left_out)
    assert tuple((row.row_no, row.guessed_name) for row in rows) == tuple(
        zip(export.numbers, export.guessed, strict=True)
    )


def bomb() -> bytes:
    """A workbook whose one part says that it unpacks to 600 MB."""
    content = bytearray(files.archive({"xl/workbook.xml": bytes(1000)}))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = struct.pack("<I", 600 * 1024 * 1024)
    return bytes(content)


HEADER_ONLY = workbooks.xls({"People": [HEADINGS]})
FAULTS = [
    (b"", "empty"),
    (b"\x89PNG\r\n\x1a\n" + bytes(600), "not_a_table"),
    (b"<!DOCTYPE html><html><body><table><tr><td>Email</td></tr></table></body></html>", "not_a_table"),
    (workbooks.ods({"People": [HEADINGS]})[:-60], "damaged"),
    (bomb(), "too_big"),
    (files.old_document("EncryptedPackage"), "password_protected"),
    (workbooks.xls({"People": [HEADINGS]}, password=True), "password_protected"),
    (b"First name,Last name,Email\r\n", "no_header"),
    (b"x," * 16_384 + b"\r\n", "too_many_columns"),
]


@pytest.mark.parametrize(("content", "code"), FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_read_table_says_the_same_under_every_name_when_a_file_cannot_be_read(content: bytes, code: str) -> None:
    for name in NAMES:
        with pytest.raises(SheetError) as caught:
            read_table(content, name=name)
        assert (caught.value.code, len(str(caught.value)) > 40) == (code, True)


def test_read_table_refuses_a_file_when_it_has_four_hundred_thousand_rows() -> None:
    rows = "Email\n" + "".join(f"p{number}@example.org\n" for number in range(400_000))
    book = files.with_sheet(
        files.workbook([HEADINGS]),
        lambda sheet: sheet.replace(b"</sheetData>", b"<row><c><v>1</v></c></row>" * 400_000 + b"</sheetData>"),
    )

    for content in (rows.encode(), book):
        with pytest.raises(SheetError) as caught:
            read_table(content)
        assert caught.value.code == "too_many_rows"


def test_read_table_refuses_a_workbook_when_only_headings_or_too_many_columns_are_in_it() -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 16_384 + b"</row></sheetData>"
    wide = files.with_sheet(files.workbook([HEADINGS]), lambda sheet: sheet.replace(b"</sheetData>", row))

    for content, code in ((HEADER_ONLY, "no_header"), (wide, "too_many_columns")):
        with pytest.raises(SheetError) as caught:
            read_table(content)
        assert caught.value.code == code


NAME = st.text("abzABZ éøñßÅ'-.,;|\t\"", min_size=1, max_size=12).map(lambda text: text.lstrip(" '\t"))
NAME = NAME.filter(lambda text: any(map(str.isalpha, text)))
PEOPLE = st.lists(st.tuples(NAME, NAME), min_size=1, max_size=6)
FORM = st.tuples(
    st.sampled_from(corpus.ENCODINGS[:9]), st.sampled_from(corpus.DELIMITERS), st.sampled_from(corpus.LINE_ENDS)
)


def cleaned(names: list[tuple[str, str]]) -> list[corpus.Person]:
    return [(*(" ".join(part.split()) for part in name), f"p{number}@example.org") for number, name in enumerate(names)]  # type: ignore[misc]


@settings(max_examples=100, deadline=None)
@given(PEOPLE, FORM, st.sampled_from(corpus.SHAPES))
def test_read_table_reads_back_any_people_when_they_are_written_in_any_form(
    names: list[tuple[str, str]], form: tuple[tuple[str, bytes, str, object], str, tuple[str, ...]], shape: object
) -> None:
    (encoding, mark, read_as, _), delimiter, ends = form
    written = [(*name, f"p{number}@example.org") for number, name in enumerate(names)]
    content = mark + corpus.written(shape(written).rows, delimiter, ends).encode(encoding, "replace")  # type: ignore[operator]

    table = read_table(content, choices=Choices(encoding=None if mark or encoding == "utf-8" else read_as))

    assert (table.delimiter, read_people(table)) == (delimiter, cleaned(names))


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(NAME, NAME), min_size=20, max_size=40), st.sampled_from(["xlsx", "xls", "ods"]))
def test_read_table_reads_back_any_people_when_they_are_written_in_a_workbook(
    names: list[tuple[str, str]], kind: str
) -> None:
    rows = [HEADINGS, *[[*name, f"p{number}@example.org"] for number, name in enumerate(names)]]
    made = {
        "xlsx": files.workbook,
        "xls": lambda rows: workbooks.xls({"A": rows}),
        "ods": lambda rows: workbooks.ods({"A": rows}),
    }

    table = read_table(made[kind](rows))

    assert (table.kind, read_people(table)) == (kind, cleaned(names))
