"""Recording one answer: its questions one by one, their check, the record; withdrawing; what was recorded in error."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from issuing.enums import ConsentState, Decision, Disposition, IssuanceStatus
from issuing.forms.consent import QUESTIONS, RecordForm
from issuing.models import Badge, ConsentRecord, ConsentStatement, ConsentText, Learner, RosterRow
from issuing.queries import consent_of
from issuing.views.consent.draft import Draft
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


def here(page: Any) -> str:
    """The address of a page that was shown."""
    return f"{page.request['PATH_INFO']}?{page.request['QUERY_STRING']}"


def begun(browser: Client, url: str) -> str:
    """The address of the first question about a new answer."""
    return here(browser.get(url, follow=True))


def asked(browser: Client, url: str, fields: dict[str, Any], *, until: str = "check") -> Any:
    """The page at which somebody is who has answered everything before it with what is in `fields`."""
    names = [*QUESTIONS, "check"]
    query = parse_qs(urlsplit(url).query)
    draft = Draft(uuid4(), get_user(browser), query.get("row", query.get("learner", [""]))[0])
    draft.seen = set(names[: names.index(until)])
    typed = {name: str(value) for name, value in fields.items()}
    draft.take(typed, [field for name in draft.seen for field in QUESTIONS[name]])
    return browser.get(url.replace("record/", f"record/{draft.token}/{until}/"), follow=True)


def recorded(browser: Client, url: str, fields: dict[str, Any]) -> Any:
    """The questions answered, and the check of them confirmed as the browser sends it."""
    page = asked(browser, url, fields)
    return browser.post(here(page), page.context["form"].data, follow=True)


def messages(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def state(learner: Learner, badge: Badge) -> ConsentState:
    return consent_of(learner.pk, badge, now=timezone.now()).state


ORDER = ("giver", "route", "answer", "when", "words", "evidence")


def test_questions_come_one_at_a_time_and_preset_nothing(browser: Client, learner: Learner, text: ConsentText) -> None:
    page, seen = browser.get(address(learner), follow=True), []
    while "check" not in here(page):
        assert " checked" not in page.text
        assert ("Zoë Núñez" in page.text, f"Question {len(seen) + 1} of 6" in page.text) == (True, True)
        seen.append((page.context["name"], list(page.context["form"].fields)))
        page = browser.post(here(page), typed(text), follow=True)
    assert [name for name, _fields in seen] == list(ORDER)
    asked = [field for _name, fields in seen for field in fields]
    assert len(asked) == len(set(asked)) == len(RecordForm().fields)


def test_withdrawal_is_not_asked_whether_it_is_one(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = asked(browser, address(learner, answer="withdrawn"), typed(evidence_note=""), until="words")
    assert "Question 4 of 5" in page.text
    assert "What they withdraw from" in page.text
    assert browser.get(here(page).replace("words", "answer")).status_code == 404


def test_question_complains_in_place_about_itself_alone(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = browser.post(begun(browser, address(learner)), {}, follow=True)
    assert (page.context["name"], page.redirect_chain[0][1]) == ("giver", 302)
    assert page.text.count('class="field-error"') == 1
    page = browser.post(here(page), {"giver": "guardian", "giver_name": "Maria"}, follow=True)
    assert list(page.context["form"].errors) == ["giver_relation", "giver_reason", "giver_contact"]
    assert page.context["form"]["giver_name"].value() == "Maria"


def test_back_keeps_what_was_typed_without_judging_it(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = asked(browser, address(learner), typed(text), until="when")
    page = browser.post(here(page), {"decided_on": "2031-01-01", "back": "yes"}, follow=True)
    assert (page.context["name"], page.context["form"]["decision"].value()) == ("answer", "given")
    page = browser.post(here(page), typed(text), follow=True)
    assert (page.context["form"]["decided_on"].value(), page.context["form"].errors) == ("2031-01-01", {})


def test_question_that_is_opened_again_shows_what_was_answered(
    browser: Client, learner: Learner, text: ConsentText
) -> None:
    check = here(asked(browser, address(learner), typed(text)))
    page = browser.get(check.replace("check", "route"))
    assert page.context["form"]["route"].value() == "paper"
    page = browser.post(here(page), {"route": "phone"}, follow=True)
    assert (here(page), page.context["check"].entry.how) == (check, "By phone")


def test_other_answer_asks_what_depends_on_it_again(browser: Client, learner: Learner, text: ConsentText) -> None:
    check = here(asked(browser, address(learner), typed(decision="declined", evidence_note="")))
    page = browser.post(check.replace("check", "answer"), {"decision": "given"}, follow=True)
    assert (page.context["name"], page.context["form"]["decided_on"].value()) == ("when", "2026-01-14")
    page = browser.post(here(page), {"decided_on": "2026-01-14", "ends_on": "2026-12-31"}, follow=True)
    assert (page.context["form"]["words"].value(), "Everything" in page.text) == ("", False)
    page = browser.post(here(page), {"words": text.pk}, follow=True)
    assert page.context["form"].errors == {}
    page = browser.post(here(page), {"evidence_note": "Folder 12"}, follow=True)
    assert page.context["check"].entry.ends == "31 Dec 2026"

    page = browser.post(check.replace("check", "answer"), {"decision": "declined"}, follow=True)
    assert "ends_on" not in page.context["form"].fields
    for _ in ("when", "words", "evidence"):
        page = browser.post(here(page), typed(text), follow=True)
    browser.post(here(page), page.context["form"].data)
    assert ConsentRecord.objects.get().decision == Decision.DECLINED


def test_later_question_leads_to_the_first_when_nothing_is_kept(
    browser: Client, learner: Learner, text: ConsentText
) -> None:
    for later in ("route", "check"):
        page = browser.get(begun(browser, address(learner)).replace("giver", later), follow=True)
        assert page.context["name"] == "giver"
        assert messages(page) == ["What is typed here is kept for an hour. Nothing was recorded; please answer again."]


def test_nobody_else_opens_what_somebody_typed(
    browser: Client, stranger: Client, learner: Learner, text: ConsentText
) -> None:
    url = here(asked(browser, address(learner), typed(text)))
    stranger.force_login(make_user("ella"))
    assert stranger.get(url, follow=True).context["name"] == "giver"


def test_what_was_typed_of_one_is_nobody_else_s_answer(browser: Client, learner: Learner, text: ConsentText) -> None:
    url = here(asked(browser, address(learner), typed(text)))
    other = make_learner("bo@example.org")
    assert browser.get(url.replace(str(learner.uuid), str(other.uuid)), follow=True).context["name"] == "giver"


def test_first_question_says_when_no_wording_is_published(browser: Client, learner: Learner) -> None:
    page = browser.get(address(learner), follow=True)
    assert "No wording is published yet, so no yes can be recorded." in page.text


def test_check_shows_what_the_answers_come_to_and_records_nothing(
    browser: Client, learner: Learner, text: ConsentText
) -> None:
    page = asked(browser, address(learner), typed(text))
    found = [(one.scope, one.label) for one in page.context["check"].standings]
    assert found == [("All badges from Example College", "Agreed")]
    assert (page.context["check"].is_without_effect, ConsentRecord.objects.count()) == (False, 0)
    assert page.text.count(">Change<") == 6


def test_check_warns_when_a_yes_changes_nothing(browser: Client, learner: Learner, text: ConsentText) -> None:
    make_consent(learner, None, Decision.WITHDRAWN, decided_at=datetime(2026, 1, 20, tzinfo=UTC))
    page = asked(browser, address(learner), typed(text))
    assert page.context["check"].is_without_effect
    assert "This yes changes nothing" in page.text


def test_record_keeps_the_answer_and_goes_back(
    browser: Client, learner: Learner, badge: Badge, text: ConsentText
) -> None:
    page = recorded(browser, address(learner), typed(text))
    assert page.redirect_chain == [("/", 302)]
    assert messages(page) == [
        "Recorded: Agreed 14 Jan 2026, on paper, to all badges from Example College; recorded by Robin Reed."
    ]
    assert state(learner, badge) == ConsentState.GIVEN


def test_record_makes_one_record_when_it_is_pressed_twice(browser: Client, learner: Learner, text: ConsentText) -> None:
    check = asked(browser, address(learner), typed(text))
    for _ in range(2):
        page = browser.post(here(check), check.context["form"].data, follow=True)
    assert messages(page)[-1] == "This answer was recorded already; nothing was recorded twice."
    for name in ("check", "giver", "words"):  # the browser's way back
        page = browser.get(here(check).replace("check", name), follow=True)
        assert (messages(page)[-1], page.redirect_chain) == (
            "This answer was recorded already; nothing was recorded twice.",
            [("/", 302)],
        )
    assert ConsentRecord.objects.count() == 1


def test_record_refuses_in_place_what_cannot_be(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = asked(browser, address(learner), typed(text))
    page = browser.post(here(page), {**page.context["form"].data, "giver": ""}, follow=True)
    assert (page.context["name"], list(page.context["form"].errors)) == ("giver", ["giver"])
    page = asked(browser, address(learner), typed(text, evidence_note="a\x01b"))
    assert "The note holds a character that cannot be kept." in page.text
    assert "Record this answer" not in page.text
    assert not ConsentRecord.objects.exists()


def test_record_asks_again_when_the_words_went_meanwhile(
    browser: Client, learner: Learner, badge: Badge, text: ConsentText
) -> None:
    page = asked(browser, address(learner), typed(text))
    ConsentStatement.objects.update(retired_at=timezone.now(), retired_by=make_user("ann"))
    page = browser.post(here(page), page.context["form"].data, follow=True)
    assert (page.context["name"], page.context["form"].errors.keys()) == ("words", {"words"})
    assert not ConsentRecord.objects.exists()


def test_withdrawal_stops_what_waits_and_says_what_came_too_late(
    browser: Client, badge: Badge, text: ConsentText
) -> None:
    learner = make_agreed(badge)
    waiting = make_issuance(badge, learner)
    claimed = {"status": "sending", "attempt_no": 1, "allowed_by": learner.consent_records.get()}
    make_issuance(make_badge(badge.provider, navigatr_id=52), learner, **claimed)
    fields = typed(decision="", evidence_note="", decided_on=timezone.localdate().isoformat())

    page = recorded(browser, address(learner, answer="withdrawn"), fields)

    assert messages(page)[1] == "1 badge that was waiting was stopped. 1 badge was already on its way."
    waiting.refresh_from_db()
    assert (waiting.status, state(learner, badge)) == (IssuanceStatus.CANCELLED, ConsentState.WITHDRAWN)


def test_record_makes_the_learner_when_a_row_is_of_nobody_known(
    browser: Client, badge: Badge, text: ConsentText
) -> None:
    row = make_row(make_roster(badge), "ana@example.org", row_no=7, student_number="S7")
    assert asked(browser, row_address(row), typed(text)).context["check"].standings[0].allows
    assert not Learner.objects.exists()

    recorded(browser, row_address(row), typed(text))

    learner = Learner.objects.get()
    assert (learner.full_name, learner.student_number) == ("Ana Ng", "S7")
    assert state(learner, badge) == ConsentState.GIVEN


def test_record_refuses_a_row_whose_address_is_somebody_elses(browser: Client, badge: Badge, text: ConsentText) -> None:
    make_learner("ana@example.org")
    row = make_row(make_roster(badge), "ana@example.org", row_no=7)
    page = recorded(browser, row_address(row), typed(text))
    assert "This address is known here under another name" in page.text
    assert not ConsentRecord.objects.exists()


def test_record_takes_the_learner_whom_staff_said_a_row_is_about(
    browser: Client, learner: Learner, badge: Badge, text: ConsentText
) -> None:
    decided = {"decision": "same_person", "decided_at": timezone.now(), "decided_by": make_user()}
    row = make_row(make_roster(badge), learner.email, row_no=7, decided_about=learner, **decided)
    recorded(browser, row_address(row), typed(text))
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
    page = recorded(browser, address(learner, next="https://example.net/"), typed(text))
    assert page.redirect_chain == [(f"/learners/{learner.uuid}/", 302)]


def test_stranger_records_nothing(stranger: Client, learner: Learner, text: ConsentText) -> None:
    for step in ("", f"{uuid4()}/giver/", f"{uuid4()}/check/"):
        url = address(learner).replace("record/", f"record/{step}")
        assert stranger.post(url, typed(text)).headers["Location"].startswith("/sign-in/")
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
    page = asked(browser, address(learner), typed(text), until="evidence")
    check = browser.post(here(page), {"evidence_note": "", "evidence_file": scan()}, follow=True)
    assert "form.pdf" in check.text
    browser.post(here(check), check.context["form"].data)
    page = browser.get(f"/consents/{ConsentRecord.objects.get().uuid}/evidence/")
    assert (page.content, page.headers["Content-Type"]) == (b"%PDF-1.7 Zo\xc3\xab", "application/pdf")
    assert page.headers["Content-Disposition"] == 'attachment; filename="form.pdf"'


def test_file_that_is_none_of_these_is_refused_in_place(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = asked(browser, address(learner), typed(text), until="evidence")
    page = browser.post(here(page), {"evidence_note": "Folder 12", "evidence_file": scan(b"MZ\x90")})
    assert "This is neither a PDF nor a picture" in words(page.text)
    assert "Folder 12" in page.text


def test_file_can_be_left_out_again(browser: Client, learner: Learner, text: ConsentText) -> None:
    page = asked(browser, address(learner), typed(text), until="evidence")
    browser.post(here(page), {"evidence_note": "Folder 12", "evidence_file": scan()})
    page = browser.get(here(page))
    assert "Added: form.pdf." in words(page.text)
    proof = page.context["form"]["proof"].value()
    kept = browser.post(here(page), {"evidence_note": "Folder 12", "proof": proof}, follow=True)
    assert "form.pdf" in kept.text
    left = browser.post(here(page), {"evidence_note": "Folder 12", "proof": proof, "without_proof": "yes"}, follow=True)
    assert (left.context["check"].entry.label, "form.pdf" in left.text) == ("Agreed", False)


def test_file_of_an_answer_without_one_is_not_found(browser: Client, learner: Learner) -> None:
    record = make_consent(learner, None, Decision.DECLINED)
    assert browser.get(f"/consents/{record.uuid}/evidence/").status_code == 404
