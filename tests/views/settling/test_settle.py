"""The page for a badge that got no answer."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from issuing.enums import Effect, IssuanceStatus, Outcome, StatusReason
from issuing.models import Attempt, AuditEvent, Issuance
from tests.factories import make_agreed, make_badge, make_issuance


@pytest.fixture
def row(db: None) -> Issuance:
    """A row that a person must decide."""
    badge = make_badge(url="https://navigatr.app/badge/51/digital-skills")
    learner = make_agreed(badge)
    sent = {"allowed_by": learner.consent_records.get(), "attempt_no": 1}
    waits = {"status": IssuanceStatus.UNCONFIRMED, "reason": StatusReason.TO_DECIDE, "detail": "Navigatr hides some."}
    row = make_issuance(badge, learner, **sent, **waits)
    ended = {"outcome": Outcome.UNKNOWN, "effect": Effect.UNKNOWN, "ended_at": timezone.now()}
    now = timezone.now()
    Attempt.objects.create(
        issuance=row, number=1, connection=badge.provider.connection, secret_version=1, worker="w",
        claimed_at=now, slot_at=now, **ended,
    )  # fmt: skip
    return row


def address(row: Issuance) -> str:
    return reverse("issuance-settle", args=[row.uuid])


def test_page_says_when_it_was_sent_and_why_a_person_must_look(browser: Client, row: Issuance) -> None:
    page = browser.get(address(row)).text
    assert "got no answer" in page
    assert "Navigatr hides some. So a person must look." in page
    assert row.badge.url in page


@pytest.mark.parametrize(("verdict", "status"), [("sent", IssuanceStatus.ISSUED), ("again", IssuanceStatus.QUEUED)])
def test_word_is_taken_with_its_reason(browser: Client, row: Issuance, verdict: str, status: str) -> None:
    answer = browser.post(address(row), {"reason": "Looked at 14:30", "attempt_no": 1, "verdict": verdict})
    row.refresh_from_db()
    assert (answer.status_code, row.status) == (302, status)
    assert AuditEvent.objects.get(verb="settle").actor.username == "robin"


def test_word_without_a_reason_is_refused_in_place(browser: Client, row: Issuance) -> None:
    answer = browser.post(address(row), {"reason": " ", "attempt_no": 1, "verdict": "sent"})
    row.refresh_from_db()
    assert (answer.status_code, row.status) == (200, IssuanceStatus.UNCONFIRMED)
    assert answer.context["form"].errors["reason"] == ["Fill this in."]


def test_word_of_a_page_that_is_stale_is_refused_with_all_that_was_typed(browser: Client, row: Issuance) -> None:
    answer = browser.post(address(row), {"reason": "Seen", "attempt_no": 7, "verdict": "sent"})
    row.refresh_from_db()
    assert row.status == IssuanceStatus.UNCONFIRMED
    assert answer.context["problem"].endswith("nothing was changed. Look at it again.")
    assert answer.context["form"]["reason"].value() == "Seen"


def test_settled_row_offers_nothing_to_decide(browser: Client, row: Issuance) -> None:
    Issuance.objects.update(status=IssuanceStatus.ISSUED, issued_at=timezone.now(), reason="")
    page = browser.get(address(row)).text
    assert "mark as sent" not in page


def test_stranger_decides_nothing(stranger: Client, row: Issuance) -> None:
    answer = stranger.post(address(row), {"reason": "x", "attempt_no": 1, "verdict": "sent"})
    row.refresh_from_db()
    assert (answer.status_code, row.status) == (302, IssuanceStatus.UNCONFIRMED)
