"""What was agreed to, as a file."""

import pytest
from django.test import Client
from django.utils import timezone

from issuing.models import ConsentRecord
from tests.factories import make_agreed, make_badge, make_consent, make_issuance, make_learner


@pytest.fixture
def record(db: None) -> ConsentRecord:
    return make_agreed(make_badge(), "zoe@example.org").consent_records.get()


def test_receipt_holds_the_words_their_hash_the_time_and_the_route(browser: Client, record: ConsentRecord) -> None:
    answer = browser.get(f"/consents/{record.uuid}/receipt/")
    for said in (
        "Agreed",
        "5 Jan 2026",
        "On paper",
        "We send…",
        "0" * 64,
        "All badges from Example College",
        "Zoë Núñez",
    ):
        assert said in answer.text
    assert "Zoë" not in answer.headers["Content-Disposition"]
    assert "<script" not in answer.text


def test_receipt_of_a_no_without_words_says_so(browser: Client, db: None) -> None:
    no = make_consent(make_learner(), None, "declined")
    assert "It is not certain which words were seen." in browser.get(f"/consents/{no.uuid}/receipt/").text


def test_badge_links_the_very_record_that_allowed_it(browser: Client, record: ConsentRecord) -> None:
    now = timezone.now()
    badge = make_badge(record.text.statement.provider, navigatr_id=52)
    sent = make_issuance(badge, record.learner, status="issued", issued_at=now, allowed_by=record)
    page = browser.get(f"/issuances/{sent.uuid}/").text
    for address in (f"/learners/{record.learner.uuid}/#{record.uuid}", f"/consents/{record.uuid}/receipt/"):
        assert f'href="{address}"' in page
    assert f'id="{record.uuid}"' in browser.get(f"/learners/{record.learner.uuid}/").text


def test_stranger_gets_no_receipt(stranger: Client, record: ConsentRecord) -> None:
    assert stranger.get(f"/consents/{record.uuid}/receipt/").status_code == 302
