"""Two people at work on one learner at the same moment, in threads, on both databases."""

from uuid import uuid4

import pytest
from django.utils import timezone

from issuing.enums import IssuanceStatus, Role
from issuing.exceptions import AlreadyTaken
from issuing.models import Badge, Issuance, Learner
from issuing.services import issuances, learners
from issuing.services.learners import Person
from issuing.workflow.pace import Wait
from tests.factories import make_agreed, make_badge, make_issuance, make_learner, make_user
from tests.services.rosters.test_racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ZOE = Person("Zoë", "Núñez", "zoe@example.org")


@pytest.fixture
def badge(transactional_db: None) -> Badge:
    return make_badge()


@pytest.mark.parametrize("same_key", [True, False])
def test_badge_is_confirmed_once_when_two_press_at_once(badge: Badge, same_key: bool) -> None:
    make_agreed(badge, ZOE.email)
    by, keys = make_user(), [uuid4(), uuid4()]
    if same_key:
        keys[1] = keys[0]
    found = at_once(*(lambda key=key: issuances.issue(badge=badge, person=ZOE, key=key, by=by) for key in keys))
    only = Issuance.objects.get()
    if same_key:
        assert found == [only, only]
    else:
        assert sorted(map(type, found), key=str) == sorted([Issuance, AlreadyTaken], key=str)


def test_one_merge_is_refused_when_two_merge_the_same_entries_both_ways(transactional_db: None) -> None:
    one, other, by = make_learner(), make_learner(), make_user()
    found = at_once(
        lambda: learners.merge(kept=one, other=other, by=by), lambda: learners.merge(kept=other, other=one, by=by)
    )
    assert sorted(map(type, found), key=str) == sorted([learners.Merged, AlreadyTaken], key=str)
    assert Learner.objects.filter(merged_into=None).count() == 1


def test_badge_that_waits_is_never_lost_when_its_learner_is_merged_as_it_is_claimed(badge: Badge) -> None:
    kept, other, by = make_agreed(badge), make_agreed(badge), make_user()
    waiting = make_issuance(badge, other)
    connection_id = badge.provider.connection_id
    at_once(
        lambda: learners.merge(kept=kept, other=other, by=by),
        lambda: claim_past_changes(connection_id),
    )
    waiting.refresh_from_db()
    assert waiting.learner == kept
    assert waiting.status == IssuanceStatus.SENDING


def claim_past_changes(connection_id: int) -> object:
    """Claim as the sender does: again where the row's learner changed meanwhile."""
    found = issuances.claim(connection_id, worker="test")
    while found == Wait(0.0):
        found = issuances.claim(connection_id, worker="test")
    return found


def test_two_managers_add_somebody_again_once(transactional_db: None) -> None:
    make_learner(ZOE.email, first_name="", last_name="", erased_at=timezone.now())
    by = make_user(role=Role.MANAGER)
    found = at_once(*[lambda: learners.add_again(person=ZOE, reason="Came back.", by=by)] * 2)
    assert sorted(map(type, found), key=str) == sorted([Learner, AlreadyTaken], key=str)
    assert (Learner.objects.count(), Learner.objects.present().count()) == (2, 1)
