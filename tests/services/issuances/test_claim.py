"""The claiming transaction: what is chosen, when, and what is written before anything leaves."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from issuing import queries
from issuing.enums import Decision, Effect, IssuanceStatus, Outcome, RosterStatus, StatusReason
from issuing.models import Attempt, Badge, Connection, ConsentText, Issuance, Learner, Pace, Roster
from issuing.services import issuances, learners
from issuing.services.issuances.claim import take_new_slot
from issuing.workflow.pace import LOOK_AHEAD, MAX_IN_FLIGHT, Rate, Wait
from tests.factories import make_agreed, make_badge, make_consent, make_issuance, make_learner, make_running

S = IssuanceStatus
pytestmark = pytest.mark.django_db


@pytest.fixture
def badge(db: None, settings: Settings) -> Badge:
    settings.NAVIGATR_RATE = "5/2"
    return make_badge()


def claim(badge: Badge) -> "issuances.Claimed | issuances.Idle | Wait":
    """Claim, past rows that end without being sent, as the sender does."""
    found = issuances.claim(badge.provider.connection_id, worker="test")
    while found == Wait(0.0):
        found = issuances.claim(badge.provider.connection_id, worker="test")
    return found


def claim_next(badge: Badge) -> Issuance:
    """Claim as if the pace allowed it at once."""
    Pace.objects.update(next_slot=0.0)
    found = claim(badge)
    assert isinstance(found, issuances.Claimed)
    return found.issuance


def test_claim_says_durably_what_is_about_to_be_sent(badge: Badge) -> None:
    waiting = make_issuance(badge)
    found = claim(badge)
    attempt = Attempt.objects.get()
    waiting.refresh_from_db()
    assert isinstance(found, issuances.Claimed)
    assert (waiting.status, waiting.attempt_no, attempt.number, attempt.outcome) == (S.SENDING, 1, 1, "")
    assert (attempt.worker, attempt.secret_version, found.attempt) == ("test", 1, attempt)


def test_claim_remembers_the_record_that_allowed_it(badge: Badge) -> None:
    waiting = make_issuance(badge)
    claim(badge)
    waiting.refresh_from_db()
    assert waiting.allowed_by == waiting.learner.consent_records.get()


def test_claim_moves_the_slot_on_by_the_spacing_with_its_margin(badge: Badge) -> None:
    make_issuance(badge)
    found = claim(badge)
    pace = Pace.objects.get()
    assert isinstance(found, issuances.Claimed)
    assert (pace.slot_no, found.slot - time.monotonic() < LOOK_AHEAD) == (1, True)
    slot_at = Attempt.objects.get().slot_at.timestamp()
    assert pace.next_slot - slot_at == pytest.approx(Rate(5, 2).spacing(), abs=1e-5)


def test_claim_waits_when_the_next_slot_is_further_ahead(badge: Badge) -> None:
    make_issuance(badge)
    make_issuance(badge)
    claim(badge)
    found = claim(badge)
    assert isinstance(found, Wait)
    assert 0.2 < found.seconds <= Rate(5, 2).spacing()
    assert Issuance.objects.filter(status=S.QUEUED).count() == 1


def test_claim_cancels_and_spends_no_slot_when_there_is_no_consent(badge: Badge) -> None:
    silent = make_issuance(badge, make_learner())
    agreed = make_issuance(badge)
    assert claim_next(badge) == agreed
    silent.refresh_from_db()
    assert (silent.status, silent.reason, silent.attempt_no) == (S.CANCELLED, StatusReason.NO_CONSENT, 0)
    assert Pace.objects.get().slot_no == 1


def test_claim_cancels_when_consent_was_withdrawn_after_it_was_confirmed(badge: Badge) -> None:
    issuance = make_issuance(badge)
    make_consent(issuance.learner, ConsentText.objects.get(), Decision.WITHDRAWN, decided_at=timezone.now())
    found = claim(badge)
    issuance.refresh_from_db()
    assert (found, issuance.status) == (issuances.Idle(None), S.CANCELLED)


def test_claim_reads_consent_when_it_has_the_learners_lock(badge: Badge, monkeypatch: pytest.MonkeyPatch) -> None:
    issuance, lock = make_issuance(badge), learners.lock

    def lock_after_a_withdrawal(learner_id: int) -> Learner:
        make_consent(issuance.learner, ConsentText.objects.get(), Decision.WITHDRAWN, decided_at=timezone.now())
        return lock(learner_id)

    monkeypatch.setattr(learners, "lock", lock_after_a_withdrawal)
    assert claim(badge) == issuances.Idle(None)
    issuance.refresh_from_db()
    assert (issuance.status, issuance.reason) == (S.CANCELLED, StatusReason.WITHDREW)


def test_claim_sends_nothing_over_a_stopped_connection(badge: Badge) -> None:
    make_issuance(badge)
    Connection.objects.update(stop_reason="by_staff", stopped_at=timezone.now())
    assert claim(badge) == issuances.Idle(None, stopped=True)


def test_claim_waits_while_the_connection_rests(badge: Badge) -> None:
    make_issuance(badge)
    Pace.objects.update(rests_until=time.time() + 30)
    found = claim(badge)
    assert isinstance(found, Wait)
    assert 29 < found.seconds <= 30


def test_claim_waits_when_eight_calls_are_in_flight(badge: Badge) -> None:
    for _ in range(MAX_IN_FLIGHT):
        make_issuance(badge)
        claim_next(badge)
    make_issuance(badge)
    Pace.objects.update(next_slot=0.0)
    assert isinstance(claim(badge), Wait)


def test_claim_does_not_count_calls_whose_worker_is_long_gone(badge: Badge) -> None:
    for _ in range(MAX_IN_FLIGHT):
        make_issuance(badge)
        claim_next(badge)
    Issuance.objects.update(changed_at=timezone.now() - timedelta(seconds=78))
    waiting = make_issuance(badge)
    assert claim_next(badge) == waiting


def test_claim_leaves_a_row_until_its_time(badge: Badge) -> None:
    later = timezone.now() + timedelta(hours=1)
    make_issuance(badge, not_before=later)
    assert claim(badge) == issuances.Idle(later)


def test_claim_leaves_the_rows_of_a_held_badge_and_goes_on_with_others(badge: Badge) -> None:
    held = make_badge(badge.provider, navigatr_id=52, hold="gone", held_at=timezone.now())
    make_issuance(held)
    other = make_issuance(badge)
    assert claim_next(badge) == other
    assert claim(badge) != other


@pytest.mark.parametrize("status", [RosterStatus.PAUSED, RosterStatus.STOPPED])
def test_claim_leaves_the_rows_of_a_roster_that_does_not_run(badge: Badge, status: str) -> None:
    make_issuance(badge, roster=make_running(badge))
    Roster.objects.update(status=status)
    assert claim(badge) == issuances.Idle(None)


def test_claim_takes_rosters_in_turn(badge: Badge) -> None:
    rosters = [make_running(badge) for _ in range(2)]
    for roster in rosters:
        for _ in range(3):
            make_issuance(badge, roster=roster)
    served = [claim_next(badge).roster for _ in range(6)]
    assert served == rosters * 3


def test_claim_gives_singles_and_rosters_their_share_when_both_wait(badge: Badge) -> None:
    roster = make_running(badge)
    for _ in range(7):
        make_issuance(badge)
        make_issuance(badge, roster=roster)
    served = []
    for _ in range(10):
        served.append(claim_next(badge).roster_id)
        Issuance.objects.filter(status=S.SENDING).update(changed_at=timezone.now() - timedelta(minutes=5))
    assert 4 <= served.count(roster.pk) <= 6


def test_claim_issues_instead_of_sending_when_an_answer_is_on_file_already(badge: Badge) -> None:
    issuance = make_issuance(badge)
    claim_next(badge)
    Attempt.objects.update(outcome=Outcome.ISSUED, effect=Effect.ONE, ended_at=timezone.now())
    Issuance.objects.update(status=S.QUEUED)
    Pace.objects.update(next_slot=0.0)
    assert claim(badge) == issuances.Idle(None)
    issuance.refresh_from_db()
    assert (issuance.status, Attempt.objects.count()) == (S.ISSUED, 1)


def test_new_slot_is_another_one_and_leaves_the_claims_own_time(badge: Badge) -> None:
    make_issuance(badge)
    found = claim(badge)
    assert isinstance(found, issuances.Claimed)
    slot = take_new_slot(found)
    assert slot is not None
    assert slot - found.slot == pytest.approx(Rate(5, 2).spacing(), abs=0.02)


def test_new_slot_is_refused_when_sending_was_stopped_meanwhile(badge: Badge) -> None:
    make_issuance(badge)
    found = claim(badge)
    Connection.objects.update(stop_reason="by_staff", stopped_at=timezone.now())
    assert isinstance(found, issuances.Claimed)
    assert take_new_slot(found) is None


def test_claim_decides_by_the_consent_to_this_very_badge(badge: Badge) -> None:
    other = make_badge(badge.provider, navigatr_id=52)
    learner = make_agreed(badge)
    make_consent(learner, None, Decision.DECLINED, decided_at=timezone.now())
    make_issuance(other, learner)
    assert claim(badge) == issuances.Idle(None)


def test_claim_goes_on_when_the_clock_was_set_back_during_a_rest(badge: Badge) -> None:
    make_issuance(badge)
    Pace.objects.update(rests_until=time.time() + 3600)
    assert badge.provider.connection in queries.due_connections(timezone.now())
    assert isinstance(claim(badge), issuances.Claimed)
