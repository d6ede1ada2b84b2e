"""What was agreed to, as a file."""

import pytest
from django.test import Client
from django.utils import timezone

from issuing.models import ConsentRecord, Learner, email_key
from issuing.services import consent, erasure
from tests.factories import make_agreed, make_badge, make_consent, make_issuance, make_learner, make_user


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


def test_what_somebody_erased_had_answered_is_for_managers(browser: Client, record: ConsentRecord) -> None:
    made = {"status": "issued", "issued_at": timezone.now(), "allowed_by": record}
    sent = make_issuance(make_badge(record.text.statement.provider, navigatr_id=52), record.learner, **made)
    manager, receipt = make_user(role="manager"), f"/consents/{record.uuid}/receipt/"
    erasure.erase(learner=record.learner, identity_note="Passport.", by=manager)
    page = browser.get(f"/issuances/{sent.uuid}/").text
    assert [said for said in ("on paper", receipt) if said in page] == []
    assert browser.get(receipt).status_code == 403
    browser.force_login(manager)
    assert receipt in browser.get(f"/issuances/{sent.uuid}/").text
    assert "On paper" in browser.get(receipt).text


def test_stranger_gets_no_receipt(stranger: Client, record: ConsentRecord) -> None:
    assert stranger.get(f"/consents/{record.uuid}/receipt/").status_code == 302


@pytest.fixture
def link(record: ConsentRecord) -> str:
    return f"/my-consent/{consent.link_of(record.learner).secret.reveal()}/"


def test_learner_gets_a_receipt_of_their_answers_under_their_first_name(
    stranger: Client, link: str, record: ConsentRecord
) -> None:
    assert 'href="receipt/?language=en"' in stranger.get(link).text
    answer = stranger.get(f"{link}receipt/")
    assert [said for said in ("Agreed", "On paper", "We send…", "0" * 64, "Zoë") if said not in answer.text] == []
    assert "Núñez" not in answer.text
    assert "zoe@example.org" not in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_link_to_an_earlier_address_gets_no_receipt(stranger: Client, link: str, record: ConsentRecord) -> None:
    Learner.objects.update(email="new@example.org", email_key=email_key("new@example.org"))
    assert 'href="receipt/' not in stranger.get(link).text
    assert stranger.get(f"{link}receipt/").headers["Location"] == link


def test_wrong_link_and_one_of_somebody_erased_get_no_receipt(
    stranger: Client, link: str, record: ConsentRecord
) -> None:
    note = {"identity_note": "Passport.", "by": make_user(role="manager")}
    erasure.erase(learner=record.learner, **note)
    for address in (link, "/my-consent/wrong/"):
        assert stranger.get(f"{address}receipt/", follow=True).status_code == 404
