"""One learner's page, and putting them on hold."""

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.models import Assertion, Badge, Issuance, Learner
from tests.factories import make_agreed, make_badge, make_issuance, make_learner, make_roster, make_row


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


@pytest.fixture
def zoe(badge: Badge) -> Learner:
    return make_agreed(badge, "zoe@example.org", student_number="00123")


def here(learner: Learner, act: str = "") -> str:
    return f"/learners/{learner.uuid}/{act}"


def test_page_says_who_they_are_and_what_they_agreed_to(browser: Client, badge: Badge, zoe: Learner) -> None:
    make_row(make_roster(badge, group="Joinery 2"), "zoe@example.org", row_no=1, learner=zoe)
    page = browser.get(here(zoe))
    for said in ("Zoë Núñez", "00123", "zoe@example.org", "Joinery 2", "Agreed 5 Jan 2026, on paper"):
        assert said in page.text
    for button in ("Issue a badge", "Record a yes or no", "Record withdrawal", "Merge learners", "Put on hold"):
        assert button in page.text


def test_badges_are_listed_newest_first_with_what_navigatr_says(browser: Client, badge: Badge, zoe: Learner) -> None:
    old = make_issuance(badge, zoe, status="issued", issued_at=timezone.now())
    Assertion.objects.create(badge=badge, navigatr_id="7", issuance=old, status="Claimed", read_at=timezone.now())
    new = make_issuance(make_badge(badge.provider, navigatr_id=52), zoe)
    page = browser.get(here(zoe))
    rows = page.context["page"].badges
    assert [(row.issuance, row.status.label) for row in rows] == [(new, "Waiting"), (old, "Claimed")]
    assert page.text.count("Wrong person or address") == page.text.count("Revoke at Navigatr") == 1


def test_merged_learner_leads_to_the_entry_that_stayed(browser: Client, zoe: Learner) -> None:
    gone = make_learner(merged_into=zoe)
    assert browser.get(here(gone)).headers["Location"] == here(zoe)
    assert browser.get(here(gone, "edit/")).status_code == 404


def test_erased_learner_is_shown_without_anything_to_do(browser: Client, badge: Badge, zoe: Learner) -> None:
    issuance = make_issuance(badge, zoe, status="issued", issued_at=timezone.now())
    Learner.objects.update(erased_at=timezone.now(), first_name="", last_name="", email="")
    Issuance.objects.update(first_name="", last_name="", email="")
    page = browser.get(here(zoe)).text
    assert "What is left says that badges were sent" in page
    for act in ("Issue a badge", "Put on hold", "Wrong person or address", "check-circle", "recorded in error"):
        assert act not in page
    page = browser.get(f"/issuances/{issuance.uuid}/").text
    assert "Digital Skills for an erased learner" in page
    assert ("The learner was erased" in page, "Issue again" in page) == (True, False)


def test_hold_is_put_on_with_a_reason_and_taken_off(browser: Client, zoe: Learner) -> None:
    page = browser.post(here(zoe, "hold/"), {"note": "Until June."}, follow=True)
    assert "Zoë Núñez is on hold." in page.text
    assert page.text.count("no badge and no request goes to them") == 1
    assert "othing is sent to them" not in page.text
    assert "Until June." in page.text
    again = browser.post(here(zoe, "hold/"), follow=True)
    assert "is on hold already" in again.text
    page = browser.post(here(zoe, "release/"), follow=True)
    assert "is not on hold any more. What waits for them can go out again." in page.text
    zoe.refresh_from_db()
    assert zoe.on_hold_since is None


def test_hold_takes_a_post_only(browser: Client, zoe: Learner) -> None:
    assert browser.get(here(zoe, "hold/")).headers["Location"] == here(zoe)


def test_page_asks_as_often_for_three_badges_as_for_one(browser: Client, badge: Badge, zoe: Learner) -> None:
    asked = []
    for number in (1, 3):
        while zoe.issuances.count() < number:
            make_issuance(badge, zoe, reissue_no=zoe.issuances.count(), reissue_reason="Lost")
        with CaptureQueriesContext(database) as captured:
            browser.get(here(zoe))
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_stranger_sees_and_holds_nobody(stranger: Client, zoe: Learner) -> None:
    assert "Zoë" not in stranger.get(here(zoe), follow=True).text
    stranger.post(here(zoe, "hold/"))
    zoe.refresh_from_db()
    assert zoe.on_hold_since is None
