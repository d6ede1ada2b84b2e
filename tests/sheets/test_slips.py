"""Addresses and names that are probably meant otherwise: suggested, never changed."""

import pytest

from issuing.sheets import PersonRow, match_columns, people, person
from issuing.sheets.slips import probable_address, probable_domain
from tests.sheets import files

ANN = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.org"}


def codes(row: PersonRow) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in row.problems]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(
            ("gmial.com", "gmail.com"),
            ("gmai.com", "gmail.com"),
            ("gmaill.com", "gmail.com"),
            ("gnail.com", "gmail.com"),
        ),
        *(("hotmial.com", "hotmail.com"), ("hotmal.co.uk", "hotmail.co.uk"), ("yaho.com", "yahoo.com")),
        *(
            ("outlok.com", "outlook.com"),
            ("gmail.con", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gmail.co.uk", "gmail.com"),
        ),
        *(("college.ac.ku", "college.ac.uk"), ("example.con", "example.com"), ("mail.example.ogr", "mail.example.org")),
        ("gm\u0430il.com", "gmail.com"),
    ],
)
def test_probable_domain_names_what_was_meant_when_it_is_a_slip_away(typed: str, meant: str) -> None:
    assert (probable_domain(typed), probable_domain(meant)) == (meant, "")


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "ymail.com",
            "mail.com",
            "email.com",
            "yahoo.co.uk",
            "yahoo.ie",
            "hotmail.fr",
            "live.co.uk",
            "me.com",
            "gmx.de",
        ),
        *("college.ac.uk", "students.gmail.com", "müller.de", "c.uk", "co.com", "example.co", "почта.рф"),
    ],
)
def test_probable_domain_has_nothing_to_say_when_a_domain_is_real(domain: str) -> None:
    assert probable_domain(domain) == ""


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "ann@gmail,com",
            "ann @ gmail.com",
            "ann(at)gmail.com",
            "ann at gmail.com",
            "ann@@gmail.com",
            "ann@gmail..com",
        ),
        *("ann@gmial,com", "ann@gmail.com..", "ann@ gmail .com"),
    ],
)
def test_probable_address_mends_an_address_when_a_small_change_is_enough(typed: str) -> None:
    assert probable_address(typed) == "ann@gmail.com"


@pytest.mark.parametrize("typed", ["ann", "ann.example.org", "n/a", "ann@b", "see note", "ann@x.org, bo@y.org"])
def test_probable_address_stays_silent_when_it_would_have_to_invent(typed: str) -> None:
    assert probable_address(typed) == ""


@pytest.mark.parametrize(
    ("field", "typed", "code", "meant"),
    [
        ("email", "ann@gmial.com", "look_alike_domain", "ann@gmail.com"),
        ("email", "ann@gmail,com", "not_an_address", "ann@gmail.com"),
        ("first_name", "ZoÃ«", "garbled_letters", "Zoë"),
        ("last_name", "Oâ€™Brien", "garbled_letters", "O’Brien"),
        ("last_name", "N\ufffd\ufffdez", "lost_letters", None),
        ("first_name", "Zo?", "lost_letters", None),
    ],
)
def test_person_suggests_what_was_meant_when_a_value_looks_like_a_slip(
    field: str, typed: str, code: str, meant: str | None
) -> None:
    row = person(2, ANN | {field: typed})

    assert (codes(row), dict(row.suggestions)) == ([(field, code)], {field: meant} if meant else {})
    assert getattr(row, field) == typed


@pytest.mark.parametrize("value", ["Ødegård", "Ångström", "Ã", "Łukasz", "Què", "Âme"])
def test_person_finds_nothing_amiss_when_letters_are_only_rare(value: str) -> None:
    assert person(2, ANN | {"first_name": value}).problems == ()


def test_person_keeps_a_value_as_typed_when_staff_accept_it() -> None:
    kept = ("look_alike_domain", "lost_letters", "missing")
    row = person(2, ANN | {"email": "ann@GMIAL.com", "first_name": "Zo?", "last_name": ""}, kept=kept)

    assert (row.email, row.first_name, codes(row)) == ("ann@gmial.com", "Zo?", [("last_name", "missing")])


@pytest.mark.parametrize(
    ("typed", "repaired"),
    [
        ('"Mary O\'Brien" <mary@example.org>', True),
        ("mailto:mary@example.org", True),
        ("mary@example.org;", True),
        ("  mary@example.org\u200b", False),
        ("mary@EXAMPLE.org", False),
    ],
)
def test_people_says_so_when_an_address_was_taken_out_of_more(typed: str, repaired: bool) -> None:
    quoted = '"' + typed.replace('"', '""') + '"'
    table = files.table(f"Mary,Lee,{quoted}")
    row = people(table, match_columns(table))[0]

    assert (row.email, row.problems, bool(row.repaired)) == ("mary@example.org", (), repaired)
    assert not repaired or row.repaired == (f"The address mary@example.org was taken out of “{typed}”.",)
