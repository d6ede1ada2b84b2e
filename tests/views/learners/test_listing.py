"""The list of learners and its search."""

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.models import Learner
from tests.factories import make_badge, make_issuance, make_learner

HERE = "/learners/"


def test_list_shows_learners_with_how_many_badges_they_were_sent(browser: Client) -> None:
    badge = make_badge()
    zoe = make_learner("zoe@example.org", student_number="00123")
    make_issuance(badge, zoe, status="issued", issued_at=timezone.now())
    make_issuance(badge, zoe, reissue_no=1, reissue_reason="Lost")
    page = browser.get(HERE)
    assert page.context["people"] == [(zoe, 1)]
    assert "1 learner" in page.text
    assert f"/learners/{zoe.uuid}/" in page.text


@pytest.mark.parametrize("query", ["nunez", "ZOE@EXAMPLE.ORG", "0012"])
def test_search_is_an_address_and_alive_with_htmx(browser: Client, query: str) -> None:
    make_learner("ana@example.org", first_name="Ana", last_name="Ng")
    zoe = make_learner("zoe@example.org", student_number="00123")
    for headers in ({}, {"HX-Request": "true", "HX-Target": "learners"}):
        page = browser.get(HERE, {"q": query}, headers=headers)
        assert page.context["people"] == [(zoe, 0)]
        assert ("<html" in page.text) == (not headers)


def test_list_leaves_out_who_was_merged_or_erased(browser: Client) -> None:
    kept = make_learner()
    make_learner(merged_into=kept)
    make_learner(erased_at=timezone.now())
    assert browser.get(HERE).context["people"] == [(kept, 0)]


def test_list_says_by_what_it_is_ordered(browser: Client) -> None:
    people = [make_learner(last_name="Berg")]
    assert "added first" not in browser.get(HERE).text
    people = [make_learner(last_name="Ahl"), *people]
    page = browser.get(HERE, {"q": "zoe"})
    assert ("The latest added first." in page.text, [one for one, _ in page.context["people"]]) == (True, people)


def test_empty_list_and_empty_search_say_what_to_do(browser: Client) -> None:
    assert "No learners yet" in browser.get(HERE).text
    page = browser.get(HERE, {"q": "Ana Ng"}).text
    assert "Nobody here is known by “Ana Ng”" in page
    assert "/learners/new/?q=Ana+Ng" in page


def test_list_asks_as_often_for_three_as_for_one(browser: Client) -> None:
    asked = []
    for number in (1, 3):
        while Learner.objects.count() < number:
            make_learner()
        with CaptureQueriesContext(database) as captured:
            browser.get(HERE)
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_stranger_sees_nobody(stranger: Client) -> None:
    make_learner()
    assert stranger.get(HERE).status_code == 302
