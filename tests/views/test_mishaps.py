"""What is said where no page can answer."""

import logging

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from issuing.middleware import page_above
from issuing.views import home as home_page
from issuing.views import mishaps
from tests.views.pages import words

UUID = "9b8f0a3c-0000-4000-8000-000000000001"


def test_fault_is_said_plainly_and_asks_the_database_nothing() -> None:
    answer = mishaps.broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    said = words(answer.content.decode())
    assert "The fault is the program’s, not yours." in said
    assert "no badge is sent twice" in said
    assert "style=" not in answer.content.decode()


def test_fault_page_comes_without_styles_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for {name!r}")

    monkeypatch.setattr(mishaps, "static", missing)
    page = mishaps.broken(RequestFactory().get("/")).content.decode()
    assert "stylesheet" not in page
    assert "Something went wrong" in page


def test_fault_in_a_page_is_answered_by_it(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: HttpRequest) -> None:
        raise RuntimeError("the reason, for the log only")

    monkeypatch.setattr(home_page, "Home", broken)
    browser.raise_request_exception = False
    logging.getLogger("django.request").disabled = True
    try:
        answer = browser.get("/")
    finally:
        logging.getLogger("django.request").disabled = False
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "the reason" not in answer.text


def test_too_much_at_once_says_so(browser: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    answer = browser.post("/learners/new/", {"first_name": "A", "last_name": "B", "email": "c"})
    assert answer.status_code == 413
    assert "nothing was changed. Go back and send less at once." in answer.text


def test_address_that_is_not_ours_names_the_setting(stranger: Client) -> None:
    answer = stranger.get("/sign-in/", HTTP_HOST="elsewhere.example.net")
    assert answer.status_code == 400
    assert "ALLOWED_HOSTS" in answer.text


def test_what_was_not_understood_says_that_nothing_changed() -> None:
    answer = mishaps.not_understood(RequestFactory().get("/"), BadRequest("x"))
    assert answer.status_code == 400
    assert "nothing was changed. Go back and try again." in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "page"),
    [
        (f"/rosters/{UUID}/confirm/", f"/rosters/{UUID}/"),
        (f"/rosters/{UUID}/rows/7/decide/", f"/rosters/{UUID}/rows/7/"),
        (f"/navigatr-accounts/{UUID}/test/", "/navigatr-accounts/"),
        ("/sign-out/", "/"),
    ],
)
def test_page_above_is_the_nearest_there_is(address: str, page: str) -> None:
    assert page_above(address) == page


def test_button_address_leads_to_its_page_and_says_that_nothing_changed(browser: Client) -> None:
    page = browser.get("/badges/refresh/", follow=True)
    assert page.redirect_chain == [("/badges/", 302)]
    assert "Nothing was changed: that is only done by its button." in page.text


def test_answer_to_another_method_stays(stranger: Client) -> None:
    answer: HttpResponse = stranger.post("/healthz")  # type: ignore[assignment]
    assert answer.status_code == 405
