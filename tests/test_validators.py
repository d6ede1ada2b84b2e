"""Names, addresses and web addresses: what is cleaned, what is refused, and by which sentence."""

import re
import unicodedata

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from issuing.exceptions import InvalidInput
from issuing.validators import (
    InvalidValue,
    check_url,
    clean_line,
    clean_name,
    clean_student_number,
    clean_text,
    email_lookup_form,
    normalise_email,
)

_LOCALS = st.from_regex(r"[A-Za-z0-9._+'\-=#ß]{1,70}", fullmatch=True)
_DOMAINS = st.from_regex(r"([A-Za-z0-9ü_-]{1,64}\.){0,5}[A-Za-z0-9-]{1,24}", fullmatch=True)
_MAILBOXES = st.sampled_from(["Info", "SALES", "www", "Postmaster", "ann.lee", "o'brien+1"])
_SITES = st.sampled_from(
    ["Example.ORG", "x.test", "a.INVALID", "mail.local", "xn--bcher-kva.example", "a--b.org", "x.c0m"]
)
_ADDRESSES = st.builds("{}@{}".format, _LOCALS | _MAILBOXES, _DOMAINS | _SITES)


def refusal(check: object, *values: object, **options: object) -> str:
    with pytest.raises(InvalidValue) as caught:
        check(*values, **options)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Ann  ", "Ann"),
        ("Ann\u00a0\u2009 Lee", "Ann Lee"),
        ("\ufeffAnn\u200b", "Ann"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("e\u200b\u0301", "\u00e9"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\u202eAnn\u202c", "Ann"),
        ("\u3164", ""),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("Ann\u200cLee\u200c", "AnnLee"),
    ],
)
def test_clean_text_takes_away_what_nobody_sees_when_typed_or_pasted(typed: str, cleaned: str) -> None:
    assert clean_text(typed) == cleaned


@given(st.text())
def test_clean_text_changes_nothing_when_done_twice(text: str) -> None:
    once = clean_text(text)

    assert (clean_text(once), unicodedata.normalize("NFC", once)) == (once, once)


@pytest.mark.parametrize("name", ["Ødegård", "O'Brien", "Jean-Luc", "李", "Ann Mary", "X Æ A-12", "N" * 100])
def test_clean_name_keeps_a_name_when_it_is_one(name: str) -> None:
    assert clean_name(f" {name}\u00a0") == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "missing"),
        ("\u200b \u00a0", "missing"),
        ("N" * 101, "too_long"),
        ("Ann\nLee", "control_characters"),
        ("Ann\x07", "control_characters"),
        ("ann@example.org", "looks_like_address"),
        ("https://example.org", "looks_like_address"),
    ],
)
def test_clean_name_refuses_when_no_person_is_called_so(name: str, code: str) -> None:
    assert refusal(clean_name, name) == code


def test_clean_name_takes_a_blank_when_none_is_required() -> None:
    assert clean_name(" ", label="last name", required=False) == ""


def test_clean_name_names_the_field_when_it_refuses() -> None:
    with pytest.raises(InvalidInput, match=r"\AThe last name is missing\.\Z"):
        clean_name("", label="last name")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ann@example.org", "ann@example.org"),
        (" Ann.Lee+x@EXAMPLE.Org ", "Ann.Lee+x@example.org"),
        ("\u200bann@example.org\u00a0", "ann@example.org"),
        ("an\u200dn@example.org", "ann@example.org"),
        ("mailto:ann@example.org?subject=x", "ann@example.org"),
        ("Ann Lee <ann@example.org>", "ann@example.org"),
        ('"Lee, Ann" <mailto:ann@example.org>', "ann@example.org"),
        ("<ann@example.org>", "ann@example.org"),
        ("ann@example.org;", "ann@example.org"),
        ("'ann@example.org'", "ann@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("üser@example.org", "üser@example.org"),
        ("ann@BÜCHER.example", "ann@bücher.example"),
        ("INFO@example.org", "info@example.org"),
    ],
)
def test_normalise_email_gives_the_address_when_one_stands_there(typed: str, address: str) -> None:
    assert normalise_email(typed) == address


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        (" \u200b", "missing"),
        ("ann", "not_an_address"),
        ("user@localhost", "not_an_address"),
        ("ann@example.invalid", "not_an_address"),
        ("ann@@example.org", "not_an_address"),
        ("ann lee@example.org", "not_an_address"),
        ("ann@example..org", "not_an_address"),
        ("ann@exa\nmple.org", "not_an_address"),
        ("a@example.org; b@example.org", "several_addresses"),
        ("a@example.org b@example.org", "several_addresses"),
        ("@" + ", x" * 100_000, "too_long"),
    ],
)
def test_normalise_email_refuses_when_nothing_could_be_sent_there(typed: str, code: str) -> None:
    assert refusal(normalise_email, typed) == code


def test_normalise_email_says_why_when_it_refuses() -> None:
    with pytest.raises(InvalidInput, match=re.escape("This is not an e-mail address: ")):
        normalise_email("ann.example.org")


@settings(max_examples=500)
@given(_ADDRESSES)
@example("Postmaster@Example.Org")
@example("a" * 65 + "@example.org")
def test_normalise_email_agrees_with_the_library_when_given_any_address(address: str) -> None:
    bare = address.strip("'")
    try:
        expected = validate_email(bare, check_deliverability=False).normalized
    except EmailNotValidError:
        assert refusal(normalise_email, address) == "not_an_address"
    else:
        assert normalise_email(address) == expected


@given(st.text())
def test_normalise_email_raises_nothing_else_when_given_any_text(text: str) -> None:
    try:
        address = normalise_email(text)
    except InvalidInput:
        return
    assert normalise_email(address) == address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.ORG", "ann@example.org"),
        ("ann@bücher.example", "ANN@xn--bcher-kva.example"),
        ("zoe\u0308@example.org", "zo\u00eb@example.org"),
        ("\ufeffann@example.org ", "ann@example.org"),
    ],
)
def test_email_lookup_form_is_the_same_when_the_spelling_differs(one: str, other: str) -> None:
    assert email_lookup_form(one) == email_lookup_form(other)


@pytest.mark.parametrize("other", ["ann+1@example.org", "a.nn@example.org", "ann@example.com", "änn@example.org"])
def test_email_lookup_form_differs_when_the_mailbox_may_differ(other: str) -> None:
    assert email_lookup_form(other) != email_lookup_form("ann@example.org")


@given(st.text() | _ADDRESSES)
def test_email_lookup_form_changes_nothing_when_done_twice(text: str) -> None:
    once = email_lookup_form(text)

    assert email_lookup_form(once) == once


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        "https://bücher.example/ü",
        "https://www.example.org/a.pdf",
    ],
)
def test_check_url_keeps_an_address_when_it_is_one(url: str) -> None:
    assert check_url(f" {url} ") == url


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "not_a_url"),
        ("www.example.org", "not_a_url"),
        ("ftp://example.org", "not_a_url"),
        ("javascript:alert(1)", "not_a_url"),
        ("https://user:secret@example.org", "not_a_url"),
        ("https://example.org/a b", "not_a_url"),
        ("https://[::1", "not_a_url"),
        ("https://example.org:port", "not_a_url"),
        ("https://nowhere", "not_a_url"),
        ("https://good.example\\.evil.example", "not_a_url"),
        ("https://example.org/" + "a" * 2000, "too_long"),
    ],
)
def test_check_url_refuses_when_no_page_is_there(url: str, code: str) -> None:
    assert refusal(check_url, url) == code


@given(st.text().map("https://{}".format) | st.text())
def test_check_url_raises_nothing_else_when_given_any_text(text: str) -> None:
    try:
        assert check_url(text).startswith(("http://", "https://"))
    except InvalidInput:
        return


@pytest.mark.parametrize(
    ("typed", "kept"), [(" 00123 ", "00123"), ('="00123"', "00123"), ("", ""), ("9" * 50, "9" * 50)]
)
def test_clean_student_number_keeps_it_as_text_when_it_begins_with_zeros(typed: str, kept: str) -> None:
    assert clean_student_number(typed) == kept


@pytest.mark.parametrize(("typed", "code"), [("9" * 51, "too_long"), ("1\n2", "control_characters")])
def test_clean_student_number_refuses_what_no_register_holds_when_typed(typed: str, code: str) -> None:
    assert refusal(clean_student_number, typed) == code


def test_clean_line_names_what_is_too_long_when_it_is() -> None:
    assert clean_line(" Example\u00a0College ", label="organisation", most=15) == "Example College"
    with pytest.raises(InvalidValue, match="organisation is longer than 14 characters"):
        clean_line("Example College", label="organisation", most=14)


@pytest.mark.parametrize("value", ["N/A", " - ", "none", "0", "—"])
def test_student_number_is_empty_when_words_say_that_there_is_none(value: str) -> None:
    assert clean_student_number(value) == ""
