"""`manage.py issuing_status`: what waits, what was sent, and how each account stands."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from issuing.models import Connection, Heartbeat, Pace
from tests.commands.conftest import Manage, Office
from tests.commands.running import run
from tests.factories import make_badge, make_connection, make_issuance, make_provider, make_roster

NOTHING = dict.fromkeys(["queued", "sending", "unconfirmed", "issued", "rejected", "cancelled"], 0)


def status() -> dict[str, Any]:
    ran = run("issuing_status", "--json")
    assert (ran.code, ran.err) == (0, "")
    said: dict[str, Any] = json.loads(ran.out)
    return said


def account(name: str = "Example", **expected: Any) -> dict[str, Any]:
    return {"name": name, "state": "idle", "reason": "", "due": 0, "in_flight": 0} | expected


@pytest.mark.django_db
def test_status_says_that_nothing_is_there_when_nothing_is() -> None:
    assert status() == {"counts": NOTHING, "connections": [], "canary_age_seconds": None, "finish_at": None}


def test_status_counts_what_waits_and_says_when_it_will_have_been_sent(office: Office, settings: Any) -> None:
    settings.NAVIGATR_RATE = "5/2"
    before = timezone.now()
    for _ in range(100):
        make_issuance(office.badge)
    make_issuance(office.badge, status="issued", issued_at=before)
    said = status()
    assert said["counts"] == NOTHING | {"queued": 100, "issued": 1}
    assert said["connections"] == [account(state="sending", due=100)]
    assert 40 <= (datetime.fromisoformat(said["finish_at"]) - before).total_seconds() < 50


def test_status_names_every_account_in_the_order_of_names(office: Office) -> None:
    busy = make_badge(make_provider(make_connection("http://127.0.0.1:8/v1", name="Another")))
    make_issuance(busy)
    assert status()["connections"] == [account("Another", state="sending", due=1), account("Example")]


def test_status_says_why_an_account_is_stopped(office: Office) -> None:
    make_issuance(office.badge)
    Connection.objects.update(stop_reason="token_refused", stopped_at=timezone.now())
    said = status()
    assert said["connections"] == [account(state="stopped", reason="Navigatr refused the access token", due=1)]
    assert said["finish_at"] is None


def test_status_says_that_an_account_rests(office: Office) -> None:
    Pace.objects.update(rests_until=timezone.now().timestamp() + 60)
    assert status()["connections"] == [account(state="resting")]


def test_status_counts_what_is_paused_as_queued_and_not_as_due(office: Office) -> None:
    now = timezone.now()
    roster = make_roster(office.badge, status="paused", confirmed_at=now, confirmed_by=office.ann)
    make_issuance(office.badge, roster=roster)
    said = status()
    assert (said["counts"]["queued"], said["connections"], said["finish_at"]) == (1, [account()], None)


def test_status_says_when_a_worker_was_last_seen(office: Office) -> None:
    Heartbeat.objects.create(name="canary", answered_at=timezone.now() - timedelta(seconds=30))
    assert 30 <= status()["canary_age_seconds"] < 60


def test_status_says_in_words_that_sending_goes_on_again(db: None) -> None:
    now = timezone.now()
    Heartbeat.objects.create(name="canary", answered_at=now, since=now, away_from=now - timedelta(minutes=7))
    assert f"Sending again since {timezone.localtime(now):%H:%M}." in run("issuing_status").out


def test_status_says_the_same_in_words(office: Office) -> None:
    make_issuance(office.badge)
    ran = run("issuing_status")
    *lines, end = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert lines == [
        "Waiting: 1",
        "Sending now: 0",
        "Checking with Navigatr: 0",
        "Sent: 0",
        "Not sent: Navigatr said no: 0",
        "Stopped: 0",
        "Example: sending, 1 due, 0 in flight",
        "No worker was ever seen.",
        "Sending stopped: the background worker has not been seen yet. 1 badge is waiting and safe; none will be sent "
        "twice. Start manage.py supervise.",
    ]
    assert end.startswith("All that waits will have been sent about ")


def test_status_names_no_learner_and_no_secret(office: Office) -> None:
    issuance = make_issuance(office.badge)
    said = run("issuing_status").out + run("issuing_status", "--json").out
    hidden = (issuance.email, issuance.last_name, "practice-pat-owner")
    assert [word for word in hidden if word in said] == []


@pytest.mark.once
def test_status_is_json_alone_when_run_as_a_process(open_office: Office, manage: Manage) -> None:
    make_issuance(open_office.badge)
    done = manage("issuing_status", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["counts"] == NOTHING | {"queued": 1}


@pytest.mark.once
def test_status_ends_with_two_and_one_line_when_the_database_is_away(open_office: Office, manage: Manage) -> None:
    done = manage("issuing_status", "--json", DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("CommandError: The database did not answer: ")
