"""What is kept how long: rules, what goes next, what went."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.enums import Role
from issuing.models import AuditEvent, Learner, RetentionRule, RetentionRun, Roster
from issuing.queries import retention as reads
from issuing.services import retention
from issuing.workflow.keeping import LIMITS
from tests import factories as make
from tests.services.retention.olden import checked, ended, issued, learner

LONG_AGO = timezone.now() - timedelta(days=8 * 366)
AS_THEY_ARE = {rule.value: limit.default for rule, limit in LIMITS.items()}


@pytest.fixture
def manager(db: None) -> Client:
    client = Client()
    client.force_login(make.make_user("ann", role=Role.MANAGER))
    return client


def remove_all() -> None:
    today = timezone.localdate()
    run = RetentionRun.objects.create(day=today, amounts=reads.amounts(), started_at=timezone.now())
    retention.go_on(run.pk)


def test_rules_are_shown_and_changed(manager: Client) -> None:
    assert 'name="rows" value="12"' in manager.get("/retention/").text
    answer = manager.post("/retention/", AS_THEY_ARE | {"rows": 6, "year_end": 7}, follow=True)
    assert "Saved. See below what goes next." in answer.text
    assert dict(RetentionRule.objects.values_list("rule", "amount")) == {"rows": 6, "year_end": 7}
    assert AuditEvent.objects.filter(verb="change").count() == 2


@pytest.mark.parametrize("typed", ["0", "61", "", "soon", "-3", "9" * 40])
def test_rule_out_of_bounds_is_refused_in_place(manager: Client, typed: str) -> None:
    answer = manager.post("/retention/", AS_THEY_ARE | {"rows": typed, "logs": "30"})
    assert ("Nothing was saved yet" in answer.text, 'name="logs" value="30"' in answer.text) == (True, True)
    assert RetentionRule.objects.count() == 0


PLACES = ("/retention/", "/retention/next/", "/retention/next/rows/", "/retention/log/")


@pytest.mark.django_db
@pytest.mark.parametrize("place", PLACES)
def test_colleague_is_told_who_may_and_sees_no_name(browser: Client, manager: Client, place: str) -> None:
    learner(LONG_AGO, first_name="Una")
    answer = browser.get(place)
    assert (answer.status_code, "ann" in answer.text, "Una" in answer.text) == (403, True, False)


def test_what_goes_next_is_named_counted_and_listed(manager: Client) -> None:
    assert "Nothing goes" in manager.get("/retention/next/").text
    for number in range(4):
        learner(LONG_AGO, first_name=f"Una{number}")
    page = manager.get("/retention/next/").text
    assert ("Learners who were never sent a badge: 4" in page, "Una3" in page, "Una0" in page) == (True, True, False)
    assert "Una0" in manager.get("/retention/next/unissued/").text
    assert "None of these goes" in manager.get("/retention/next/issued/").text
    assert manager.get("/retention/next/logs/").status_code == 404


def seen(manager: Client) -> dict[str, str]:
    """What the preview's button says of what it showed."""
    found = re.search(r'name="seen" value="([^"]+)"', manager.get("/retention/next/").text)
    assert found is not None
    return {"seen": found[1]}


def test_what_changed_since_it_was_shown_is_shown_first(manager: Client) -> None:
    learner(LONG_AGO)
    shown = seen(manager)
    learner(LONG_AGO, first_name="Una")
    page = manager.post("/retention/remove/", shown, follow=True).text
    assert ("changed since you looked" in page, "Una" in page, RetentionRun.objects.count()) == (True, True, 0)


def test_manager_removes_at_once_and_sees_what_went(manager: Client) -> None:
    one = learner(LONG_AGO)
    assert "It is being removed" in manager.post("/retention/remove/", seen(manager), follow=True).text
    assert "under way" in manager.get("/retention/next/").text
    retention.go_on(RetentionRun.objects.get().pk)
    one.refresh_from_db()
    assert one.full_name == ""
    assert "Learners who were never sent a badge: 1" in manager.get("/retention/log/").text


@pytest.mark.parametrize("day", ["2020-01-01", "2026-13-01", "x", ""])
def test_stale_or_strange_day_removes_nothing(manager: Client, day: str) -> None:
    answer = manager.post("/retention/remove/", {"seen": f"{day}:{'0' * 64}"}, follow=True)
    assert ("This preview is from another day" in answer.text, RetentionRun.objects.count()) == (True, 0)


@pytest.mark.django_db
def test_colleague_cannot_remove(browser: Client) -> None:
    answer = browser.post("/retention/remove/", {"seen": f"{reads.next_day(timezone.now())}:"})
    assert (answer.status_code, RetentionRun.objects.count()) == (403, 0)


def test_lists_ask_as_often_for_three_as_for_one(manager: Client) -> None:
    badge, asked = make.make_badge(), []
    for _ in range(2):
        ended(badge, LONG_AGO)
        checked(badge, LONG_AGO)
        RetentionRun.objects.create(day=LONG_AGO, started_at=LONG_AGO, started_by=make.make_user(), ended_at=LONG_AGO)
        with CaptureQueriesContext(connection) as found:
            for place in PLACES[1:]:
                manager.get(place)
        asked.append(len(found))
    assert asked[0] == asked[1]


# What is said of what went


def test_sent_roster_shows_its_counts_and_since_when_its_rows_are_gone(manager: Client) -> None:
    roster = ended(make.make_badge(), LONG_AGO)
    remove_all()
    page = manager.get(f"/rosters/{roster.uuid}/").text
    assert ("Done: 1 badge sent." in page, "have not been kept since" in page, "<table" in page) == (True, True, False)
    for what in ("results", "problems"):
        assert manager.get(f"/rosters/{roster.uuid}/{what}/").status_code == 404
    assert "1 of 1 sent" in manager.get("/rosters/").text


def test_unsent_roster_shows_its_counts_and_can_be_deleted(manager: Client) -> None:
    roster = checked(make.make_badge(), LONG_AGO)
    remove_all()
    page = manager.get(f"/rosters/{roster.uuid}/").text
    assert ("1 row, as it stood last" in page, "have not been kept since" in page) == (True, True)
    assert manager.post(f"/rosters/{roster.uuid}/confirm/", {"ready": 1, "check_no": 1}).status_code in (200, 302)
    assert Roster.objects.get(pk=roster.pk).confirmed_at is None
    manager.post(f"/rosters/{roster.uuid}/delete/")
    assert not Roster.objects.filter(pk=roster.pk).exists()


def test_no_page_says_that_they_asked_to_be_erased(manager: Client) -> None:
    sent = issued(make.make_badge(), LONG_AGO)
    remove_all()
    page = manager.get(f"/learners/{sent.learner.uuid}/").text
    page += manager.get(f"/issuances/{sent.uuid}/").text + manager.get("/issuances/").text
    assert ("no longer kept" in page, "rased" in page) == (True, False)
    assert Learner.objects.get().lapsed_at is not None
