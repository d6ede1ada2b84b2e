"""What learners ask for by right is noted once, due in a month, and closed once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from issuing.enums import Right
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, Learner, RightsRequest
from issuing.services import erasure
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(db: None) -> Learner:
    return make.make_learner()


def note(learner: Learner, received_on: date | None = None, right: Right = Right.SEE) -> RightsRequest:
    return erasure.note(
        learner=learner, right=right, received_on=received_on or timezone.localdate(), by=make.make_user()
    )


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-05-04", "2026-06-04"),
        ("2026-01-31", "2026-02-28"),
        ("2028-01-30", "2028-02-29"),
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_request_is_due_on_the_same_day_of_the_next_month_or_its_last(received: str, due: str) -> None:
    assert erasure.due_on(date.fromisoformat(received)) == date.fromisoformat(due)


def test_request_is_noted_with_who_and_when(learner: Learner) -> None:
    asked = note(learner, timezone.localdate() - timedelta(days=3))
    assert (asked.learner, asked.right, asked.closed_at) == (learner, Right.SEE, None)
    assert AuditEvent.objects.get().subject_uuid == asked.uuid


@pytest.mark.parametrize("days", [-1, 367])
def test_request_of_an_impossible_day_is_refused(learner: Learner, days: int) -> None:
    with pytest.raises(InvalidInput):
        note(learner, timezone.localdate() - timedelta(days=days))
    assert not RightsRequest.objects.exists()


def test_request_is_noted_once_while_it_is_open(learner: Learner) -> None:
    asked = note(learner)
    with pytest.raises(AlreadyTaken):
        note(learner)
    assert note(learner, right=Right.ERASE).right == Right.ERASE
    erasure.close(request=asked, by=make.make_user())
    assert note(learner).pk != asked.pk


def test_request_is_closed_once(learner: Learner) -> None:
    asked = note(learner)
    erasure.close(request=asked, by=make.make_user())
    with pytest.raises(AlreadyTaken):
        erasure.close(request=asked, by=make.make_user())


def test_request_of_somebody_erased_is_refused(learner: Learner) -> None:
    erasure.erase(learner=learner, identity_note="Passport.", by=make.make_user(role="manager"))
    with pytest.raises(AlreadyTaken):
        note(learner)
