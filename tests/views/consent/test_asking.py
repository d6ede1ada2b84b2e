"""Asking by e-mail on pages: whom, the exact number, how requests stand, and what staff decide."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import Disposition
from issuing.models import Badge, ConsentMail, ConsentRequest, ConsentText, Heartbeat
from tests.factories import (
    make_agreed,
    make_badge,
    make_learner,
    make_mail,
    make_request,
    make_roster,
    make_row,
    make_text,
)
from tests.views.pages import words


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def text(badge: Badge, settings: Settings) -> ConsentText:
    settings.IS_PRACTICE = True
    return make_text(badge.provider)


def address(*learners: object, badge: Badge | None = None) -> str:
    asked = "&".join(f"learner={one.uuid}" for one in learners)  # type: ignore[attr-defined]
    return f"/requests/new/?{asked}&next=/" + (f"&badge={badge.uuid}" if badge else "")


def test_learner_is_asked_from_their_page_and_the_page_says_so(browser: Client, text: ConsentText) -> None:
    learner = make_learner()
    page = f"/learners/{learner.uuid}/"
    assert "E-mail a request" in browser.get(page).text
    shown = words(browser.get(address(learner)).text)
    assert "Hello Zoë," in shown
    assert "E-mail 1 request" in shown
    assert browser.post(address(learner), {"words": text.pk}).headers["Location"] == "/"
    request = ConsentRequest.objects.get()
    assert (request.learner, request.text, request.asked_by.username) == (learner, text, "robin")
    asked = words(browser.get(page).text)
    assert ("Asked by e-mail: Waiting" in asked, "Nobody has asked them" in asked) == (True, False)
    assert "E-mail a request" not in browser.get(page).text
    assert 'href="/requests/?state=waiting"' in browser.get(page).text
    shown = words(browser.get(address(learner)).text)
    assert ("Not asked: 1 asked already" in shown, "They cannot be asked now." in shown, "f them" in shown) == (
        True,
        True,
        False,
    )


def test_selection_is_asked_and_who_agreed_is_not(browser: Client, badge: Badge, text: ConsentText) -> None:
    people = [make_learner(), make_learner(), make_agreed(badge)]
    assert "E-mail 2 requests" in words(browser.get(address(*people, badge=badge)).text)
    told = words(browser.post(address(*people, badge=badge), {"words": text.pk}, follow=True).text)
    assert "2 requests on the way." in told
    assert "Not asked: 1 agreed already." in told
    assert ConsentRequest.objects.filter(badge=badge).count() == 2


def test_what_is_said_of_requests_is_true_of_one_of_many_and_while_paused(browser: Client, text: ConsentText) -> None:
    one = words(browser.post(address(make_learner()), {"words": text.pk}, follow=True).text)
    assert ("1 request on the way." in one, "one after another" in one) == (True, False)
    two = words(browser.post(address(make_learner(), make_learner()), {"words": text.pk}, follow=True).text)
    assert "2 requests on the way. They leave one after another." in two
    browser.post("/requests/pause/")
    paused = words(browser.post(address(make_learner()), {"words": text.pk}, follow=True).text)
    assert ("1 request waiting. Paused by Robin Reed" in paused, "on the way" in paused) == (True, False)
    mail = make_mail(make_request(text), "refused")
    again = words(browser.post(f"/requests/{mail.request.uuid}/again/", follow=True).text)  # type: ignore[union-attr]
    assert ("It waits to be e-mailed once more." in again, again.count("Paused by Robin Reed")) == (True, 1)


def test_practice_says_where_its_emails_lie_and_no_other_instance_does(
    browser: Client, text: ConsentText, settings: Settings
) -> None:
    settings.EMAIL_FILE_PATH = settings.BASE_DIR / "var" / "practice" / "mail"
    said = "becomes a file in var/practice/mail"
    assert said in words(browser.post(address(make_learner()), {"words": text.pk}, follow=True).text)
    shown = browser.post(f"/requests/new/?learner={make_learner().uuid}", {"words": text.pk}, follow=True)
    assert words(shown.text).count(said) == 1
    settings.IS_PRACTICE, settings.EMAIL_BACKEND = False, "django.core.mail.backends.smtp.EmailBackend"
    assert "becomes a file" not in browser.post(address(make_learner()), {"words": text.pk}, follow=True).text
    assert "becomes a file" not in browser.get("/requests/").text


def test_rows_of_a_roster_are_asked_once(browser: Client, badge: Badge, text: ConsentText) -> None:
    roster = make_roster(badge)
    for number in (1, 2):
        make_row(roster, f"{number}@example.org", row_no=number, disposition=Disposition.NEEDS_CONSENT)
    check = f"/rosters/{roster.uuid}/"
    assert "E-mail 2 requests" in words(browser.get(check).text)
    browser.post(f"/requests/new/?roster={roster.uuid}", {"words": text.pk})
    assert ConsentRequest.objects.filter(roster=roster).count() == 2
    shown = words(browser.get(check).text)
    assert "E-mail 2 requests" not in shown
    assert "See the requests" in shown
    assert "2 requests" in words(browser.get(f"/requests/?roster={roster.uuid}").text)


def test_asking_is_refused_in_place_when_the_day_is_over(browser: Client, text: ConsentText) -> None:
    answer = browser.post(address(make_learner()), {"words": text.pk, "ends_on": "2026-01-01"})
    assert "This day is over." in words(answer.text)
    assert not ConsentRequest.objects.exists()


def test_pages_say_that_email_is_not_set_up(browser: Client, text: ConsentText, settings: Settings) -> None:
    settings.IS_PRACTICE = False
    learner = make_learner()
    for page in (f"/learners/{learner.uuid}/", "/learners/", "/requests/", address(learner)):
        assert "E-mail is not set up" in words(browser.get(page).text)
    assert "E-mail is not set up" in words(browser.post(address(learner), {"words": text.pk}).text)
    assert not ConsentRequest.objects.exists()


def test_nobody_chosen_leads_to_the_learners(browser: Client, text: ConsentText) -> None:
    assert browser.get("/requests/new/").headers["Location"] == "/learners/"
    assert browser.get("/requests/new/?learner=nobody").status_code == 404


def test_without_wording_there_is_nothing_to_ask_with(browser: Client, badge: Badge) -> None:
    assert "No wording has been published yet" in words(browser.get(address(make_learner())).text)


def test_list_counts_each_request_once_and_filters(browser: Client, text: ConsentText) -> None:
    for status in ("waiting", "sent", "refused", "perhaps", "undelivered"):
        make_mail(make_request(text), status, detail="550 no such user" if status == "refused" else "")
    everything = words(browser.get("/requests/").text)
    assert ("5 requests" in everything, everything.count("Correct their address")) == (True, 2)
    assert re.search(r"Refused by the mail server tried .* 550 no such user", everything)
    assert "1 request" in words(browser.get("/requests/?state=perhaps").text)
    away = browser.get("/requests/progress/").text
    assert ("data-poll" in away, "1 is waiting; it leaves once the background worker runs again." in away) == (
        True,
        True,
    )
    Heartbeat.objects.create(name="canary", answered_at=timezone.now())
    assert "1 is waiting; it leaves about" in browser.get("/requests/progress/").text


@pytest.mark.parametrize(
    ("status", "act", "becomes"),
    [
        ("perhaps", "arrived", "sent"),
        ("sent", "undelivered", "undelivered"),
        ("refused", "again", "waiting"),
        ("sent", "stop", "sent"),
    ],
)
def test_member_of_staff_decides_and_a_second_press_is_told(
    browser: Client, text: ConsentText, status: str, act: str, becomes: str
) -> None:
    request = make_request(text)
    make_mail(request, status)
    browser.post(f"/requests/{request.uuid}/{act}/?next=/requests/")
    assert ConsentMail.objects.order_by("pk").last().status == becomes  # type: ignore[union-attr]
    again = browser.post(f"/requests/{request.uuid}/{act}/?next=/requests/", follow=True)
    assert "This request has moved on meanwhile." in words(again.text)


def test_home_counts_what_goes_no_further_without_a_person_and_opens_it(browser: Client, text: ConsentText) -> None:
    for status in ("refused", "perhaps", "undelivered", "sent", "waiting"):
        make_mail(make_request(text), status)
    home = browser.get("/")
    assert "3 E-mails to look at" in words(home.text)
    assert "3 requests" in words(browser.get("/requests/?state=look").text)


def test_pause_is_said_and_ended(browser: Client, text: ConsentText) -> None:
    make_mail(make_request(text))
    assert "Paused by Robin Reed" in words(browser.post("/requests/pause/", follow=True).text)
    assert "Resume e-mailing" in browser.get("/requests/").text
    browser.post("/requests/resume/")
    assert "Pause e-mailing" in browser.get("/requests/").text


def test_list_asks_as_often_for_three_requests_as_for_one(browser: Client, text: ConsentText) -> None:
    make_mail(make_request(text), "sent")
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get("/requests/")
    for _ in range(2):
        make_mail(make_request(text), "sent")
    with CaptureQueriesContext(connection) as three:
        browser.get("/requests/")
    assert len(one) <= len(three) <= len(one) + 4  # in practice each shows its link


def test_receipt_is_mailed_when_it_is_ticked(browser: Client, badge: Badge, text: ConsentText) -> None:
    learner = make_learner()
    given = {
        "decision": "given", "giver": "learner", "route": "paper", "decided_on": "2026-01-14",
        "words": text.pk, "evidence_note": "Folder 12",
    }  # fmt: skip
    once = "00000000-0000-0000-0000-000000000001"
    url = f"/consents/record/{once}/check/?learner={learner.uuid}&next=/"
    browser.post(url, {**given, "receipt": "yes"})
    mail = ConsentMail.objects.get()
    assert (mail.kind, mail.learner, mail.record) == ("receipt", learner, learner.consent_records.get())
