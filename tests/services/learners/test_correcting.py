"""Correcting who a learner is."""

import pytest
from django.utils import timezone

from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, Learner, email_key
from issuing.services import learners
from issuing.services.learners import Person
from tests.factories import make_badge, make_issuance, make_learner, make_user

pytestmark = pytest.mark.django_db

NEW = Person("Zoe", "Núñez", "zoe@example.org", "00123")


def test_correct_changes_the_learner_and_what_they_are_found_by() -> None:
    learner = make_learner("old@example.org")
    corrected = learners.correct(learner=learner, person=NEW, by=make_user())
    kept = Learner.objects.get()
    assert (kept.first_name, kept.email, kept.email_key) == ("Zoe", "zoe@example.org", email_key("zoe@example.org"))
    assert (kept.search, corrected.changed) == (
        "zoe nunez 00123 zoe@example.org",
        ["first_name", "email", "email_key", "student_number"],
    )
    assert AuditEvent.objects.get().details == {"fields": ["first_name", "email", "student_number"]}


def test_correct_leaves_what_waits_as_it_was_confirmed_and_says_so() -> None:
    learner = make_learner("old@example.org")
    waiting = make_issuance(make_badge(), learner)
    corrected = learners.correct(learner=learner, person=NEW, by=make_user())
    waiting.refresh_from_db()
    assert (corrected.waiting, waiting.email, waiting.email_key) == (1, "old@example.org", email_key("old@example.org"))


def test_correct_writes_nothing_when_nothing_changed() -> None:
    learner = make_learner("z@example.org")
    same = Person(learner.first_name, learner.last_name, learner.email)
    assert learners.correct(learner=learner, person=same, by=make_user()).changed == []
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("taken", [{"email": "Zoe@example.org"}, {"student_number": "00123"}])
def test_correct_names_the_learner_who_has_the_address_or_number(taken: dict[str, str]) -> None:
    make_learner(taken.pop("email", ""), first_name="Ana", last_name="Ng", **taken)
    learner = make_learner("old@example.org")
    with pytest.raises(InvalidInput, match=r"Ana Ng has this .* already\. If they are one person, merge"):
        learners.correct(learner=learner, person=NEW, by=make_user())
    learner.refresh_from_db()
    assert learner.email == "old@example.org"


def test_correct_refuses_a_learner_who_was_erased_meanwhile() -> None:
    learner = make_learner()
    Learner.objects.update(erased_at=timezone.now())
    with pytest.raises(AlreadyTaken, match="erased"):
        learners.correct(learner=learner, person=NEW, by=make_user())
