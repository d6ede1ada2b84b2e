"""What withdrawing leaves to do, and learners under 13."""

import pytest
from django.test import Client
from django.utils import timezone

from issuing.enums import Decision, IssuanceStatus
from issuing.models import Assertion, Badge, Issuance, Learner
from tests.factories import make_agreed, make_badge, make_consent, make_issuance
from tests.views.pages import words

pytestmark = pytest.mark.django_db
LEFT = "sent that they have not claimed"


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def learner(badge: Badge) -> Learner:
    return make_agreed(badge, "a@example.org")


def sent(badge: Badge, learner: Learner, status: str = "") -> Issuance:
    issuance = make_issuance(badge, learner, status=IssuanceStatus.ISSUED, issued_at=timezone.now())
    if status:
        known = {"badge": badge, "navigatr_id": "8812", "email_key": issuance.email_key, "read_at": timezone.now()}
        Assertion.objects.create(issuance=issuance, status=status, **known)
    return issuance


def page_of(browser: Client, learner: Learner) -> str:
    return words(browser.get(f"/learners/{learner.uuid}/").text)


def withdraw(learner: Learner) -> None:
    make_consent(learner, None, Decision.WITHDRAWN, decided_at=timezone.now())


def test_unclaimed_badge_is_listed_with_what_can_be_done(browser: Client, badge: Badge, learner: Learner) -> None:
    sent(badge, learner, "Pending")
    assert LEFT not in page_of(browser, learner)
    withdraw(learner)
    assert "Ask Navigatr to revoke it" in page_of(browser, learner)


def test_unclaimed_badge_without_a_record_leads_to_a_text_for_support(
    browser: Client, badge: Badge, learner: Learner
) -> None:
    sent(badge, learner)
    withdraw(learner)
    assert "a text for Navigatr’s support" in page_of(browser, learner)


@pytest.mark.parametrize("status", ["Claimed", "Revoked"])
def test_claimed_or_revoked_badge_is_not_listed(browser: Client, badge: Badge, learner: Learner, status: str) -> None:
    sent(badge, learner, status)
    withdraw(learner)
    assert LEFT not in page_of(browser, learner)


def test_learner_is_noted_as_under_13_and_as_grown(browser: Client, badge: Badge, learner: Learner) -> None:
    waiting, address = make_issuance(badge, learner), f"/consents/age/{learner.uuid}/"
    page = browser.post(address, follow=True)
    waiting.refresh_from_db()
    assert (waiting.status, "1 badge that was waiting was stopped." in words(page.text)) == ("cancelled", True)
    assert "Under 13: Navigatr is for people of 13 and over" in page_of(browser, learner)
    assert "Fill this in." in browser.post(address, {"reason": ""}).text
    for _ in range(2):  # the second press is of a page that is out of date
        page = browser.post(address, {"reason": "Showed a passport"}, follow=True)
        assert "Under 13" not in page_of(browser, learner)
    assert "is not noted as under 13 any more" in words(page.text)
