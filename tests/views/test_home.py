"""The overview: counts, accounts, the worker, and the bars across it."""

import re
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import StopReason
from issuing.models import Connection, Heartbeat, Pace
from tests.factories import make_badge, make_connection, make_issuance, make_provider

PRACTICE = "Practice: nothing here reaches a real learner"


def see_worker(*, seconds_ago: float) -> None:
    Heartbeat.objects.create(name="canary", answered_at=timezone.now() - timedelta(seconds=seconds_ago))


def words(page: str) -> str:
    """What a reader sees of it, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def account(browser: Client) -> tuple[str, str, int]:
    (found,) = browser.get("/").context["page"].accounts
    return found.state, found.explanation, found.waiting


def test_home_counts_badges_in_the_words_of_the_pages(browser: Client) -> None:
    badge = make_badge()
    make_issuance(badge)
    make_issuance(badge)
    make_issuance(badge, status="issued", issued_at=timezone.now())
    make_issuance(badge, status="rejected", reason="refused_by_navigatr")
    counts = {tile.label: tile.count for tile in browser.get("/").context["page"].tiles}
    assert counts == {
        "Waiting": 2, "Sending now": 0, "Checking with Navigatr": 0,
        "Sent": 1, "Not sent: Navigatr said no": 1, "Stopped": 0,
    }  # fmt: skip


def test_home_names_who_is_signed_in(browser: Client) -> None:
    assert "Robin Reed" in words(browser.get("/").text)


def test_home_says_what_to_do_when_no_account_is_connected(browser: Client) -> None:
    assert "No Navigatr account is connected yet." in words(browser.get("/").text)


def test_home_says_that_an_account_sends_when_something_waits(browser: Client) -> None:
    make_issuance(make_badge())
    assert account(browser) == ("Sending", "", 1)


def test_home_says_that_an_account_is_ready_when_nothing_waits(browser: Client) -> None:
    make_connection()
    assert account(browser) == ("Ready", "", 0)


def test_home_says_why_an_account_is_stopped(browser: Client) -> None:
    make_issuance(make_badge())
    Connection.objects.update(stop_reason=StopReason.TOKEN_REFUSED, stopped_at=timezone.now())
    assert account(browser) == ("Stopped", "Navigatr refused the access token.", 1)
    assert "is stopped: Navigatr refused the access token." in words(browser.get("/").text)


def test_home_says_until_when_an_account_rests(browser: Client) -> None:
    until = timezone.now() + timedelta(seconds=50)
    make_connection()
    Pace.objects.update(rests_until=until.timestamp())
    state, explanation, _ = account(browser)
    assert (state, f"until {timezone.localtime(until):%H:%M:%S}." in explanation) == ("Resting", True)


@pytest.mark.parametrize(("seconds_ago", "is_away"), [(5, False), (59, False), (65, True)])
def test_home_says_that_sending_stopped_when_the_worker_is_away(
    browser: Client, seconds_ago: float, is_away: bool
) -> None:
    see_worker(seconds_ago=seconds_ago)
    make_issuance(make_badge())
    page = words(browser.get("/").text)
    assert ("Sending stopped: the background worker was last seen at" in page) is is_away
    assert ("1 badge is waiting and safe; none will be sent twice." in page) is is_away


def test_home_says_that_the_worker_was_never_seen(browser: Client) -> None:
    assert "the background worker has not been seen yet" in words(browser.get("/").text)


def test_home_asks_the_database_equally_often_for_one_account_and_for_three(browser: Client) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            connection = make_connection()
            make_issuance(make_badge(make_provider(connection, navigatr_id=connection.pk)))
        with CaptureQueriesContext(
            database,
        ) as queries:
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
        assert re.findall(r"<style|<script(?! src=)|\sstyle=|\son\w+=|(?:src|href)=\"(?:https?:)?//", answer.text) == []
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'; base-uri 'none'; ")
