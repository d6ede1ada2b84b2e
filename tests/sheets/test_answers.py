"""Columns of answers: recognised when they might be meant, read only when chosen."""

import pytest

from issuing.exceptions import SheetError
from issuing.sheets import answer_columns, column_values, match_columns
from tests.sheets import files


def asking(heading: str, *cells: str) -> list[str]:
    lines = [f"Ann,Lee,ann{number}@example.org,{cell}" for number, cell in enumerate(cells)]
    table = files.table(*lines, headings=f"{files.HEADINGS},{heading}")
    return answer_columns(table, match_columns(table))


@pytest.mark.parametrize(
    "heading", ["Do you agree?", "CONSENT", "Permission slip", "Opted in", "May we send you a badge?", "I accept"]
)
def test_answer_columns_names_a_column_when_its_heading_asks(heading: str) -> None:
    assert asking(heading, "x") == [heading]


@pytest.mark.parametrize("cells", [("Yes", "no", ""), ("I agree.", "I do not agree"), ("✓",), ("Yes, please", "N")])
def test_answer_columns_names_a_column_when_its_cells_are_answers(cells: tuple[str, ...]) -> None:
    assert asking("Q7", *cells) == ["Q7"]


@pytest.mark.parametrize(("heading", "cells"), [("Course", ("Biology", "No 5")), ("Notes", ("",))])
def test_answer_columns_passes_over_a_column_when_it_holds_something_else(heading: str, cells: tuple[str, ...]) -> None:
    assert asking(heading, *cells) == []


def test_answer_columns_passes_over_a_column_when_it_is_used() -> None:
    table = files.table("Yes,No,y@example.org")

    assert answer_columns(table, match_columns(table)) == []


def test_column_values_gives_a_cell_for_every_row_when_asked_in_other_capitals() -> None:
    table = files.table(
        "Ann,Lee,ann@example.org, Yes ", "Bo,Ng,bo@example.org", headings=f"{files.HEADINGS},Do you agree?"
    )

    assert column_values(table, "do  you AGREE?") == ["Yes", ""]


@pytest.mark.parametrize(
    ("heading", "code", "words"),
    [
        ("Consent", "missing_column", "No column is called “Consent”. The headings in row 1 are: “Agree”, “agree”."),
        ("Agree", "doubled_column", "More than one column could be the column asked for: “Agree”, “agree”."),
    ],
)
def test_column_values_refuses_a_heading_when_it_is_not_there_once(heading: str, code: str, words: str) -> None:
    with pytest.raises(SheetError) as caught:
        column_values(files.table("Yes,No", headings="Agree,agree"), heading)

    assert (caught.value.code, str(caught.value)[: len(words)]) == (code, words)
