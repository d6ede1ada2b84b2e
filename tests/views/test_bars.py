"""The bars on top of every page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from issuing.enums import BreakerState, Role, StopReason
from issuing.models import Connection, Heartbeat, Pace, User
from issuing.services import heartbeats
from issuing.views.bars import Bar
from tests.factories import make_agreed, make_badge, make_connection, make_issuance

PAGES = ["/", "/learners/nowhere/"]


def bars(client: Client, address: str = "/") -> list[Bar]:
    return list(client.get(address).context["bars"])


def see_worker(seconds_ago: float = 0.0) -> None:
    Heartbeat.objects.create(name="canary", answered_at=timezone.now() - timedelta(seconds=seconds_ago))


def test_no_bar_is_shown_when_all_is_well(browser: Client) -> None:
    make_connection()
    see_worker()
    assert bars(browser) == []


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_why_nothing_is_sent_when_the_token_was_refused(browser: Client, address: str) -> None:
    make_connection(name="College")
    see_worker()
    Connection.objects.update(stop_reason=StopReason.TOKEN_REFUSED, stopped_at=timezone.now())
    (bar,) = bars(browser, address)
    assert bar.title == "College is stopped:"
    assert bar.text == "Navigatr refused the access token. Nothing was lost; what waits is sent when it goes on."
    # Staff cannot: that page names who can.
    assert (bar.action, bar.url) == ("Navigatr account", "/navigatr-accounts/")
    User.objects.update(role=Role.MANAGER)
    (bar,) = bars(browser, address)
    assert bar.action == "Replace the access token"


@pytest.mark.parametrize(
    ("waiting", "safe"), [(1, "1 badge is waiting and safe"), (2, "2 badges are waiting and safe")]
)
def test_every_page_says_what_is_safe_when_the_worker_is_away(browser: Client, waiting: int, safe: str) -> None:
    badge = make_badge()
    for _ in range(waiting):
        make_issuance(badge)
    see_worker(125)
    (bar,) = bars(browser)
    assert f"{safe}; none will be sent twice." in bar.text
    assert (bar.title, bar.for_it) == ("Sending stopped:", "manage.py supervise")


@pytest.mark.parametrize(
    ("checked", "said"), [(0, ""), (1, "1 badge is being checked with Navigatr (about 10 minutes).")]
)
def test_every_page_says_that_sending_goes_on_again(browser: Client, checked: int, said: str) -> None:
    badge = make_badge()
    see_worker(300)
    make_issuance(badge)
    for _ in range(checked):
        learner = make_agreed(badge)
        make_issuance(badge, learner, status="unconfirmed", attempt_no=1, allowed_by=learner.consent_records.get())
    heartbeats.beat()
    since = timezone.localtime(Heartbeat.objects.values_list("since", flat=True).get())
    (bar,) = bars(browser)
    assert (bar.title, bar.text, bar.tone) == (f"Sending again since {since:%H:%M}.", said, "good")


def test_nothing_is_said_of_a_worker_s_return_when_nothing_waited(browser: Client) -> None:
    see_worker(300)
    heartbeats.beat()
    assert bars(browser) == []


def test_stopped_account_is_not_said_to_send_again(browser: Client) -> None:
    see_worker(300)
    make_issuance(make_badge())
    heartbeats.beat()
    Connection.objects.update(stop_reason=StopReason.BY_STAFF, stopped_at=timezone.now())
    assert [bar.tone for bar in bars(browser)] == ["bad"]


def test_every_page_says_when_navigatr_is_asked_again(browser: Client) -> None:
    make_issuance(make_badge())
    see_worker()
    again = timezone.now() + timedelta(seconds=30)
    Pace.objects.update(breaker_state=BreakerState.OPEN, opened_in_a_row=1, rests_until=again.timestamp())
    (bar,) = bars(browser)
    assert bar.title == "Sending pauses:"
    assert f"It is asked again at {timezone.localtime(again):%H:%M}. 1 badge is waiting and safe" in bar.text
    Pace.objects.update(breaker_state=BreakerState.HALF_OPEN, rests_until=0.0)
    assert bars(browser) == []


def test_stranger_sees_no_bar(stranger: Client) -> None:
    make_connection()
    assert bars(stranger, "/sign-in/") == []
