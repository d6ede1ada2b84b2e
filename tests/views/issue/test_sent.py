"""What became of one badge, live."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from issuing.models import Badge, Connection, Heartbeat, Issuance
from tests.factories import make_badge, make_issuance

NOW = datetime(2026, 9, 14, 13, 2, tzinfo=UTC)  # 14:02 in London


@pytest.fixture
def badge(db: None) -> Badge:
    Heartbeat.objects.create(name="canary", answered_at=NOW)
    return make_badge()


def shown(browser: Client, issuance: Issuance, **headers: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        return browser.get(f"/issue/{issuance.uuid}/", headers=headers)


def test_page_says_when_it_was_sent_and_asks_no_more(browser: Client, badge: Badge) -> None:
    page = shown(browser, make_issuance(badge, status="issued", issued_at=NOW))
    assert ">Sent 14:02<" in page.text
    assert "data-poll" not in page.text
    assert f"/issue/?badge={badge.uuid}" in page.text


def test_page_asks_again_while_it_can_change(browser: Client, badge: Badge) -> None:
    issuance = make_issuance(badge)
    page = shown(browser, issuance)
    assert (page.context["page"].headline, "It goes out in a few seconds" in page.text) == ("Waiting", True)
    assert f'data-poll="/issue/{issuance.uuid}/" data-poll-seconds="2"' in page.text


def test_part_alone_is_the_answer_to_htmx(browser: Client, badge: Badge) -> None:
    part = shown(browser, make_issuance(badge), **{"HX-Request": "true"})
    assert ("<html" in part.text, "data-poll" in part.text) == (False, True)


def test_page_says_navigatrs_words_when_it_said_no(browser: Client, badge: Badge) -> None:
    page = shown(
        browser, make_issuance(badge, status="rejected", reason="refused_by_navigatr", detail="No such person.")
    )
    assert "Not sent: Navigatr said no" in page.text
    assert "No such person." in page.text


@pytest.mark.parametrize("why", ["stopped", "held", "on hold", "away"])
def test_page_says_why_it_waits(browser: Client, badge: Badge, why: str) -> None:
    issuance = make_issuance(badge)
    if why == "stopped":
        Connection.objects.update(stop_reason="by_staff", stopped_at=timezone.now())
    elif why == "held":
        Badge.objects.update(hold="gone", hold_detail="It is gone.", held_at=timezone.now())
    elif why == "on hold":
        type(issuance.learner).objects.update(on_hold_since=timezone.now())
    else:
        Heartbeat.objects.all().delete()
    said = {
        "stopped": "Sending is stopped.",
        "held": "It is gone.",
        "on hold": "is on hold",
        "away": "has not been seen yet",
    }
    assert said[why] in shown(browser, issuance).context["page"].explanation


def test_address_of_no_badge_is_none(browser: Client) -> None:
    assert browser.get("/issue/9bcb1d36-7c56-4ad6-a6e7-14a08c1ee7c1/").status_code == 404


def test_stranger_is_asked_to_sign_in(stranger: Client, badge: Badge) -> None:
    assert shown(stranger, make_issuance(badge)).status_code == 302
