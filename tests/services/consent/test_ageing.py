"""Under 13 nothing is sent, whoever agrees; what is noted names no birthday."""

import pytest
from django.utils import timezone

from issuing import queries
from issuing.enums import ConsentState, IssuanceStatus, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, Badge
from issuing.services import consent
from issuing.services.consent import Stopped
from tests.factories import make_agreed, make_badge, make_issuance, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge() -> Badge:
    return make_badge()


def test_what_waits_is_stopped_when_somebody_is_noted_as_under_13(badge: Badge) -> None:
    learner, other = make_agreed(badge, "a@example.org"), make_agreed(badge, "b@example.org")
    waiting, others = make_issuance(badge, learner), make_issuance(badge, other)
    assert consent.note_under_13(learner_ids=[learner.pk], by=make_user()) == Stopped(cancelled=1)
    waiting.refresh_from_db()
    others.refresh_from_db()
    assert (waiting.status, waiting.reason) == (IssuanceStatus.CANCELLED, StatusReason.UNDER_13)
    assert others.status == IssuanceStatus.QUEUED
    assert queries.consent_of(learner.pk, badge, now=timezone.now()).state == ConsentState.UNDER_13


def test_their_answers_count_once_they_are_13(badge: Badge) -> None:
    learner, by = make_agreed(badge, "a@example.org"), make_user()
    consent.note_under_13(learner_ids=[learner.pk], by=by)
    consent.note_13(learner=learner, reason="Showed a passport", by=by)
    assert queries.consent_of(learner.pk, badge, now=timezone.now()).state == ConsentState.GIVEN
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["note_under_13", "note_13"]


def test_note_is_refused_without_a_reason_and_where_there_is_none(badge: Badge) -> None:
    learner, by = make_agreed(badge, "a@example.org"), make_user()
    with pytest.raises(InvalidInput, match="Say how you know"):
        consent.note_13(learner=learner, reason=" ", by=by)
    with pytest.raises(AlreadyTaken, match="not noted as under 13"):
        consent.note_13(learner=learner, reason="A passport", by=by)
