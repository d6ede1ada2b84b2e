"""The list of badges, its filters, and finding one by what staff have of it."""

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.models import Badge
from issuing.views.badges import listing
from tests.factories import LONG_AGO, make_badge, make_connection, make_issuance, make_provider

LIST = "/badges/"


def shown(browser: Client, query: str = "") -> list[str]:
    return [row.badge.name for row in browser.get(f"{LIST}{query}").context["page"].rows]


@pytest.fixture
def badges(db: None) -> list[Badge]:
    """One that can be issued, one held, one unpublished, one to try with."""
    provider = make_provider()
    return [
        make_badge(provider, navigatr_id=51, name="Digital Skills"),
        make_badge(provider, navigatr_id=52, name="Old one", hold="gone", held_at=LONG_AGO),
        make_badge(provider, navigatr_id=53, name="Sandbox badge", is_sandbox=True),
        make_badge(provider, navigatr_id=54, name="Unfinished", status="Draft"),
    ]


def test_badges_are_listed_by_name_with_what_can_be_done(browser: Client, badges: list[Badge]) -> None:
    rows = browser.get(LIST).context["page"].rows
    assert [(row.badge.name, row.state.label) for row in rows] == [
        ("Digital Skills", "Can be issued"),
        ("Old one", "Held"),
        ("Sandbox badge", "Can be issued"),
        ("Unfinished", "Cannot be issued"),
    ]


def test_list_says_why_a_badge_is_held(browser: Client, badges: list[Badge]) -> None:
    assert "Navigatr has no such badge any more." in browser.get(LIST).text


@pytest.mark.parametrize(
    ("which", "names"),
    [
        ("ready", ["Digital Skills", "Sandbox badge"]),
        ("held", ["Old one"]),
        ("other", ["Unfinished"]),
        ("sandbox", ["Sandbox badge"]),
        ("x", ["Digital Skills", "Old one", "Sandbox badge", "Unfinished"]),
    ],
)
def test_tiles_filter_and_count_alike(browser: Client, badges: list[Badge], which: str, names: list[str]) -> None:
    answer = browser.get(f"{LIST}?show={which}")
    (tile,) = [tile for tile in answer.context["page"].tiles if tile.is_current]
    assert ([row.badge.name for row in answer.context["page"].rows], tile.count) == (names, len(names))


def test_badges_count_what_was_sent_and_waits(browser: Client, badges: list[Badge]) -> None:
    make_issuance(badges[0])
    make_issuance(badges[0], status="issued", issued_at=timezone.now())
    row = browser.get(LIST).context["page"].rows[0]
    assert (row.sent, row.waiting) == ("1", "1")


def test_counts_stop_at_a_bound(browser: Client, badges: list[Badge], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "BOUND", 1)
    for _ in range(3):
        make_issuance(badges[0])
    assert browser.get(LIST).context["page"].rows[0].waiting == "1+"


@pytest.mark.parametrize("text", ["51", "https://navigatr.app/badge/51/digital-skills", " 51 "])
def test_number_or_address_leads_to_the_badge(browser: Client, badges: list[Badge], text: str) -> None:
    answer = browser.get(LIST, {"q": text})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/badges/{badges[0].uuid}/")


def test_number_that_is_none_s_is_told(browser: Client, badges: list[Badge]) -> None:
    assert "No badge 999 is known here. Refresh the badges" in browser.get(f"{LIST}?q=999").text


def test_number_of_two_organisations_lists_both(browser: Client, badges: list[Badge]) -> None:
    make_badge(make_provider(make_connection(), navigatr_id=13), navigatr_id=51, name="Another")
    assert shown(browser, "?q=51") == ["Another", "Digital Skills"]


def test_part_of_a_name_narrows_the_list(browser: Client, badges: list[Badge]) -> None:
    assert shown(browser, "?q=sand") == ["Sandbox badge"]
    assert "No badge fits" in browser.get(f"{LIST}?q=nothing+like+it").text


def test_list_goes_on_on_a_second_page(browser: Client, badges: list[Badge], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SIZE", 3)
    first = browser.get(LIST).context["page"].page
    assert (first.after_url, first.before_url, first.said) == ("?page=1", "", "4 badges")
    second = browser.get(f"{LIST}?page=1").context["page"].page
    assert ([badge.name for badge in second.rows], second.before_url, second.after_url) == (["Unfinished"], "?", "")


@pytest.mark.parametrize(
    ("connected", "sentence"),
    [(False, "They come from Navigatr once an account is connected."), (True, "within a minute of connecting")],
)
def test_empty_list_says_where_badges_come_from(browser: Client, connected: bool, sentence: str) -> None:
    if connected:
        make_connection()
    assert sentence in browser.get(LIST).text


def test_list_asks_the_database_as_often_for_three_badges_as_for_one(browser: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(database) as captured:
            browser.get(LIST)
        return len(captured)

    provider = make_provider()
    make_badge(provider)
    before = queries()
    for number in (1, 2):
        make_badge(provider, navigatr_id=number)
    assert queries() == before
