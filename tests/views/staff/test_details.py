"""Correcting one's own name and address, and a colleague's."""

import pytest
from django.test import Client

from issuing.models import User
from tests.factories import make_user

OWN = "/details/"
NEW = {"first_name": "Robyn", "last_name": "Reid", "email": "robyn@college.example.org"}


def edit(user: User) -> str:
    return f"/staff/{user.uuid}/edit/"


def robin() -> User:
    return User.objects.get(username="robin")


def test_own_details_are_corrected(browser: Client) -> None:
    assert 'value="Reed"' in browser.get(OWN).text
    answer = browser.post(OWN, NEW, follow=True)
    assert "Your details are saved." in answer.text
    assert (robin().display_name, robin().email) == ("Robyn Reid", NEW["email"])


def test_own_details_are_linked_beside_the_password(browser: Client) -> None:
    assert (OWN in browser.get("/password/").text, "/password/" in browser.get(OWN).text) == (True, True)


def test_who_signs_in_by_address_is_told_the_new_one(stranger: Client) -> None:
    stranger.force_login(make_user("old@a.org", email="old@a.org"))
    answer = stranger.post(OWN, NEW, follow=True)
    assert f"From now on you sign in as {NEW['email']}." in answer.text
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize(("field", "given"), [("email", "nobody"), ("first_name", " "), ("last_name", "x" * 151)])
def test_form_says_what_is_wrong_and_keeps_the_rest(browser: Client, field: str, given: str) -> None:
    answer = browser.post(OWN, NEW | {field: given})
    assert list(answer.context["form"].errors) == [field]
    assert robin().last_name == "Reed"


def test_address_of_a_colleague_is_refused_in_place(browser: Client) -> None:
    make_user("zed", email=NEW["email"].upper())
    answer = browser.post(OWN, NEW)
    assert "A colleague has the address" in answer.context["problem"]
    assert ('value="Reid"' in answer.text, "Robin Reed" in answer.text) == (True, True)


def test_manager_corrects_a_colleague(manager: Client, browser: Client) -> None:
    assert edit(robin()) in manager.get("/staff/").text
    answer = manager.post(edit(robin()), NEW, follow=True)
    assert "The details of Robyn Reid are saved." in answer.text


def test_colleague_corrects_nobody_else(browser: Client, mia: User) -> None:
    assert browser.get(edit(mia)).status_code == browser.post(edit(mia), NEW).status_code == 403
    mia.refresh_from_db()
    assert mia.first_name == "Mia"


def test_stranger_corrects_nobody(stranger: Client, mia: User) -> None:
    for url in (OWN, edit(mia)):
        assert stranger.post(url, NEW).headers["Location"] == f"/sign-in/?next={url}"
