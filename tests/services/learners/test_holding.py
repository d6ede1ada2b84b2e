"""Learners on hold are sent nothing, and what waits goes on afterwards."""

import pytest
from django_q.models import OrmQ

from issuing import queries
from issuing.enums import IssuanceStatus
from issuing.exceptions import AlreadyTaken
from issuing.models import AuditEvent, Badge, Learner
from issuing.services import issuances, learners
from issuing.workflow.pace import Wait
from tests.factories import make_badge, make_issuance, make_running, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


def claim(badge: Badge) -> object:
    return issuances.claim(badge.provider.connection_id, worker="test")


@pytest.mark.parametrize("in_roster", [False, True])
def test_claim_leaves_the_badges_of_a_learner_on_hold_waiting(badge: Badge, in_roster: bool) -> None:
    waiting = make_issuance(badge, roster=make_running(badge) if in_roster else None)
    learners.hold(learner=waiting.learner, note="Left the course?", by=make_user())
    assert claim(badge) == issuances.Idle(None)
    waiting.refresh_from_db()
    assert waiting.status == IssuanceStatus.QUEUED
    assert not queries.waiting(badge.provider.connection_id).exists()


def test_claim_goes_on_with_others(badge: Badge) -> None:
    held, other = make_issuance(badge), make_issuance(badge)
    learners.hold(learner=held.learner, note="", by=make_user())
    found = claim(badge)
    assert isinstance(found, issuances.Claimed)
    assert found.issuance == other


def test_claim_chooses_again_when_the_learner_was_put_on_hold_since(
    badge: Badge, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = make_issuance(badge)
    lock = learners.lock

    def lock_late(learner_id: int) -> Learner:
        Learner.objects.filter(pk=learner_id).update(on_hold_since=held.confirmed_at)
        return lock(learner_id)

    monkeypatch.setattr(learners, "lock", lock_late)
    assert [claim(badge), claim(badge)] == [Wait(0.0), issuances.Idle(None)]
    held.refresh_from_db()
    assert held.status == IssuanceStatus.QUEUED


def test_release_wakes_the_sender(badge: Badge) -> None:
    waiting = make_issuance(badge)
    by = make_user()
    held = learners.hold(learner=waiting.learner, note="Left?", by=by)
    learners.release(learner=held, by=by)
    assert OrmQ.objects.get().task["args"] == (badge.provider.connection_id,)
    assert isinstance(claim(badge), issuances.Claimed)
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["hold", "release"]


def test_hold_and_release_refuse_to_do_it_twice(badge: Badge) -> None:
    learner = make_issuance(badge).learner
    with pytest.raises(AlreadyTaken, match="not on hold any more"):
        learners.release(learner=learner, by=make_user())
    learners.hold(learner=learner, note="", by=make_user())
    with pytest.raises(AlreadyTaken, match="on hold already"):
        learners.hold(learner=learner, note="", by=make_user())
