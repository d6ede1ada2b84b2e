"""Every address asks for a sign-in, but for the few that are listed here."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories import make_user

OPEN = {"login", "healthz", "asking-start"}
OPEN_BY_SECRET = {"staff-welcome", "asking-answer", "asking-receipt"}
"""For whoever holds a link; tests of their own say what a wrong one is told."""
PASSWORD = "a long password"


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from patterns(found)
        else:
            yield found


NAMES = [pattern.name for pattern in patterns(get_resolver())]
EXAMPLES = (str(uuid.UUID(int=1)), "1", "xlsx", "csv", "x")


def example(kind: Any) -> Any:
    """A value that an address's converter takes."""
    return kind.to_python(next(text for text in EXAMPLES if re.fullmatch(kind.regex, text)))


ADDRESSES = {
    str(pattern.name): {name: example(kind) for name, kind in pattern.pattern.converters.items()}
    for pattern in patterns(get_resolver())
}


def test_every_address_has_a_name() -> None:
    assert None not in NAMES
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", sorted(set(NAMES) - OPEN - OPEN_BY_SECRET))
def test_address_asks_a_stranger_to_sign_in(stranger: Client, name: str) -> None:
    address = reverse(name, kwargs=ADDRESSES[name])
    for method in (stranger.get, stranger.post):
        answer = method(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/sign-in/?next={address}")


@pytest.mark.parametrize("name", sorted(OPEN))
def test_open_address_answers_a_stranger(stranger: Client, name: str) -> None:
    assert stranger.get(reverse(name)).status_code == 200


def test_stranger_learns_nothing_from_an_address_that_is_none(stranger: Client) -> None:
    answer = stranger.get("/learners/1/")
    assert answer.status_code == 404
    assert "There is no page at this address, or it is not yours to see." in answer.text


def test_sign_in_goes_to_the_page_that_was_asked_for(stranger: Client) -> None:
    make_user("robin")
    answer = stranger.post("/sign-in/", {"username": "robin", "password": PASSWORD, "next": "/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert stranger.get("/").status_code == 200


def test_sign_in_refuses_a_wrong_password(stranger: Client) -> None:
    make_user("robin")
    answer = stranger.post("/sign-in/", {"username": "robin", "password": "another password"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert stranger.get("/").status_code == 302


def test_sign_in_refuses_an_account_that_was_switched_off(stranger: Client) -> None:
    make_user("robin", is_active=False)
    stranger.post("/sign-in/", {"username": "robin", "password": PASSWORD})
    assert stranger.get("/").status_code == 302


def test_sign_in_goes_to_no_other_site(stranger: Client) -> None:
    make_user("robin")
    login = {"username": "robin", "password": PASSWORD, "next": "https://example.net/"}
    assert stranger.post("/sign-in/", login).headers["Location"] == "/"


def test_sign_out_takes_a_post_only(browser: Client) -> None:
    assert browser.get("/sign-out/").headers["Location"] == "/"
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert browser.get("/").status_code == 302


def test_sign_out_refuses_a_form_from_elsewhere() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"username": "robin", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Please try again" in answer.text
