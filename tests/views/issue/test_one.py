"""The page that issues one badge: its steps, what it refuses, and one press."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.enums import Decision
from issuing.models import Assertion, Badge, ConsentRecord, ConsentText, Issuance, Learner
from tests.factories import make_agreed, make_badge, make_consent, make_issuance, make_learner, make_text

BUTTON = "Issue badge to Zoë Núñez"


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


@pytest.fixture
def zoe(badge: Badge) -> Learner:
    return make_agreed(badge, "zoe@example.org")


def address(badge: Badge, learner: Learner) -> str:
    return f"/issue/?badge={badge.uuid}&learner={learner.uuid}"


def test_only_badge_is_chosen_beforehand(browser: Client, badge: Badge) -> None:
    assert browser.get("/issue/").context["page"].badge == badge


def test_page_offers_only_badges_that_can_be_issued(browser: Client, badge: Badge) -> None:
    other = make_badge(badge.provider, navigatr_id=52, name="Welding")
    make_badge(badge.provider, navigatr_id=53, status="Draft")
    make_badge(badge.provider, navigatr_id=54, hold="gone", held_at=timezone.now())
    page = browser.get("/issue/").context["page"]
    assert (page.badge, page.badges) == (None, [badge, other])


def test_sandbox_badge_comes_first_while_nothing_was_sent(browser: Client, badge: Badge) -> None:
    sandbox = make_badge(badge.provider, navigatr_id=52, name="Try me", is_sandbox=True)
    assert browser.get("/issue/").context["page"].badges == [sandbox, badge]
    assert "Send the sandbox badge to myself" in browser.get("/issue/").text
    make_issuance(badge)
    assert browser.get("/issue/").context["page"].badges == [badge, sandbox]
    assert "Send the sandbox badge to myself" not in browser.get("/issue/").text


@pytest.mark.parametrize("text", ["núñ", "ZOE@example.org", "00123"])
def test_search_finds_the_learner(browser: Client, badge: Badge, text: str) -> None:
    make_learner("ana@example.org", first_name="Ana", last_name="Ng")
    zoe = make_learner("zoe@example.org", student_number="00123")
    for headers in ({}, {"HX-Request": "true", "HX-Target": "found"}):
        answer = browser.get("/issue/", {"badge": badge.uuid, "q": text}, headers=headers)
        assert answer.context["page"].found == [zoe]
        assert ("<html" in answer.text, "ana@example.org" in answer.text) == (not headers, False)


def test_search_says_that_nobody_is_known_and_offers_a_new_learner(browser: Client, badge: Badge) -> None:
    answer = browser.get("/issue/", {"badge": badge.uuid, "q": "Ana Ng"})
    assert "Nobody here is known by “Ana Ng”." in answer.text
    assert f"/learners/new/?badge={badge.uuid}&amp;q=Ana+Ng" in answer.text


def test_page_says_the_consent_and_exactly_what_navigatr_gets(browser: Client, badge: Badge, zoe: Learner) -> None:
    page = browser.get(address(badge, zoe))
    assert "Agreed 5 Jan 2026, on paper, to all badges from Example College" in page.text
    assert "Navigatr will e-mail zoe@example.org a claim link. If they already have a Navigatr account" in page.text
    assert [line.value for line in page.context["page"].gets] == [
        "Digital Skills (Example College)", "Zoë", "Núñez", "zoe@example.org",
    ]  # fmt: skip
    assert BUTTON in page.text


def test_confirming_queues_the_badge_and_shows_it(browser: Client, badge: Badge, zoe: Learner) -> None:
    key = uuid4()
    typed = {"key": key, "issue_date": "2026-09-14", "evidence_text": " Built a table. "}
    answer = browser.post(address(badge, zoe), typed)
    issuance = Issuance.objects.get()
    assert answer.headers["Location"] == f"/issue/{key}/"
    assert (issuance.uuid, issuance.learner, issuance.confirmed_by.username) == (key, zoe, "robin")
    assert (issuance.issue_date, issuance.end_date, issuance.evidence_text) == ("2026-09-14", "", "Built a table.")


def test_second_press_shows_the_first_badge(browser: Client, badge: Badge, zoe: Learner) -> None:
    key = uuid4()
    answers = [browser.post(address(badge, zoe), {"key": key}) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [f"/issue/{key}/"] * 2
    assert Issuance.objects.count() == 1


def test_another_form_for_the_same_badge_is_told_that_it_is_on_its_way(
    browser: Client, badge: Badge, zoe: Learner
) -> None:
    browser.post(address(badge, zoe), {"key": uuid4()})
    page = browser.post(address(badge, zoe), {"key": uuid4()})
    assert (page.status_code, Issuance.objects.count()) == (200, 1)
    assert "This badge is on its way to Zoë Núñez" in page.text
    assert BUTTON not in page.text


def test_wrong_details_are_said_in_place_and_what_was_typed_stays(browser: Client, badge: Badge, zoe: Learner) -> None:
    typed = {"key": uuid4(), "end_date": "2020-01-01", "evidence_url": "ftp://x", "evidence_text": "Built a table."}
    page = browser.post(address(badge, zoe), typed)
    assert not Issuance.objects.exists()
    for said in ("This is before the issue date.", "must begin with https://", "Built a table.", 'value="ftp://x"'):
        assert said in page.text
    assert str(typed["key"]) in page.text


def test_preview_shows_what_is_typed_and_changes_nothing(browser: Client, badge: Badge, zoe: Learner) -> None:
    where = f"/issue/preview/?badge={badge.uuid}&learner={zoe.uuid}"
    shown = browser.post(where, {"key": uuid4(), "end_date": "2999-01-31", "evidence_text": "Built a table."}).text
    assert "2999-01-31" in shown
    assert "Built a table." in shown
    assert not Issuance.objects.exists()


def no_consent(badge: Badge, zoe: Learner) -> None:
    ConsentRecord.objects.all().delete()


def said_no(badge: Badge, zoe: Learner) -> None:
    make_consent(zoe, ConsentText.objects.get(), Decision.DECLINED, decided_at=timezone.now())


def on_hold(badge: Badge, zoe: Learner) -> None:
    Learner.objects.update(on_hold_since=timezone.now(), on_hold_note="Until June.")


def held(badge: Badge, zoe: Learner) -> None:
    Badge.objects.update(hold="gone", hold_detail="Navigatr lists it no more.", held_at=timezone.now())


def has_it(badge: Badge, zoe: Learner) -> None:
    make_issuance(badge, zoe, status="issued", issued_at=timezone.now())


def has_it_from_elsewhere(badge: Badge, zoe: Learner) -> None:
    Assertion.objects.create(badge=badge, navigatr_id="7", email_key=zoe.email_key, read_at=timezone.now())


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (no_consent, "No consent yet for this badge"),
        (said_no, "Said no"),
        (on_hold, "is on hold: nothing is sent to them. Until June."),
        (held, "This badge cannot be issued now. Navigatr lists it no more."),
        (has_it, "It is not sent twice."),
        (has_it_from_elsewhere, "issued by somebody else"),
    ],
)
def test_page_has_no_button_and_says_why(
    browser: Client, badge: Badge, zoe: Learner, spoil: Any, sentence: str
) -> None:
    spoil(badge, zoe)
    before = Issuance.objects.count()
    page = browser.get(address(badge, zoe)).text
    assert sentence in " ".join(page.split())
    assert BUTTON not in page
    assert browser.post(address(badge, zoe), {"key": uuid4()}).status_code == 200
    assert Issuance.objects.count() == before


def test_page_says_that_navigatr_said_no_before(browser: Client, badge: Badge, zoe: Learner) -> None:
    refused = make_issuance(badge, zoe, status="rejected", reason="refused_by_navigatr", detail="No such person.")
    page = browser.get(address(badge, zoe)).text
    assert "Navigatr said no to this badge for them before: No such person." in page
    assert f"/{refused.uuid}/" in page
    assert BUTTON in page


def answer_of(text: ConsentText, **changed: object) -> dict[str, object]:
    given = {"decision": "given", "giver": "learner", "route": "paper", "decided_on": "2026-09-14"}
    return given | {"words": text.pk, "evidence_note": "Folder 2026, page 12", "once": uuid4()} | changed


def test_consent_is_recorded_in_place_once_and_the_button_comes(browser: Client, badge: Badge) -> None:
    zoe, text = make_learner(), make_text(badge.provider)
    where = f"/issue/consent/?badge={badge.uuid}&learner={zoe.uuid}"
    assert "Record consent now" in browser.get(address(badge, zoe)).text
    answer = answer_of(text)
    for _ in range(2):
        page = browser.post(where, answer, follow=True)
    assert page.redirect_chain == [(address(badge, zoe), 302)]
    assert (ConsentRecord.objects.count(), BUTTON in page.text) == (1, True)


def test_consent_form_presets_nothing_and_keeps_what_was_typed(browser: Client, badge: Badge) -> None:
    zoe, text = make_learner(), make_text(badge.provider)
    assert "checked" not in browser.get(address(badge, zoe)).text
    where = f"/issue/consent/?badge={badge.uuid}&learner={zoe.uuid}"
    page = browser.post(where, answer_of(text, route="", evidence_note="Folder 7"))
    assert not ConsentRecord.objects.exists()
    assert "Nothing was saved yet" in page.text
    assert "Folder 7" in page.text


def test_page_says_that_wording_is_missing(browser: Client, badge: Badge) -> None:
    assert "No wording has been published yet" in browser.get(address(badge, make_learner())).text


@pytest.mark.parametrize("query", ["badge=nonsense", "learner=c57dac0f-ab0e-4631-b1ac-89241beb443e", "badge=%00"])
def test_address_that_names_nothing_is_none(browser: Client, badge: Badge, query: str) -> None:
    assert browser.get(f"/issue/?{query}").status_code == 404
    assert browser.post("/issue/", {"key": uuid4()}).status_code == 404


def test_search_asks_as_often_for_one_as_for_three(browser: Client, badge: Badge) -> None:
    asked = []
    for number in (1, 3):
        while Learner.objects.count() < number:
            make_learner()
        with CaptureQueriesContext(
            database,
        ) as captured:
            browser.get("/issue/", {"badge": badge.uuid, "q": "zoe"})
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_stranger_learns_and_changes_nothing(stranger: Client, badge: Badge, zoe: Learner) -> None:
    for where in (address(badge, zoe), f"/issue/consent/?badge={badge.uuid}&learner={zoe.uuid}"):
        assert stranger.post(where, {"key": uuid4()}).headers["Location"].startswith("/sign-in/")
    assert not Issuance.objects.exists()
