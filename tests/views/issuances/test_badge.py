"""One badge's page, and putting it right from there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.models import Assertion, Attempt, Badge, Issuance, Learner, Revocation
from tests.factories import (
    make_agreed,
    make_badge,
    make_consent,
    make_issuance,
    make_roster,
    make_running,
    make_user,
)
from tests.views.test_home import words

MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)
NAMES = {"first_name": "Zoë", "last_name": "Núñez", "email": "zoe@example.org"}
NO_DOMAIN = {"status": "rejected", "reason": "refused_by_navigatr", "detail": "No such domain", "attempt_no": 1}


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


def refused(badge: Badge) -> Issuance:
    return make_issuance(badge, make_agreed(badge, "zoe@exmaple.org"), **NO_DOMAIN)


def sent(badge: Badge, says: str = "", days_ago: int = 1, **fields: Any) -> Issuance:
    at = timezone.now() - timedelta(days=days_ago)
    issuance = make_issuance(badge, make_agreed(badge, "zoe@exmaple.org"), status="issued", issued_at=at, **fields)
    if says:
        Assertion.objects.create(badge=badge, navigatr_id="8812", issuance=issuance, status=says, read_at=at)
    return issuance


def address(issuance: Issuance, part: str = "") -> str:
    return f"/issuances/{issuance.uuid}/{part}"


def post(browser: Client, issuance: Issuance, part: str, **fields: Any) -> Any:
    return browser.post(address(issuance, part), NAMES | {"attempt_no": issuance.attempt_no} | fields)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "It waits to be sent, as soon as the limit of Navigatr allows."),
        ({"not_before": timezone.now() + timedelta(days=1)}, "It waits to be sent, not before"),
        (NO_DOMAIN, "It was not sent. Navigatr said: No such domain"),
        ({"status": "cancelled", "reason": "no_consent"}, "no current consent."),
        ({"status": "cancelled", "reason": "withdrew", "reason_at": MONDAY}, ": withdrew on 14 Sept 2026."),
        ({"status": "cancelled", "reason": "contradiction"}, ": answers contradict each other."),
    ],
)
def test_page_says_where_a_badge_stands(browser: Client, badge: Badge, fields: dict[str, Any], sentence: str) -> None:
    assert sentence in words(browser.get(address(make_issuance(badge, **fields))).text)


def test_page_says_why_a_badge_waits_that_nothing_moves(browser: Client, badge: Badge) -> None:
    paused = make_issuance(badge, roster=make_running(badge, status="paused"))
    held = make_issuance(badge, make_agreed(badge, "held@example.org", on_hold_since=timezone.now()))
    unclear = make_agreed(badge, "unclear@example.org")
    waits = {"status": "unconfirmed", "reason": "to_decide", "attempt_no": 1}
    to_decide = make_issuance(badge, unclear, allowed_by=unclear.consent_records.get(), **waits)
    assert "because its roster is paused" in words(browser.get(address(paused)).text)
    assert "because the learner is on hold" in words(browser.get(address(held)).text)
    assert "It waits for your look." in words(browser.get(address(to_decide)).text)


@pytest.mark.parametrize(
    ("says", "days_ago", "sentence"),
    [
        ("", 1, "Navigatr e-mailed zoe@exmaple.org a claim link."),
        ("Pending", 31, "Not claimed for 31 days. Ask the learner"),
        ("Claimed", 1, "The learner claimed it."),
        ("Complained", 1, "Navigatr says of it now: Complained."),
    ],
)
def test_page_says_what_became_of_it(browser: Client, badge: Badge, says: str, days_ago: int, sentence: str) -> None:
    assert sentence in words(browser.get(address(sent(badge, says, days_ago))).text)


def test_page_says_what_went_to_navigatr_on_whose_consent_and_from_where(browser: Client, badge: Badge) -> None:
    issuance = sent(badge, "Pending", roster=make_roster(badge, group="Year 11"), evidence_text="Built a website")
    record = issuance.learner.consent_records.get()
    Issuance.objects.update(allowed_by=record)
    page = words(browser.get(address(issuance)).text)
    for words_said in ("Built a website", "Agreed 5 Jan 2026, on paper", "people.csv , Year 11", "8812, Pending"):
        assert words_said in page


def test_page_lists_every_call_under_technical_details(browser: Client, badge: Badge) -> None:
    issuance, now = refused(badge), timezone.now()
    Attempt.objects.create(
        issuance=issuance, number=1, connection=badge.provider.connection, secret_version=1, worker="host:1",
        claimed_at=now, slot_at=now, ended_at=now, outcome="rejected", effect="none", status_code=422,
        detail="No such domain",
    )  # fmt: skip
    page = words(browser.get(address(issuance)).text)
    assert "Navigatr said no 422 No such domain host:1" in page


def test_page_asks_the_database_equally_often_for_one_call_and_for_three(browser: Client, badge: Badge) -> None:
    issuance, now, counts = sent(badge, "Pending"), timezone.now(), []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            Attempt.objects.create(
                issuance=issuance, number=number, connection=badge.provider.connection, secret_version=1, worker="w",
                claimed_at=now, slot_at=now,
            )  # fmt: skip
            ended = {"ended_at": now, "outcome": "refused"}
            Revocation.objects.create(issuance=issuance, reason="x", asked_at=now, asked_by=make_user(), **ended)
        with CaptureQueriesContext(database) as queries:
            browser.get(address(issuance))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_page_asks_again_by_itself_only_while_something_may_change(browser: Client, badge: Badge) -> None:
    assert "data-poll=" in browser.get(address(make_issuance(badge), "state/")).text
    assert "data-poll=" not in browser.get(address(sent(badge), "state/")).text


def test_page_of_nothing_is_not_found(browser: Client, badge: Badge) -> None:
    assert browser.get("/issuances/00000000-0000-4000-8000-000000000000/").status_code == 404


@pytest.mark.parametrize("part", ["", "state/", "correct/", "wrong/", "again/", "revoke/"])
def test_stranger_sees_no_badge(stranger: Client, badge: Badge, part: str) -> None:
    at = address(sent(badge), part)
    assert stranger.get(at).headers["Location"] == f"/sign-in/?next={at}"


# Correct and send


def test_correct_sends_what_was_put_right(browser: Client, badge: Badge) -> None:
    issuance = refused(badge)
    assert 'value="zoe@exmaple.org"' in browser.get(address(issuance, "correct/")).text
    answer = post(browser, issuance, "correct/")
    assert answer.headers["Location"] == address(issuance)
    issuance.refresh_from_db()
    assert (issuance.status, issuance.email) == ("queued", "zoe@example.org")


def test_correct_says_in_place_what_is_wrong_and_keeps_what_was_typed(browser: Client, badge: Badge) -> None:
    issuance = refused(badge)
    page = post(browser, issuance, "correct/", email="zoe@", evidence_text="Built a website").text
    assert "This is not an e-mail address" in page
    assert "Built a website" in page
    make_consent(issuance.learner, None, "withdrawn", decided_at=timezone.now())
    page = post(browser, issuance, "correct/", first_name="Zoe").text
    assert ("does not agree to this badge" in words(page), 'value="Zoe"' in page) == (True, True)


def test_correct_asks_why_and_offers_to_stop_when_they_have_it_already(browser: Client, badge: Badge) -> None:
    first = sent(badge)
    issuance = make_issuance(badge, first.learner, **NO_DOMAIN)
    same = {"email": "zoe@exmaple.org"}
    page = post(browser, issuance, "correct/", **same).text
    assert ("has this badge already" in words(page), 'name="reason"' in page, "Stop this badge" in page) == (True,) * 3
    assert post(browser, issuance, "correct/", **same, reason="Lost").status_code == 302
    issuance.refresh_from_db()
    assert (issuance.status, issuance.reissue_no) == ("queued", 1)


def test_correct_says_so_when_the_badge_is_not_waiting_for_it(browser: Client, badge: Badge) -> None:
    assert "not waiting for a correction any more" in browser.get(address(sent(badge), "correct/")).text


# Stop


def test_cancel_stops_a_badge(browser: Client, badge: Badge) -> None:
    issuance = make_issuance(badge)
    page = browser.post(address(issuance, "cancel/"), {"attempt_no": "0"}, follow=True).text
    assert "Stopped. It will not be sent." in words(page)


@pytest.mark.parametrize("number", ["1", "", "x"])
def test_cancel_says_so_when_it_is_too_late(browser: Client, badge: Badge, number: str) -> None:
    issuance = make_issuance(badge)
    page = browser.post(address(issuance, "cancel/"), {"attempt_no": number}, follow=True).text
    assert "was faster" in words(page)
    assert browser.get(address(issuance, "cancel/")).headers["Location"] == address(issuance)


# Wrong person or address, again, revoke


def test_wrong_sends_again_and_says_so(browser: Client, badge: Badge) -> None:
    issuance = sent(badge)
    answer = post(browser, issuance, "wrong/", who="nobody", reason="Typing error")
    made = Issuance.objects.get(replaces=issuance)
    assert (answer.headers["Location"], made.email) == (address(made), "zoe@example.org")
    assert "Issued again: Typing error." in words(browser.get(address(made)).text)
    assert "Another was sent: Typing error." in words(browser.get(address(issuance)).text)


def test_wrong_has_the_other_one_revoked(browser: Client, badge: Badge) -> None:
    issuance = sent(badge, "Pending")
    page = browser.post(
        address(issuance, "wrong/"), NAMES | {"attempt_no": 0, "who": "somebody", "reason": "Typing error"}, follow=True
    ).text
    assert "Navigatr is being asked to revoke the earlier one" in words(page)
    assert Revocation.objects.get().issuance == issuance


def test_wrong_gives_a_text_for_support_where_nothing_can_be_revoked(browser: Client, badge: Badge) -> None:
    issuance = sent(badge)
    page = browser.post(
        address(issuance, "wrong/"), NAMES | {"attempt_no": 0, "who": "somebody", "reason": "Typing error"}, follow=True
    ).text
    assert "could not be revoked from here" in words(page)
    assert "Sent to: zoe@exmaple.org" in page


def test_wrong_refuses_the_address_it_went_to(browser: Client, badge: Badge) -> None:
    issuance = sent(badge)
    page = post(browser, issuance, "wrong/", who="nobody", reason="Typing error", email="ZOE@exmaple.org")
    assert (set(page.context["form"].errors), Issuance.objects.count()) == ({"email"}, 1)


def test_wrong_asks_who_has_it_and_what_went_wrong(browser: Client, badge: Badge) -> None:
    form = post(browser, sent(badge), "wrong/").context["form"]
    assert set(form.errors) == {"who", "reason"}
    assert Issuance.objects.count() == 1


def test_again_issues_once_more_with_a_reason(browser: Client, badge: Badge) -> None:
    issuance = sent(badge)
    same = {"email": "zoe@exmaple.org"}
    assert set(post(browser, issuance, "again/", **same).context["form"].errors) == {"reason"}
    post(browser, issuance, "again/", **same, reason="Lost")
    assert Issuance.objects.get(replaces=issuance).reissue_no == 1
    assert "on its way" in words(post(browser, issuance, "again/", **same, reason="Lost").text)


def test_revoked_badge_is_not_offered_to_be_revoked(browser: Client, badge: Badge) -> None:
    issuance = sent(badge, "Revoked")
    page = browser.get(address(issuance)).text
    assert "It is revoked at Navigatr." in page
    assert (address(issuance, "revoke/") in page, "Please revoke" in page) == (False, False)
    learner = browser.get(f"/learners/{issuance.learner.uuid}/").text
    assert ("Wrong person or address" in learner, "Revoke at Navigatr" in learner) == (True, False)


def test_revoke_asks_navigatr_and_says_what_came_of_it(browser: Client, badge: Badge) -> None:
    issuance = sent(badge, "Claimed")
    assert "cannot be undone" in browser.get(address(issuance, "revoke/")).text
    page = words(browser.post(address(issuance, "revoke/"), {"reason": "Cheated"}, follow=True).text)
    assert "Navigatr is being asked." in page
    Revocation.objects.update(ended_at=timezone.now(), outcome="unknown")
    assert "Whether Navigatr revoked it is not known" in words(browser.get(address(issuance)).text)


def test_revoke_refuses_without_reason_or_record(browser: Client, badge: Badge) -> None:
    issuance = sent(badge, "Claimed")
    assert "Say why" in browser.post(address(issuance, "revoke/"), {"reason": ""}).text
    Assertion.objects.all().delete()
    assert "cannot be revoked from here now" in browser.get(address(issuance, "revoke/")).text
    assert "not known here" in browser.post(address(issuance, "revoke/"), {"reason": "Cheated"}).text
    assert Learner.objects.count() == 1


def test_badge_that_was_perhaps_sent_twice_says_so_until_somebody_looked(browser: Client, badge: Badge) -> None:
    stopped = {"status": "cancelled", "reason": "stopped_by_staff"}
    issuance = make_issuance(badge, perhaps_twice_since=timezone.now(), **stopped)
    address = f"/issuances/{issuance.uuid}/"
    assert "Possibly sent twice" in browser.get(address).text
    assert "Say what you saw" in browser.post(f"{address}twice/", {"reason": " "}).text
    assert browser.post(f"{address}twice/", {"reason": "One is listed"}).status_code == 302
    assert "Possibly sent twice" not in browser.get(address).text
    assert "Nothing about this badge is open" in browser.get(f"{address}twice/").text
