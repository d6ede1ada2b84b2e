"""The list of rosters."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_badge, make_issuance, make_roster, make_row, make_running


def names(browser: Client, query: str = "") -> list[str]:
    return [row.roster.file_name for row in browser.get(f"/rosters/{query}").context["page"].rows]


@pytest.fixture
def _four(db: None) -> None:
    badge = make_badge()
    make_row(make_roster(badge, file_name="new.csv", group="Bakery"), "a@a.org", row_no=2)
    make_issuance(badge, roster=make_running(badge, file_name="going.csv"))
    make_issuance(badge, roster=make_running(badge, file_name="paused.csv", status="paused"))
    make_issuance(badge, roster=make_running(badge, file_name="done.csv"), status="issued", issued_at=timezone.now())


@pytest.mark.usefixtures("_four")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["done.csv", "paused.csv", "going.csv", "new.csv"]),
        ("?q=BAKE", ["new.csv"]),
        ("?q=going", ["going.csv"]),
        ("?state=checked", ["new.csv"]),
        ("?state=sending", ["going.csv"]),
        ("?state=paused", ["paused.csv"]),
        ("?state=done", ["done.csv"]),
        ("?state=nonsense", ["done.csv", "paused.csv", "going.csv", "new.csv"]),
        ("?state=done&q=new", []),
        ("?state=ready", []),
    ],
)
def test_list_finds_rosters_by_file_group_and_status(browser: Client, query: str, found: list[str]) -> None:
    assert names(browser, query) == found


@pytest.mark.usefixtures("_four")
def test_list_says_how_each_stands(browser: Client) -> None:
    rows = browser.get("/rosters/").context["page"].rows
    assert [(row.said.label, row.tally) for row in rows] == [
        ("Done", "1 of 1 sent"),
        ("Paused", "0 of 1 sent"),
        ("Sending", "0 of 1 sent"),
        ("Not confirmed", "1 of 1 ready when last checked"),
    ]


def test_list_says_that_a_run_is_set_for_later(browser: Client) -> None:
    badge = make_badge()
    later = timezone.now() + timedelta(hours=1)
    make_issuance(badge, roster=make_running(badge), not_before=later)
    (row,) = browser.get("/rosters/").context["page"].rows
    assert row.said.label == "Set for later"


def test_list_tells_how_to_begin_when_it_is_empty(browser: Client) -> None:
    assert "No rosters yet" in browser.get("/rosters/").text
    for query, said in {
        "q=x": "None has this in its file’s name or its group.",
        "q=x&state=done": "None in this status has this",
        "state=done": "None is in this status.",
        "state=ready": "Nobody who was left out of a confirmed roster is ready by now.",
    }.items():
        page = browser.get(f"/rosters/?{query}").text
        assert ("No roster found" in page, said in page) == (True, True), query


def test_list_asks_as_many_questions_for_three_as_for_one(browser: Client) -> None:
    badge, seen = make_badge(), []
    for count in (1, 2):
        for _ in range(count):
            make_issuance(badge, roster=make_running(badge))
        with CaptureQueriesContext(database) as asked:
            browser.get("/rosters/")
        seen.append(len(asked))
    assert seen[0] == seen[1]


def test_list_shows_nothing_to_a_stranger(stranger: Client) -> None:
    assert stranger.get("/rosters/").headers["Location"] == "/sign-in/?next=/rosters/"
