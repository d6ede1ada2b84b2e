"""Rows whose worker went away."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import Effect, IssuanceStatus, Outcome, StatusReason
from issuing.models import Attempt, Badge, Issuance
from issuing.services import issuances
from tests.factories import make_badge, make_issuance

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


def sending(badge: Badge, age: timedelta) -> Issuance:
    issuance = make_issuance(badge)
    issuances.claim(badge.provider.connection_id, worker="gone")
    Issuance.objects.update(changed_at=timezone.now() - age)
    return issuance


@pytest.mark.parametrize(("read_timeout", "seconds"), [(60.0, 150), (10.0, 70), (120.0, 270)])
def test_reap_age_exceeds_every_call_and_its_recording(settings: Settings, read_timeout: float, seconds: int) -> None:
    settings.NAVIGATR_READ_TIMEOUT = read_timeout
    assert issuances.reap_age() == timedelta(seconds=seconds)
    call_and_recording = 5 + read_timeout + 10 + 30
    assert seconds > call_and_recording


def test_reaper_makes_a_row_unconfirmed_and_leaves_its_attempt_open(badge: Badge) -> None:
    issuance = sending(badge, issuances.reap_age() + timedelta(seconds=1))
    assert issuances.reap() == 1
    issuance.refresh_from_db()
    assert (issuance.status, issuance.reason) == (IssuanceStatus.UNCONFIRMED, StatusReason.WORKER_GONE)
    assert Attempt.objects.get().outcome == ""


def test_reaper_leaves_a_row_whose_call_may_still_run(badge: Badge) -> None:
    issuance = sending(badge, issuances.reap_age() - timedelta(seconds=5))
    assert issuances.reap() == 0
    issuance.refresh_from_db()
    assert issuance.status == IssuanceStatus.SENDING


def test_reaper_puts_a_row_back_whose_attempt_had_no_effect(badge: Badge) -> None:
    issuance = sending(badge, issuances.reap_age() + timedelta(seconds=1))
    Attempt.objects.update(outcome=Outcome.NOT_FOUND, effect=Effect.NONE, ended_at=timezone.now())
    issuances.reap()
    issuance.refresh_from_db()
    assert (issuance.status, issuance.reason) == (IssuanceStatus.QUEUED, StatusReason.SENT_BACK)
