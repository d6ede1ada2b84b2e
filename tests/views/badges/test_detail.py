"""One badge's page, and what can be changed there."""

import pytest
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from issuing.enums import BadgeHold, Role
from issuing.models import Assertion, AuditEvent, Badge
from tests.factories import LONG_AGO, make_badge, make_connection, make_issuance, make_provider, make_user


@pytest.fixture
def manager(db: None) -> Client:
    client = Client()
    client.force_login(make_user("mia", role=Role.MANAGER))
    return client


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge(description="Awarded for <b>skills</b>.", url="https://navigatr.app/badge/51")


def url(badge: Badge) -> str:
    return f"/badges/{badge.uuid}/"


def test_badge_is_described_as_text(browser: Client, badge: Badge) -> None:
    page = browser.get(url(badge)).text
    assert "Awarded for &lt;b&gt;skills&lt;/b&gt;." in page
    assert 'href="https://navigatr.app/badge/51"' in page


def test_address_that_is_no_web_address_is_no_link(browser: Client, badge: Badge) -> None:
    Badge.objects.update(url="javascript:alert(1)", image_url="data:x")
    assert "javascript:" not in browser.get(url(badge)).text


def test_badge_counts_who_has_it(browser: Client, badge: Badge) -> None:
    make_issuance(badge, status="issued", issued_at=timezone.now())
    make_issuance(badge)
    Badge.objects.update(recipients_read_at=LONG_AGO)
    for number, key in ((1, "k" * 64), (2, "")):
        Assertion.objects.create(badge=badge, navigatr_id=number, email_key=key, read_at=LONG_AGO)
    page = browser.get(url(badge)).context["page"]
    assert ([fact.value for fact in page.facts], page.hidden) == (["1", "1", "2"], 1)


@pytest.mark.parametrize("reason", [reason for reason in BadgeHold if reason])
def test_held_badge_says_why_and_what_to_do(browser: Client, badge: Badge, reason: BadgeHold) -> None:
    Badge.objects.update(hold=reason, hold_detail="In Navigatr's words", held_at=LONG_AGO)
    answer = browser.get(url(badge))
    page = answer.context["page"]
    assert (page.state.why, page.can_issue) == (f"{reason.label}.", False)
    assert page.state.to_do
    assert page.state.to_do in answer.text


def test_unpublished_badge_says_what_to_do(browser: Client, badge: Badge) -> None:
    Badge.objects.update(status="Draft")
    assert "Publish it at Navigatr" in browser.get(url(badge)).text


def test_unknown_badge_is_not_found(browser: Client) -> None:
    assert browser.get("/badges/00000000-0000-0000-0000-000000000001/").status_code == 404


def test_manager_marks_the_sandbox_badge_and_unmarks_it(manager: Client, badge: Badge) -> None:
    for word, is_sandbox in (("yes", True), ("no", False)):
        answer = manager.post(f"{url(badge)}sandbox/", {"sandbox": word}, follow=True)
        assert answer.redirect_chain[-1][0] == url(badge)
        assert Badge.objects.get().is_sandbox is is_sandbox
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["mark_sandbox", "unmark_sandbox"]


def test_staff_cannot_mark_the_sandbox_badge(browser: Client, badge: Badge) -> None:
    assert browser.post(f"{url(badge)}sandbox/", {"sandbox": "yes"}).status_code == 403
    assert Badge.objects.get().is_sandbox is False
    assert "Mark as sandbox badge" not in browser.get(url(badge)).text


def test_badges_are_read_again_in_the_background(browser: Client, badge: Badge) -> None:
    answer = browser.post("/badges/refresh/", follow=True)
    assert "look again in a minute" in answer.text
    assert OrmQ.objects.get().func() == "issuing.tasks.sync_badges"


def test_nothing_is_read_when_no_account_works(browser: Client) -> None:
    make_provider(make_connection(stop_reason="by_staff", stopped_at=LONG_AGO))
    assert "nothing is read" in browser.post("/badges/refresh/", follow=True).text
    assert OrmQ.objects.count() == 0
