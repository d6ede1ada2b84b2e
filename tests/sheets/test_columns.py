"""Which column is what: by its heading, whatever its place, its capitals and its punctuation."""

import pytest

from issuing.exceptions import SheetError
from issuing.sheets import Field, match_columns
from issuing.sheets.aliases import ALIASES
from issuing.sheets.headings import heading_key
from tests.sheets import files

BASIC = {Field.FIRST_NAME: "First name", Field.LAST_NAME: "Last name", Field.EMAIL: "Email"}


def refusal(headings: str, *lines: str) -> tuple[str, str]:
    table = files.table(*(lines or ("x",)), headings=headings)
    with pytest.raises(SheetError) as caught:
        match_columns(table)
    return caught.value.code, str(caught.value)


def test_match_columns_finds_columns_by_name_when_they_stand_in_any_order() -> None:
    matching = match_columns(files.table("x", headings="Email,Notes,Last name,First name"))

    assert [(column.field, column.index) for column in matching.used] == [
        (Field.EMAIL, 0),
        (Field.LAST_NAME, 2),
        (Field.FIRST_NAME, 3),
    ]
    assert (matching.unused, matching.index(Field.LAST_NAME), matching.index(Field.END_DATE)) == (("Notes",), 2, None)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("FORENAME(S)", Field.FIRST_NAME),
        ("Given_Name", Field.FIRST_NAME),
        ("STUDENT SURNAME", Field.LAST_NAME),
        ("Family name (required)", Field.LAST_NAME),
        ("E-Mail Address", Field.EMAIL),
        ("Your e-mail address", Field.EMAIL),
        ("Learner Ref. No.", Field.STUDENT_NUMBER),
        ("Organization", Field.ORGANISATION),
        ("Issue Date (YYYY-MM-DD)", Field.ISSUE_DATE),
        ("Expiry Date [optional]", Field.END_DATE),
        ("Evidence Text", Field.EVIDENCE_TEXT),
        ("Evidence URL", Field.EVIDENCE_URL),
    ],
)
def test_match_columns_knows_a_heading_when_staff_write_it_their_way(heading: str, field: Field) -> None:
    headings = [heading, *(name for known, name in BASIC.items() if known != field)]

    matching = match_columns(files.table("x", headings=",".join(headings)))

    assert matching.index(field) == 0


@pytest.mark.parametrize("heading", ["End date", "Date", "Notes", "Evidence", "Name", "Username", "Manager email"])
def test_match_columns_leaves_a_column_alone_when_it_could_mean_something_else(heading: str) -> None:
    matching = match_columns(files.table("x", headings=f"{files.HEADINGS},{heading}"))

    assert (len(matching.used), matching.unused) == (3, (heading,))


def test_aliases_mean_one_field_each_when_reduced_to_letters_and_digits() -> None:
    fields: dict[str, set[Field]] = {}
    for field, aliases in ALIASES.items():
        for alias in aliases:
            fields.setdefault(heading_key(alias), set()).add(field)

    assert {key: found for key, found in fields.items() if len(found) > 1} == {}


def test_match_columns_names_what_is_missing_and_what_is_there_when_columns_are_missing() -> None:
    assert refusal("Nimi,Course") == (
        "missing_column",
        "No column for the first name and the last name and the e-mail address was found. Name it e.g. “First Name” "
        "and “Last Name” and “Email”. The headings in row 1 are: “Nimi”, “Course”. If the headings stand further down, "
        "delete the rows above them.",
    )


def test_match_columns_does_without_last_names_when_they_are_not_required() -> None:
    table = files.table("Ann,ann@example.org", headings="First name,Email")

    assert match_columns(table, require_last_name=False).last_name_required is False


def test_match_columns_names_both_when_two_columns_could_be_the_address() -> None:
    headings = "First name,Last name,Email,School email"

    assert refusal(headings, "Ann,Lee,ann@example.org,a.lee@example.org") == (
        "doubled_column",
        "More than one column could be the e-mail address: “Email”, “School email”. Rename or delete all but one.",
    )


@pytest.mark.parametrize("nothing", ["", "anonymous", " Anonymous "])
def test_match_columns_takes_the_filled_column_when_the_other_holds_nothing(nothing: str) -> None:
    table = files.table(f"Ann,Lee,{nothing},ann@example.org", headings=f"{files.HEADINGS},Your e-mail address")

    assert match_columns(table).index(Field.EMAIL) == 3
