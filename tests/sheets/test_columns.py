"""Which column is what: by its heading, whatever its place, its capitals and its punctuation."""

import pytest

from issuing.exceptions import SheetError
from issuing.sheets import Candidate, Field, candidates, match_columns
from issuing.sheets.aliases import ALIASES
from issuing.sheets.headings import heading_key
from issuing.sheets.languages import OTHER_LANGUAGES
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


@pytest.mark.parametrize(
    "headings",
    [
        *("Enw cyntaf,Cyfenw,E-bost", "Enw,Cyfenw,Cyfeiriad e-bost", "Céadainm,Sloinne,Ríomhphost"),
        *("Prénom,Nom,Courriel", "Prénom,Nom de famille,Adresse e-mail", "Vorname,Name,E-Mail-Adresse"),
        *("VORNAME,NACHNAME,EMAIL", "Nombre,Apellidos,Correo electrónico", "Voornaam,Achternaam,E-mailadres"),
        *("Fornavn,Etternavn,E-post", "Fornavn,Efternavn,E-mail", "Förnamn,Efternamn,E-post"),
        *("Imię,Nazwisko,Adres e-mail", "Nome,Cognome,Posta elettronica", "Nome,Sobrenome,E-mail"),
        *("Learner's first name,Pupil surname,What is your email address?", "Given,Family name,Email (student)"),
    ],
)
def test_match_columns_knows_headings_when_they_are_in_another_language(headings: str) -> None:
    matching = match_columns(files.table("Ann,Lee,ann@example.org", headings=headings))

    assert [column.field for column in matching.used] == [Field.FIRST_NAME, Field.LAST_NAME, Field.EMAIL]


@pytest.mark.parametrize(
    ("headings", "used"),
    [
        ("Name,Email", {Field.FULL_NAME: 0, Field.EMAIL: 1}),
        ("Full name,Sortable name,Email", {Field.SORTABLE_NAME: 1, Field.EMAIL: 2}),
        ("Name,First name,Surname,Email", {Field.FIRST_NAME: 1, Field.LAST_NAME: 2, Field.EMAIL: 3}),
    ],
)
def test_match_columns_splits_a_whole_name_only_when_its_parts_are_not_known(
    headings: str, used: dict[Field, int]
) -> None:
    table = files.table("a,b,c,d", headings=headings)
    matching = match_columns(table)

    assert {column.field: column.index for column in matching.used} == used
    assert {one.field: one.index for one in candidates(table) if one.field} == used
    assert set(matching.fields) == {Field.FIRST_NAME, Field.LAST_NAME, Field.EMAIL}


def test_match_columns_asks_when_only_one_part_of_a_name_is_known() -> None:
    assert refusal("First name,Name,Email")[0] == "missing_column"


def test_match_columns_uses_what_staff_chose_and_nothing_else() -> None:
    table = files.table("Ann,Lee,ann@example.org,x", headings="Alpha,Beta,Gamma,Student number")

    matching = match_columns(table, chosen={Field.LAST_NAME: 1, Field.FIRST_NAME: 0, Field.EMAIL: 2})

    assert [(column.field, column.heading) for column in matching.used] == [
        (Field.FIRST_NAME, "Alpha"),
        (Field.LAST_NAME, "Beta"),
        (Field.EMAIL, "Gamma"),
    ]
    assert matching.unused == ("Student number",)


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({Field.FIRST_NAME: 0, Field.LAST_NAME: 0, Field.EMAIL: 2}, "doubled_column"),
        ({Field.FIRST_NAME: 0, Field.EMAIL: 2}, "missing_column"),
        ({Field.FIRST_NAME: 0, Field.LAST_NAME: 9, Field.EMAIL: -1}, "missing_column"),
        ({}, "missing_column"),
    ],
)
def test_match_columns_refuses_what_staff_chose_when_it_cannot_be(chosen: dict[Field, int], code: str) -> None:
    with pytest.raises(SheetError) as caught:
        match_columns(files.table("Ann,Lee,ann@example.org"), chosen=chosen)

    assert caught.value.code == code


def test_candidates_shows_every_column_when_staff_are_to_say_what_they_are() -> None:
    table = files.table(
        ",a@example.org,",
        "Zoë,b@example.org,",
        f"{'n' * 50},c@example.org,",
        "Bo,d@example.org,",
        headings="Alpha,Email,",
    )

    assert candidates(table) == (
        Candidate(0, "Alpha", ("Zoë", "n" * 40, "Bo"), None),
        Candidate(1, "Email", ("a@example.org", "b@example.org", "c@example.org"), Field.EMAIL),
    )


def test_aliases_mean_one_field_each_when_reduced_to_letters_and_digits() -> None:
    fields: dict[str, set[Field]] = {}
    for known in (ALIASES, *OTHER_LANGUAGES.values()):
        for field, aliases in known.items():
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
