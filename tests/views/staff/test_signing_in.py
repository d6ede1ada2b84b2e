"""Signing in, and waiting after too many wrong passwords."""

from typing import Any

import pytest
from django.test import Client

from issuing.models import SignInFailure
from tests.factories import make_user

URL = "/sign-in/"
GOOD = "a long password"


@pytest.fixture(autouse=True)
def robin(db: None) -> None:
    make_user("robin")


def sign_in(client: Client, password: str = "wrong", **headers: str) -> Any:
    return client.post(URL, {"username": "robin", "password": password, "next": "/"}, headers=headers)


def test_eleventh_try_is_told_how_long_to_wait(stranger: Client) -> None:
    assert [sign_in(stranger).status_code for _ in range(11)] == [200] * 10 + [429]
    page = sign_in(stranger, GOOD)
    assert (page.status_code, stranger.get("/").status_code) == (429, 302)
    assert "Too many wrong passwords for this name. Try again in 10 minutes, or ask" in page.text
    assert ('value="robin"' in page.text, 'role="alert"' in page.text, GOOD in page.text) == (True, True, False)


def test_who_waits_keeps_where_they_were_going(stranger: Client) -> None:
    for _ in range(10):
        sign_in(stranger)
    answer = stranger.post(URL, {"username": "robin", "password": "x", "next": "/learners/"})
    assert 'name="next" value="/learners/"' in answer.text


def test_right_password_forgets_the_wrong_ones(stranger: Client) -> None:
    for _ in range(9):
        sign_in(stranger)
    assert sign_in(stranger, GOOD).status_code == 302
    assert SignInFailure.objects.count() == 0


@pytest.mark.parametrize("given", [{"username": "robin"}, {"password": "x"}, {}])
def test_form_that_is_not_filled_in_counts_for_nothing(stranger: Client, given: dict[str, str]) -> None:
    assert stranger.post(URL, given).status_code == 200
    assert SignInFailure.objects.count() == 0


def test_colleague_elsewhere_is_not_kept_out(stranger: Client) -> None:
    for _ in range(11):
        sign_in(stranger, **{"X-Forwarded-For": "192.0.2.7"})
    assert sign_in(stranger, GOOD, **{"X-Forwarded-For": "192.0.2.7, 192.0.2.8"}).status_code == 302


def test_address_that_a_browser_claims_for_itself_counts_for_nothing(stranger: Client) -> None:
    for number in range(10):
        stranger.post(
            URL,
            {"username": "robin", "password": "wrong"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
            REMOTE_ADDR="203.0.113.5",
        )
    answer = stranger.post(URL, {"username": "robin", "password": GOOD}, REMOTE_ADDR="203.0.113.5")
    assert answer.status_code == 429
