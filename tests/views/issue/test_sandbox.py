"""The page that sends the sandbox badge to oneself."""

import pytest
from django.test import Client

from issuing.models import Badge, Issuance, User
from issuing.services import sandbox, statements
from tests.factories import make_badge

HERE = "/issue/sandbox/"


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge(is_sandbox=True)


def typed(browser: Client, **changed: str) -> dict[str, str]:
    """What the page is filled with, as a browser would send it."""
    form = browser.get(HERE).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields if name != "is_me"} | changed


def test_page_is_filled_with_ones_own_names_and_address(browser: Client, badge: Badge) -> None:
    filled = typed(browser)
    assert (filled["first_name"], filled["email"]) == ("Robin", "robin@college.example.org")
    assert statements.digest(sandbox.words(badge)) == filled["words"]
    assert "checked" not in browser.get(HERE).text


def test_one_tick_sends_it(browser: Client, badge: Badge) -> None:
    filled = typed(browser, is_me="on")
    answers = [browser.post(HERE, filled) for _ in range(2)]
    issuance = Issuance.objects.get()
    assert [one.headers["Location"] for one in answers] == [f"/issue/{issuance.uuid}/"] * 2
    assert issuance.confirmed_by == User.objects.get()


def test_nothing_is_sent_without_the_tick(browser: Client, badge: Badge) -> None:
    page = browser.post(HERE, typed(browser))
    assert "Tick this if it is you and you agree." in page.text
    assert not Issuance.objects.exists()


def test_second_time_is_refused_in_place(browser: Client, badge: Badge) -> None:
    browser.post(HERE, typed(browser, is_me="on"))
    page = browser.post(HERE, typed(browser, is_me="on"))
    assert "nothing was done twice" in page.text
    assert Issuance.objects.count() == 1


def test_page_says_what_to_do_when_no_badge_is_marked(browser: Client) -> None:
    make_badge()
    assert "No sandbox badge yet" in browser.get(HERE).text


def test_badge_of_the_address_must_be_a_sandbox_badge(browser: Client, badge: Badge) -> None:
    other = make_badge(badge.provider, navigatr_id=52)
    assert browser.get(f"{HERE}?badge={other.uuid}").status_code == 404
    assert browser.get(f"{HERE}?badge={badge.uuid}").context["badge"] == badge


def test_stranger_sends_nothing(stranger: Client, badge: Badge) -> None:
    assert stranger.post(HERE, {"is_me": "on"}).status_code == 302
    assert not Issuance.objects.exists()
