"""Recording one answer: form, check, record; withdrawing, and taking back what was recorded in error."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from issuing.enums import ConsentState, Decision, Disposition, IssuanceStatus
from issuing.models import Badge, ConsentRecord, ConsentText, Learner, RosterRow
from issuing.queries import consent_of
from tests.factories import (
    make_agreed,
    make_badge,
    make_consent,
    make_issuance,
    make_learner,
    make_roster,
    make_row,
    make_text,
    make_user,
)
from tests.views.pages import words


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def text(badge: Badge) -> ConsentText:
    return make_text(badge.provider)


@pytest.fixture
def learner() -> Learner:
    return make_learner()


def address(learner: Learner | None = None, **query: Any) -> str:
    whom = {"learner": learner.uuid} if learner else {}
    return f"/consents/record/?{urlencode({**whom, 'next': '/', **query})}"


def row_address(row: RosterRow) -> str:
    return address(row=f"{row.roster.uuid}:{row.row_no}")


def typed(text: ConsentText | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "decision": "given",
        "giver": "learner",
        "route": "paper",
        "decided_on": "2026-01-14",
        "words": text.pk if text else "all",
        "evidence_note": "Folder 12",
    } | fields


def recorded(text: ConsentText | None = None, **fields: Any) -> dict[str, Any]:
    return typed(text, once=uuid4(), **fields)


def messages(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def state(learner: Learner, badge: Badge) -> ConsentState:
    return consent_of(learner.pk, badge, now=timezone.now()).state


def test_form_presets_nothing(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = browser.get(address(learner))
    assert " checked" not in page.text
    assert "Zoë Núñez" in page.text


def test_form_asks_and_complains_in_the_same_order(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = browser.post(address(learner), {}).text
    told = [
        page.index(f"{label}: ") for label in ("Who answered", "How they answered", "Their answer", "Day they answered")
    ]
    legends = ("Who answered", "How they answered", "Their answer", "When they answered", "What shows their answer")
    asked = [page.index(f"<legend>{legend}") for legend in legends]
    assert (told, asked) == (sorted(told), sorted(asked))
    assert page.count('class="field-error"') == 6


def test_form_says_what_comes_first_when_no_wording_is_published(browser: Client, learner: Learner) -> None:
    assert "No wording is published yet, so no yes can be recorded." in browser.get(address(learner)).text


def test_check_shows_what_the_answers_come_to_and_records_nothing(
    browser: Client, learner: Learner, text: ConsentText
) -> None:
    check = browser.post(address(learner), typed(text)).context["check"]
    assert [(one.scope, one.label) for one in check.standings] == [("All badges from Example College", "Agreed")]
    assert (check.is_without_effect, ConsentRecord.objects.count()) == (False, 0)


def test_check_warns_when_a_yes_changes_nothing(browser: Client, learner: Learner, text: ConsentText) -> None:
    make_consent(learner, None, Decision.WITHDRAWN, decided_at=datetime(2026, 1, 20, tzinfo=UTC))
    page = browser.post(address(learner), typed(text))
    assert page.context["check"].is_without_effect
    assert "This yes changes nothing" in page.text


def test_change_something_shows_the_form_with_everything_typed(
    browser: Client, learner: Learner, text: ConsentText
) -> None:
    page = browser.post(address(learner), typed(text, edit="yes"))
    assert page.context["form"]["evidence_note"].value() == "Folder 12"
    assert "check" not in page.context


def test_record_keeps_the_answer_and_goes_back(
    browser: Client, learner: Learner, badge: Badge, text: ConsentText
) -> None:
    page = browser.post(address(learner), recorded(text), follow=True)
    assert page.redirect_chain == [("/", 302)]
    assert messages(page) == [
        "Recorded: Agreed 14 Jan 2026, on paper, to all badges from Example College; recorded by Robin Reed."
    ]
    assert state(learner, badge) == ConsentState.GIVEN


def test_record_makes_one_record_when_it_is_pressed_twice(browser: Client, learner: Learner, text: ConsentText) -> None:
    fields = recorded(text)
    browser.post(address(learner), fields)
    page = browser.post(address(learner), fields, follow=True)
    assert messages(page)[-1] == "This answer was recorded already; nothing was recorded twice."
    assert ConsentRecord.objects.count() == 1


def test_record_refuses_in_place_what_cannot_be(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = browser.post(address(learner), recorded(text, evidence_note="a\x01b", giver=""))
    assert list(page.context["form"].errors) == ["giver"]
    page = browser.post(address(learner), recorded(text, evidence_note="a\x01b"))
    assert "The note holds a character that cannot be kept." in page.text
    assert not ConsentRecord.objects.exists()


def test_withdrawal_stops_what_waits_and_says_what_came_too_late(
    browser: Client, badge: Badge, text: ConsentText
) -> None:
    learner = make_agreed(badge)
    waiting = make_issuance(badge, learner)
    claimed = {"status": "sending", "attempt_no": 1, "allowed_by": learner.consent_records.get()}
    make_issuance(make_badge(badge.provider, navigatr_id=52), learner, **claimed)
    fields = recorded(decision="", evidence_note="", decided_on=timezone.localdate().isoformat())

    page = browser.post(address(learner, answer="withdrawn"), fields, follow=True)

    assert messages(page)[1] == "1 badge that was waiting was stopped. 1 badge was already on its way."
    waiting.refresh_from_db()
    assert (waiting.status, state(learner, badge)) == (IssuanceStatus.CANCELLED, ConsentState.WITHDRAWN)


def test_record_makes_the_learner_when_a_row_is_of_nobody_known(
    browser: Client, badge: Badge, text: ConsentText
) -> None:
    row = make_row(make_roster(badge), "ana@example.org", row_no=7, student_number="S7")
    assert browser.post(row_address(row), typed(text)).context["check"].standings[0].allows
    assert not Learner.objects.exists()

    browser.post(row_address(row), recorded(text))

    learner = Learner.objects.get()
    assert (learner.full_name, learner.student_number) == ("Ana Ng", "S7")
    assert state(learner, badge) == ConsentState.GIVEN


def test_record_refuses_a_row_whose_address_is_somebody_elses(browser: Client, badge: Badge, text: ConsentText) -> None:
    make_learner("ana@example.org")
    row = make_row(make_roster(badge), "ana@example.org", row_no=7)
    page = browser.post(row_address(row), recorded(text))
    assert "This address is known here under another name" in page.text
    assert not ConsentRecord.objects.exists()


def test_record_takes_the_learner_whom_staff_said_a_row_is_about(
    browser: Client, learner: Learner, badge: Badge, text: ConsentText
) -> None:
    decided = {"decision": "same_person", "decided_at": timezone.now(), "decided_by": make_user()}
    row = make_row(make_roster(badge), learner.email, row_no=7, decided_about=learner, **decided)
    browser.post(row_address(row), recorded(text))
    assert state(learner, badge) == ConsentState.GIVEN


@pytest.mark.parametrize("row", ["", "7", ":", f"{UUID(int=1)}:7", f"{UUID(int=1)}:x", f"x:{7}"])
def test_record_knows_no_other_row(browser: Client, badge: Badge, row: str) -> None:
    make_row(make_roster(badge), "ana@example.org", row_no=7)
    assert browser.get(address(row=row)).status_code == 404


def test_record_is_not_for_rows_to_fix_nor_for_people_who_are_gone(browser: Client, badge: Badge) -> None:
    row = make_row(make_roster(badge), "ana@example.org", row_no=7, disposition=Disposition.INVALID)
    gone = make_learner(erased_at=timezone.now())
    for url in (row_address(row), address(gone), address(), f"/consents/record/?learner={UUID(int=1)}"):
        assert browser.get(url).status_code == 404


def test_record_goes_to_no_other_site(browser: Client, learner: Learner, text: ConsentText) -> None:
    answer = browser.post(address(learner, next="https://example.net/"), recorded(text))
    assert answer.headers["Location"].startswith("/learners/")


def test_stranger_records_nothing(stranger: Client, learner: Learner, text: ConsentText) -> None:
    assert stranger.post(address(learner), recorded(text)).status_code == 302
    assert not ConsentRecord.objects.exists()


def test_invalidate_takes_a_record_out_and_stops_what_waits(browser: Client, badge: Badge) -> None:
    learner = make_agreed(badge)
    make_issuance(badge, learner)
    url = f"/consents/{learner.consent_records.get().uuid}/invalidate/?next=/"
    assert "Agreed" in words(browser.get(url).text)

    page = browser.post(url, {"note": "Wrong person"}, follow=True)

    assert messages(page)[1] == "1 badge that was waiting was stopped."
    kept = ConsentRecord.objects.get()
    assert (kept.invalidated_note, kept.invalidated_by.username) == ("Wrong person", "robin")


@pytest.mark.parametrize("note", ["", "  "])
def test_invalidate_refuses_in_place_when_nothing_says_why(browser: Client, badge: Badge, note: str) -> None:
    learner = make_agreed(badge)
    page = browser.post(f"/consents/{learner.consent_records.get().uuid}/invalidate/?next=/", {"note": note})
    assert list(page.context["form"].errors) == ["note"]
    assert ConsentRecord.objects.get().invalidated_at is None


def test_invalidate_refuses_in_place_when_it_was_done_already(browser: Client, learner: Learner) -> None:
    found = make_consent(learner, None, Decision.DECLINED, invalidated_at=timezone.now())
    page = browser.post(f"/consents/{found.uuid}/invalidate/?next=/", {"note": "Wrong person"})
    assert "already" in page.text


def scan(content: bytes = b"%PDF-1.7 Zo\xc3\xab") -> SimpleUploadedFile:
    return SimpleUploadedFile("form.pdf", content)


def test_file_is_kept_through_the_check_and_handed_out_again(
    browser: Client, learner: Learner, text: ConsentText
) -> None:
    check = browser.post(address(learner), typed(text, evidence_note="", evidence_file=scan()))
    assert "form.pdf" in check.text
    proof = check.context["form"].data["proof"]
    browser.post(address(learner), recorded(text, evidence_note="", proof=proof))
    page = browser.get(f"/consents/{ConsentRecord.objects.get().uuid}/evidence/")
    assert (page.content, page.headers["Content-Type"]) == (b"%PDF-1.7 Zo\xc3\xab", "application/pdf")
    assert page.headers["Content-Disposition"] == 'attachment; filename="form.pdf"'


def test_file_that_is_none_of_these_is_refused_in_place(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = browser.post(address(learner), typed(text, evidence_file=scan(b"MZ\x90")))
    assert "This is neither a PDF nor a picture" in words(page.text)
    assert "Folder 12" in page.text


def test_file_can_be_left_out_again(browser: Client, learner: Learner, text: ConsentText) -> None:
    check = browser.post(address(learner), typed(text, evidence_file=scan()))
    page = browser.post(address(learner), typed(text, edit="yes", proof=check.context["form"].data["proof"]))
    assert "Added: form.pdf." in words(page.text)
    again = browser.post(address(learner), typed(text, proof=page.context["form"].data["proof"], without_proof="yes"))
    assert again.context["form"].proof_name == ""


def test_file_of_an_answer_without_one_is_not_found(browser: Client, learner: Learner) -> None:
    record = make_consent(learner, None, Decision.DECLINED)
    assert browser.get(f"/consents/{record.uuid}/evidence/").status_code == 404
