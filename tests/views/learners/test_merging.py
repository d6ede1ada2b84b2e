"""Merging two entries of one learner in the browser."""

import pytest
from django.test import Client
from django.utils import timezone

from issuing.models import Learner
from tests.factories import make_badge, make_issuance, make_learner


@pytest.fixture
def kept(db: None) -> Learner:
    return make_learner("zoe@example.org", student_number="00123")


@pytest.fixture
def other(db: None) -> Learner:
    return make_learner("zoe@mail.example.org", first_name="Zoe", last_name="Nunez")


def here(kept: Learner, other: Learner | None = None) -> str:
    return f"/learners/{kept.uuid}/merge/" + (f"?other={other.uuid}" if other else "")


def test_other_entry_is_searched_for_without_the_one_that_stays(browser: Client, kept: Learner, other: Learner) -> None:
    for headers in ({}, {"HX-Request": "true", "HX-Target": "found"}):
        page = browser.get(here(kept), {"q": "nunez"}, headers=headers)
        assert page.context["page"].found == [other]
        assert ("<html" in page.text) == (not headers)


def test_both_are_shown_side_by_side_before_anything_happens(browser: Client, kept: Learner, other: Learner) -> None:
    badge = make_badge()
    for one in (kept, other):
        make_issuance(badge, one)
    page = browser.get(here(kept, other))
    assert [(side.learner, side.waiting) for side in page.context["page"].sides] == [(kept, 1), (other, 1)]
    assert "Digital Skills waits for both entries and will be sent to both addresses." in page.text
    assert f"/learners/{other.uuid}/merge/?other={kept.uuid}" in page.text
    assert not Learner.objects.exclude(merged_into=None).exists()


def test_merge_joins_them_and_shows_who_stayed(browser: Client, kept: Learner, other: Learner) -> None:
    page = browser.post(here(kept, other), follow=True)
    other.refresh_from_db()
    assert (other.merged_into, page.redirect_chain) == (kept, [(f"/learners/{kept.uuid}/", 302)])
    assert "The two entries are one now." in page.text
    assert browser.post(here(kept, other)).status_code == 404


def test_merge_with_oneself_is_refused_in_words(browser: Client, kept: Learner) -> None:
    assert "this is the same one" in browser.post(here(kept, kept)).text


def test_merge_without_another_entry_changes_nothing(browser: Client, kept: Learner, other: Learner) -> None:
    Learner.objects.filter(pk=other.pk).update(erased_at=timezone.now())
    assert browser.post(here(kept)).status_code == 200
    assert browser.post(here(kept, other)).status_code == 404
    assert not Learner.objects.exclude(merged_into=None).exists()


def test_stranger_merges_nobody(stranger: Client, kept: Learner, other: Learner) -> None:
    assert stranger.post(here(kept, other)).status_code == 302
    assert not Learner.objects.exclude(merged_into=None).exists()
