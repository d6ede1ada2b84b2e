"""Requests to see or to erase: noted, due, answered."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.enums import Right
from issuing.models import Learner, RightsRequest
from issuing.services import erasure
from tests.factories import make_learner, make_user


@pytest.fixture
def learner(db: None) -> Learner:
    return make_learner("zoe@example.org")


def note(learner: Learner, days: int = 0) -> RightsRequest:
    day = timezone.localdate() - timedelta(days=days)
    return erasure.note(learner=learner, right=Right.SEE, received_on=day, by=make_user())


def test_request_is_noted_and_stands_on_the_learners_page_and_on_home(browser: Client, learner: Learner) -> None:
    today = timezone.localdate().isoformat()
    page = browser.post(f"/learners/{learner.uuid}/rights/", {"right": "see", "received_on": today}, follow=True)
    assert page.redirect_chain == [(f"/learners/{learner.uuid}/", 302)]
    assert "to see everything we hold about them" in page.text
    assert 'href="/rights/"' in browser.get("/").text
    assert learner.full_name in browser.get("/rights/").text


@pytest.mark.parametrize(
    "typed", [{}, {"right": "see", "received_on": "2099-01-01"}, {"right": "sue", "received_on": "2026-01-01"}]
)
def test_request_that_cannot_be_is_refused_in_place(browser: Client, learner: Learner, typed: dict[str, str]) -> None:
    page = browser.post(f"/learners/{learner.uuid}/rights/", typed)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert typed.get("received_on", "") in page.text
    assert not RightsRequest.objects.exists()


def test_request_is_answered_once(browser: Client, learner: Learner) -> None:
    asked = note(learner)
    assert "Marked as answered." in browser.post(f"/rights/{asked.uuid}/close/", follow=True).text
    assert "closed already" in browser.post(f"/rights/{asked.uuid}/close/", follow=True).text
    assert "Nothing is due" in browser.get("/rights/").text
    assert "Requests due" not in browser.get("/").text


def test_requests_are_listed_the_most_urgent_first_with_what_is_left(browser: Client, learner: Learner) -> None:
    note(learner, days=2)
    late = note(make_learner(), days=60)
    rows = browser.get("/rights/").context["rows"]
    assert [(row.request.pk == late.pk, row.tone) for row in rows] == [(True, "bad"), (False, "")]
    assert rows[0].left.endswith("late")


def test_list_asks_the_same_whatever_its_length(browser: Client, learner: Learner) -> None:
    counts = []
    for _ in range(2):
        note(make_learner())
        note(make_learner())
        with CaptureQueriesContext(database) as asked:
            browser.get("/rights/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
