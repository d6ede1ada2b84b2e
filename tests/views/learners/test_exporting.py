"""Everything held about a learner, to look at and to take away."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from issuing.models import AuditEvent, ConsentMail, Learner
from issuing.services import audit
from tests.factories import make_badge, make_consent, make_learner, make_request, make_text
from tests.services.erasure.somebody import NAMING, make_somebody
from tests.views.pages import words


@pytest.fixture
def learner(db: None) -> Learner:
    return make_somebody(make_badge()).learner


def test_page_shows_all_of_it_and_notes_nothing(browser: Client, learner: Learner) -> None:
    text = browser.get(f"/learners/{learner.uuid}/held/").text
    assert [name for name in NAMING if name not in text] == []
    for said in (
        "We send…",
        "0" * 64,
        "Call 1,",
        "Navigatr’s record 8812, Pending",
        "Row 2 of people.csv",
        "Be erased",
        "about Example College, version 1 of the words.",
    ):
        assert said in text
    assert not AuditEvent.objects.filter(verb="export").exists()


def test_file_to_read_needs_nothing_else(browser: Client, learner: Learner) -> None:
    answer = browser.post(f"/learners/{learner.uuid}/held/page/")
    assert [name for name in NAMING if name not in answer.text] == []
    assert not any(mark in answer.text for mark in ("<script", "<link", "src=", "url("))
    name = answer.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="what-we-hold-2')
    assert AuditEvent.objects.get(verb="export").subject_uuid == learner.uuid


def test_file_for_machines_says_the_same(browser: Client, learner: Learner) -> None:
    answer = browser.post(f"/learners/{learner.uuid}/held/json/")
    held = json.loads(answer.content)
    assert (held["learner"]["email"], held["made_by"]) == (learner.email, "Robin Reed")
    counts = {name: len(held[name]) for name in ("consent", "badges", "roster_rows", "requests", "asked", "mails")}
    assert counts == {"consent": 2, "badges": 3, "roster_rows": 3, "requests": 1, "asked": 1, "mails": 3}
    assert held["badges"][0]["attempts"][0]["outcome"] == "issued"
    assert AuditEvent.objects.filter(verb="export").count() == 1


def test_nothing_is_handed_out_by_opening_an_address(browser: Client, learner: Learner) -> None:
    answer = browser.get(f"/learners/{learner.uuid}/held/json/")
    assert answer.headers["Location"] == f"/learners/{learner.uuid}/held/"
    assert not AuditEvent.objects.filter(verb="export").exists()


def test_learner_of_whom_little_is_known_has_a_page(browser: Client, db: None) -> None:
    page = browser.get(f"/learners/{make_learner().uuid}/held/")
    assert page.status_code == 200
    assert "No badge was sent from here." in page.text
    assert "On no class list." in page.text
    assert "Nothing but what stands above." in page.text


def receipt_of(learner: Learner, **fields: object) -> ConsentMail:
    told = {"tries": 1, "marked_at": timezone.now(), "due_at": timezone.now(), "email_key": learner.email_key}
    return ConsentMail.objects.create(kind="receipt", learner=learner, status="sent", **told | fields)


def test_receipt_and_what_was_done_about_it_is_said_in_words(browser: Client, db: None) -> None:
    request = make_request(make_text(make_badge().provider))
    receipt = receipt_of(request.learner, record=make_consent(request.learner, request.text))
    acts = {
        request: ("request", "send_again", "arrived", "undelivered", "stop"),
        receipt: ("mail_again", "arrived", "undelivered", "set_aside"),
        receipt.record: ("mail",),
    }
    for subject, verbs in acts.items():
        for verb in verbs:
            audit.record(verb, subject, by=None)
    text = browser.get(f"/learners/{request.learner.uuid}/held/").text
    assert "the program: noted that a link or receipt was not delivered" in text
    assert re.findall(r"\w+ consent(?:request|mail|record)", text) == []


def test_receipt_of_somebody_who_was_never_asked_is_held_too(browser: Client, db: None) -> None:
    learner = make_learner()
    receipt_of(learner)
    page = words(browser.get(f"/learners/{learner.uuid}/held/").text)
    assert re.search(r"E-mails about consent Receipt, [^.]*, Sent\.", page)


def test_stranger_gets_nothing(stranger: Client, learner: Learner) -> None:
    for way in ("page", "json"):
        assert stranger.post(f"/learners/{learner.uuid}/held/{way}/").status_code == 302
