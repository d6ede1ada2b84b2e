"""The consent sentence: what a learner's records come to for a badge, in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from issuing import queries
from issuing.enums import Decision, Giver, Route
from issuing.models import Badge, ConsentText, Learner
from issuing.presenters import consent
from issuing.services import consent as record_consent
from issuing.services.consent import Answer, Stopped
from tests.factories import make_badge, make_consent, make_learner, make_text, make_user

pytestmark = pytest.mark.django_db

SEPTEMBER = datetime(2026, 9, 14, 9, tzinfo=UTC)
LATER = SEPTEMBER + timedelta(days=3)


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def text(badge: Badge) -> ConsentText:
    return make_text(badge.provider)


@pytest.fixture
def learner() -> Learner:
    return make_learner()


def heard(learner: Learner, text: ConsentText | None, decision: Decision = Decision.GIVEN, **fields: Any) -> None:
    by = fields.pop("recorded_by", None) or make_user(first_name="Robin", last_name="Reed")
    make_consent(learner, text, decision, **{"decided_at": SEPTEMBER, "recorded_by": by, **fields})


def sentence(learner: Learner | None, badge: Badge) -> tuple[str, str, bool]:
    said = consent.of(learner, badge)
    return said.sentence, said.tone, said.allows


def test_sentence_says_when_how_to_what_and_who_recorded_when_they_agreed(
    learner: Learner, badge: Badge, text: ConsentText
) -> None:
    heard(learner, text)
    words = "Agreed 14 Sept 2026, on paper, to all badges from Example College; recorded by Robin Reed"
    assert sentence(learner, badge) == (words, "good", True)


def test_sentence_names_the_guardian_and_the_badge_when_these_are_special(learner: Learner, badge: Badge) -> None:
    own = make_text(badge.provider, badge=badge)
    heard(learner, own, giver="guardian", giver_name="Maria Núñez", giver_relation="mother", route=Route.PHONE)
    words = (
        "Agreed 14 Sept 2026, by phone, by Maria Núñez (mother), to the badge Digital Skills; recorded by Robin Reed"
    )
    assert sentence(learner, badge)[0] == words


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Decision.DECLINED, "Said no 14 Sept 2026, in person, to any badge; recorded by Robin Reed"),
        (Decision.WITHDRAWN, "Withdrew 14 Sept 2026, in person, for any badge; recorded by Robin Reed"),
    ],
)
def test_sentence_says_the_no_when_there_is_one(learner: Learner, badge: Badge, decision: Decision, words: str) -> None:
    heard(learner, None, decision, route=Route.IN_PERSON)
    assert sentence(learner, badge) == (words, "bad", False)


def test_sentence_says_who_said_what_when_answers_contradict_each_other(
    learner: Learner, badge: Badge, text: ConsentText
) -> None:
    heard(learner, text)
    guardian = {"giver": "guardian", "giver_name": "Maria Núñez", "giver_relation": "mother"}
    heard(learner, text, Decision.DECLINED, decided_at=LATER, **guardian)
    words = (
        "Answers about the badge Digital Skills contradict each other, and one no is enough "
        "(Maria Núñez (mother) said no 17 Sept 2026; "
        "the learner agreed 14 Sept 2026)"
    )
    assert sentence(learner, badge) == (words, "bad", False)


def test_sentence_says_that_the_yes_ended_when_it_did(learner: Learner, badge: Badge, text: ConsentText) -> None:
    heard(learner, text, ends_at=LATER)
    words = "No consent now for this badge: the yes of 14 Sept 2026 ended on 17 Sept 2026"
    assert sentence(learner, badge) == (words, "wait", False)


def test_sentence_says_that_the_words_were_replaced_when_they_were(learner: Learner, badge: Badge) -> None:
    heard(learner, make_text(badge.provider, superseded_at=LATER))
    words = (
        "No consent now for this badge: the words agreed to on 14 Sept 2026 (version 1) were replaced on 17 Sept 2026"
    )
    assert sentence(learner, badge) == (words, "wait", False)


@pytest.mark.parametrize("is_known", [True, False])
def test_sentence_says_that_there_is_none_when_nobody_was_asked(badge: Badge, is_known: bool) -> None:
    learner = make_learner() if is_known else None
    assert sentence(learner, badge) == ("No consent yet for this badge", "wait", False)


def test_sentence_ignores_what_was_recorded_in_error(learner: Learner, badge: Badge, text: ConsentText) -> None:
    heard(learner, text, invalidated_at=timezone.now())
    assert sentence(learner, badge)[0] == "No consent yet for this badge"


def test_sentence_says_which_yes_counts_when_another_is_about_to_be_recorded(
    learner: Learner, badge: Badge, text: ConsentText
) -> None:
    heard(learner, text)
    guardian = {"giver": Giver.GUARDIAN, "giver_name": "Maria Núñez", "giver_relation": "mother"}
    replaced = make_text(badge.provider, version=2, superseded_at=LATER)
    sentences = []
    for words in (text, replaced):
        answer = Answer(Decision.GIVEN, Route.PHONE, LATER, text=words, **guardian)
        proposed = record_consent.proposed(learner=learner, answer=answer, by=make_user())
        standing = queries.consent_standing(learner.pk, badge, now=timezone.now(), proposed=proposed)
        sentences.append(consent.said(standing).sentence.partition(",")[0])
    assert sentences == ["Agreed 17 Sept 2026", "Agreed 14 Sept 2026"]


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Stopped(), ""),
        (Stopped(on_the_way=1), "1 badge was already on its way."),
        (Stopped(2, 3), "2 badges that were waiting were stopped. 3 badges were already on their way."),
    ],
)
def test_stopped_says_what_was_stopped_and_what_was_too_late(done: Stopped, words: str) -> None:
    assert consent.stopped(done) == words
