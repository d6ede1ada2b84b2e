"""Erasing somebody while the worker or a colleague is about to send them a badge, in threads, on both databases."""

import threading
import time

import pytest
from django.db import transaction

from issuing.enums import IssuanceStatus as S
from issuing.exceptions import InvalidInput, IssuingError
from issuing.models import Badge, Issuance, Learner
from issuing.services import erasure, issuances, learners
from issuing.services.learners import Person
from tests import factories as make
from tests.services.learners.test_together import claim_past_changes
from tests.services.rosters.test_racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ZOE = Person("Zoë", "Núñez", "zoe@example.org")


@pytest.fixture
def badge(transactional_db: None) -> Badge:
    return make.make_badge()


def erasing(learner: Learner):  # type: ignore[no-untyped-def]
    by = make.make_user(role="manager")
    return lambda: erasure.erase(learner=learner, identity_note="Passport.", by=by)


def test_badge_is_sent_or_its_learner_is_erased_when_both_happen_at_once(badge: Badge) -> None:
    waiting = make.make_issuance(badge, make.make_agreed(badge, ZOE.email))
    erased, _claimed = at_once(erasing(waiting.learner), lambda: claim_past_changes(badge.provider.connection_id))
    waiting.refresh_from_db()
    if isinstance(erased, InvalidInput):
        assert (waiting.status, waiting.email) == (S.SENDING, ZOE.email)
    else:
        assert (waiting.status, waiting.email, waiting.attempt_no) == (S.CANCELLED, "", 0)


def test_badge_of_another_that_is_just_being_claimed_to_their_address_keeps_it(badge: Badge) -> None:
    """As when somebody had the address before, and another one has it now."""
    waiting = make.make_issuance(badge, make.make_agreed(badge))
    Issuance.objects.update(email=ZOE.email, email_key=make.email_key(ZOE.email))
    erase, written = erasing(make.make_learner(ZOE.email)), threading.Event()

    def claim() -> None:
        with transaction.atomic():
            allowed = {"allowed_by": waiting.learner.consent_records.get()}
            at = waiting.changed_at
            Issuance.step(waiting.pk, attempt_no=0, sources=[S.QUEUED], to=S.SENDING, at=at, begins=1, **allowed)
            written.set()
            time.sleep(0.2)

    erased, _ = at_once(lambda: written.wait(10) and erase(), claim)
    waiting.refresh_from_db()
    assert (type(erased), waiting.status, waiting.email) == (InvalidInput, S.SENDING, ZOE.email)


def test_badge_confirmed_as_its_learner_is_erased_is_stopped_or_refused(badge: Badge) -> None:
    learner, by = make.make_agreed(badge, ZOE.email), make.make_user()
    erased, issued = at_once(erasing(learner), lambda: issuances.issue(badge=badge, person=ZOE, by=by))
    assert isinstance(erased, erasure.Erased)
    assert not Issuance.objects.exclude(status=S.CANCELLED, email="").exists()
    assert isinstance(issued, IssuingError) != Issuance.objects.exists()


def test_one_of_two_who_erase_at_once_is_refused(badge: Badge) -> None:
    learner = make.make_learner()
    found = at_once(erasing(learner), erasing(learner))
    assert sorted(isinstance(one, erasure.Erased) for one in found) == [False, True]


def test_merge_and_erasing_at_once_leave_no_name(badge: Badge) -> None:
    kept, other, by = make.make_learner(), make.make_learner(), make.make_user()
    erased, merged = at_once(erasing(kept), lambda: learners.merge(kept=kept, other=other, by=by))
    assert isinstance(erased, erasure.Erased)
    kept.refresh_from_db()
    other.refresh_from_db()
    assert kept.full_name == ""
    assert (other.full_name == "") == isinstance(merged, learners.Merged)
