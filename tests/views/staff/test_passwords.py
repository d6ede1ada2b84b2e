"""Choosing a password with a link, and changing one's own."""

import pytest
from django.test import Client

from issuing.models import User
from issuing.services import staff
from tests.factories import make_user

GOOD = {"password": "a phrase of my own", "again": "a phrase of my own"}
CHANGE = {"present": "a long password"} | GOOD


@pytest.fixture
def link(mia: User) -> staff.Link:
    return staff.make_link(make_user("robin", first_name="Robin"), by=mia)


def test_link_signs_in_who_chooses_a_password(stranger: Client, link: staff.Link) -> None:
    answer = stranger.post(f"/welcome/{link.token}/", GOOD, follow=True)
    assert answer.context["user"] == link.user
    assert "Your password is set" in answer.text


def test_opening_the_link_uses_nothing_up(stranger: Client, link: staff.Link) -> None:
    for _ in range(2):
        assert "You sign in as <strong>robin</strong>" in stranger.get(f"/welcome/{link.token}/").text


@pytest.mark.parametrize("token", ["x", "0" * 43, "%C3%A9"])
def test_link_that_is_none_is_told_and_names_nobody(stranger: Client, link: staff.Link, token: str) -> None:
    for answer in (stranger.get(f"/welcome/{token}/"), stranger.post(f"/welcome/{token}/", GOOD)):
        assert (answer.status_code, "This link has ended" in answer.text) == (410, True)
        assert "obin" not in answer.text


def test_link_that_was_used_is_told(stranger: Client, link: staff.Link) -> None:
    stranger.post(f"/welcome/{link.token}/", GOOD)
    assert Client().post(f"/welcome/{link.token}/", GOOD).status_code == 410


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        (GOOD | {"again": "something else"}, "The two are not the same."),
        ({"password": "", "again": ""}, "Fill this in."),
    ],
)
def test_password_that_will_not_do_is_told(
    stranger: Client, link: staff.Link, given: dict[str, str], sentence: str
) -> None:
    answer = stranger.post(f"/welcome/{link.token}/", given)
    assert (answer.status_code, sentence in answer.text) == (200, True)
    assert staff.link_owner(link.token) == link.user


def test_link_is_not_passed_on_to_other_sites(stranger: Client, link: staff.Link) -> None:
    answer = stranger.get(f"/welcome/{link.token}/")
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


def test_own_password_is_changed_and_other_sessions_end(browser: Client) -> None:
    elsewhere = Client()
    elsewhere.login(username="robin", password="a long password")
    assert "Your password is changed" in browser.post("/password/", CHANGE, follow=True).text
    assert (browser.get("/").status_code, elsewhere.get("/").status_code) == (200, 302)
    assert User.objects.get().check_password(GOOD["password"])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (CHANGE | {"present": "wrong"}, "This is not your present password."),
        (CHANGE | {"password": "robin", "again": "robin"}, "at least 12 characters"),
    ],
)
def test_own_password_stays_when_something_is_wrong(browser: Client, given: dict[str, str], sentence: str) -> None:
    assert sentence in browser.post("/password/", given).text
    assert User.objects.get().check_password("a long password")
