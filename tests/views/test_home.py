"""The first page: what to do, what needs a person, what is being sent, and the year so far."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import Disposition
from issuing.models import Assertion, Badge, Roster
from issuing.services import heartbeats
from issuing.views.home import Home
from tests.factories import (
    make_agreed,
    make_badge,
    make_consent,
    make_issuance,
    make_provider,
    make_row,
    make_running,
)

PRACTICE = "Practice: nothing here reaches a real learner"
ISSUED = {"status": "issued"}
ANA = {"first_name": "Ana", "last_name": "Ng"}
"""As `make_row` names them."""


def shown(browser: Client) -> Home:
    page: Home = browser.get("/").context["page"]
    return page


def words(page: str) -> str:
    """What a reader sees of it, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_home_leads_to_the_three_things_staff_come_for(browser: Client) -> None:
    page = browser.get("/").text
    assert [label in words(page) for label in ("Issue one badge", "Upload a roster", "Find a learner")] == [True] * 3


def test_home_names_who_is_signed_in(browser: Client) -> None:
    assert "Robin Reed" in words(browser.get("/").text)


def test_home_counts_what_waits_for_a_person_and_opens_its_list(browser: Client) -> None:
    badge = make_badge()
    for _ in range(2):
        make_issuance(badge, status="rejected", reason="refused_by_navigatr")
    learner = make_agreed(badge)
    sent = {"attempt_no": 1, "allowed_by": learner.consent_records.get()}
    make_issuance(badge, learner, status="unconfirmed", reason="no_answer", **sent)
    other = make_agreed(badge)
    sent = {"attempt_no": 1, "allowed_by": other.consent_records.get(), "reason": "to_decide"}
    make_issuance(badge, other, status="unconfirmed", perhaps_twice_since=timezone.now(), **sent)
    needs = shown(browser).needs
    assert {need.label: need.count for need in needs} == {
        "To check by hand": 1,
        "Possibly sent twice": 1,
        "Not sent": 2,
    }
    lists = [browser.get(need.url).context["page"] for need in needs]
    assert [len(shown.rows) for shown in lists] == [need.count for need in needs]


def left_out(badge: Badge, *emails: str, disposition: str = Disposition.NEEDS_CONSENT) -> Roster:
    """A run of which these people were left out a while ago."""
    roster = make_running(badge, checked_at=timezone.now() - timedelta(days=400))
    for row_no, email in enumerate(emails, start=2):
        make_row(roster, email, row_no=row_no, disposition=disposition)
    return roster


def test_home_counts_people_who_agreed_since_and_opens_their_roster(browser: Client) -> None:
    badge = make_badge()
    left_out(badge, "zoe@example.org", "silent@example.org")
    make_agreed(badge, "zoe@example.org", **ANA)
    (need,) = shown(browser).needs
    assert (need.label, need.count) == ("Now ready to issue", 1)
    assert browser.get(need.url).context["page"].more_label == "Issue 1 badge to people now ready"


def test_home_opens_just_the_rosters_of_people_now_ready_where_they_are_several(browser: Client) -> None:
    badge = make_badge()
    for emails in (["a@a.org", "b@a.org"], ["b@a.org", "c@a.org"], ["c@a.org"]):
        left_out(badge, *emails)
    for email in ("a@a.org", "b@a.org"):
        make_agreed(badge, email, **ANA)
    (need,) = shown(browser).needs
    page = browser.get(need.url).context["page"]
    assert (need.count, [row.tally for row in page.rows]) == (
        3,
        ["0 of 0 sent; 1 now ready", "0 of 0 sent; 2 now ready"],
    )
    pages = [browser.get(f"/rosters/{row.roster.uuid}/").context["page"] for row in page.rows]
    assert [one.ready for one in pages] == [1, 2]


def test_home_counts_nobody_whom_their_roster_does_not_call_ready(browser: Client) -> None:
    badge = make_badge()
    roster = left_out(badge, "hold@a.org", "no@a.org", "other@a.org", "unlike@a.org")
    make_agreed(badge, "hold@a.org", on_hold_since=timezone.now(), **ANA)
    make_consent(make_agreed(badge, "no@a.org", **ANA), None, "withdrawn", decided_at=timezone.now())
    make_agreed(make_badge(make_provider(badge.provider.connection, navigatr_id=99)), "other@a.org", **ANA)
    make_agreed(badge, "unlike@a.org", first_name="Bo", last_name="Li")
    assert shown(browser).needs == []
    assert browser.get(f"/rosters/{roster.uuid}/").context["page"].ready == 0


@pytest.mark.parametrize("disposition", [Disposition.NEEDS_CONSENT, Disposition.READY])
def test_home_does_not_count_who_was_sent_the_badge_elsewhere_since(browser: Client, disposition: Disposition) -> None:
    badge = make_badge()
    roster = left_out(badge, "zoe@example.org", disposition=disposition)
    learner = make_agreed(badge, "zoe@example.org", **ANA)
    assert [need.count for need in shown(browser).needs] == [1]
    assert browser.get(f"/rosters/{roster.uuid}/").context["page"].ready == 1
    make_issuance(badge, learner, issued_at=timezone.now(), **ISSUED)
    assert shown(browser).needs == []
    assert browser.get(f"/rosters/{roster.uuid}/").context["page"].ready == 0


def test_home_needs_nobody_when_all_is_done(browser: Client) -> None:
    make_issuance(make_badge(), issued_at=timezone.now(), **ISSUED)
    assert shown(browser).needs == []
    assert "Needs you" not in words(browser.get("/").text)


@pytest.fixture
def worker(db: None) -> None:
    """A worker that is there."""
    heartbeats.beat()


def test_home_says_how_far_each_roster_is_and_who_confirmed_it(browser: Client, worker: None) -> None:
    badge = make_badge()
    roster = make_running(badge, group="Art 1")
    make_issuance(badge, roster=roster, issued_at=timezone.now(), **ISSUED)
    for _ in range(3):
        make_issuance(badge, roster=roster)
    (run,) = shown(browser).sending
    assert re.fullmatch(r"Sending: 1 of 4, finishes about \d\d:\d\d\.", run.said)
    assert (run.title, run.badge, run.share, run.is_paused) == ("Art 1", badge.name, 25.0, False)
    assert run.who == Roster.objects.get().confirmed_by.display_name


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"status": "paused"}, "Paused: 0 of 1; 1 badge is waiting."),
        ({}, "Sending stopped: the background worker has not been seen yet. 1 badge is waiting and safe;"),
    ],
)
def test_home_says_why_a_roster_does_not_go_on(browser: Client, about: dict[str, str], said: str) -> None:
    badge = make_badge()
    make_issuance(badge, roster=make_running(badge, **about))
    assert shown(browser).sending[0].said.startswith(said)


def test_home_says_when_a_roster_starts(browser: Client, worker: None) -> None:
    badge, tomorrow = make_badge(), timezone.now() + timedelta(days=1)
    make_issuance(badge, roster=make_running(badge), not_before=tomorrow)
    assert shown(browser).sending[0].said.startswith("Sending starts on ")


def test_home_never_says_that_all_is_done_before_it_is(browser: Client) -> None:
    badge = make_badge()
    roster = make_running(badge)
    for _ in range(300):
        make_issuance(badge, roster=roster, issued_at=timezone.now(), confirmed_by=roster.confirmed_by, **ISSUED)
    make_issuance(badge, roster=roster)
    assert shown(browser).sending[0].share == 99.0


def test_home_looks_again_only_while_something_moves(browser: Client) -> None:
    badge = make_badge()
    assert "data-poll" not in browser.get("/home/sending/").text
    make_issuance(badge, roster=make_running(badge, status="paused"))
    assert "data-poll" not in browser.get("/home/sending/").text
    make_issuance(badge)
    assert 'data-poll="/home/sending/?bars=' in browser.get("/home/sending/").text


def test_home_counts_the_year_without_sandbox_badges(browser: Client) -> None:
    badge = make_badge()
    now = timezone.now()
    sent = make_issuance(badge, issued_at=now, **ISSUED)
    make_issuance(badge, issued_at=now, **ISSUED)
    make_issuance(badge, issued_at=now - timedelta(days=800), **ISSUED)
    Assertion.objects.create(badge=badge, navigatr_id="1", issuance=sent, status="Claimed", read_at=now)
    sandbox = Badge.objects.create(provider=badge.provider, navigatr_id=53, name="Sandbox", is_sandbox=True)
    make_issuance(sandbox, issued_at=now, **ISSUED)
    cache.clear()
    year = shown(browser).year
    assert (year.sent, year.claimed) == (2, 1)


def test_home_asks_the_database_equally_often_for_one_roster_and_for_three(browser: Client) -> None:
    badge = make_badge()
    counts = []
    for more in (1, 2):
        for _ in range(more):
            roster = make_running(badge, status="paused")
            make_issuance(badge, roster=roster)
            make_row(roster, make_agreed(badge, **ANA).email, row_no=2)
        cache.clear()
        with CaptureQueriesContext(database) as queries:
            browser.get("/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/nowhere/"])
def test_every_page_says_when_it_is_practice(browser: Client, settings: Settings, address: str) -> None:
    assert PRACTICE not in browser.get(address, follow=True).text
    settings.IS_PRACTICE = True
    assert PRACTICE in browser.get(address, follow=True).text


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/nowhere/"])
def test_no_page_has_a_style_or_script_inside_or_from_elsewhere(
    stranger: Client, browser: Client, address: str
) -> None:
    for client in (stranger, browser):
        answer = client.get(address, follow=True)
        inside = r"<style|<script(?! src=)|\sstyle=|\son\w+=|(?:src|href)=\"(?:https?:)?//"
        assert re.findall(inside, answer.text) == []
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'; base-uri 'none'; ")


def test_stranger_sees_nothing_of_it(stranger: Client) -> None:
    assert stranger.get("/home/sending/").status_code == 302
