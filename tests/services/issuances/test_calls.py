"""One claimed call: at its slot, with the claim's own deadline, whatever happens."""

import time
from dataclasses import replace

import pytest

from issuing import queries
from issuing.enums import Outcome
from issuing.models import Attempt, Badge, Pace
from issuing.navigatr import Channel, boottime
from issuing.practice import PracticeServer
from issuing.services import connections, issuances
from issuing.services.issuances import calls
from tests.factories import make_issuance


def claimed(badge: Badge, **details: str) -> issuances.Claimed:
    make_issuance(badge, **details)
    found = issuances.claim(badge.provider.connection_id, worker="test")
    assert isinstance(found, issuances.Claimed)
    return found


def make(claim: issuances.Claimed) -> calls.Ended:
    with Channel.open(connections.config(claim.connection.base_url)) as channel:
        return calls.make(claim, channel)


def test_call_sends_exactly_what_the_issuance_holds(badge: Badge, practice: PracticeServer) -> None:
    details = {"evidence_text": "Portfolio", "evidence_url": "https://example.org/a", "end_date": "2027-01-31"}
    claim = claimed(badge, **details)
    ended = make(claim)
    kept = practice.practice.ledger.assertion_or_none(int(ended.assertion_id))
    assert kept is not None
    assert (kept.firstname, kept.lastname, kept.email) == ("Zoë", "Núñez", claim.issuance.email)
    assert {name: getattr(kept, name) for name in details} == details
    assert (kept.badge_id, kept.provider_id) == (51, 12)


def test_call_is_not_begun_when_its_claim_is_two_seconds_old(badge: Badge, practice: PracticeServer) -> None:
    claim = replace(claimed(badge), committed_at=boottime() - 2.1)
    ended = make(claim)
    assert (ended.outcome, practice.practice.summary()["calls"]) == (Outcome.ABORTED, 0)


def test_call_is_not_begun_when_the_claim_grew_old_while_it_slept(badge: Badge, practice: PracticeServer) -> None:
    claim = replace(claimed(badge), committed_at=boottime() - 1.9, slot=time.monotonic() + 0.15)
    ended = make(claim)
    assert (ended.outcome, practice.practice.summary()["calls"]) == (Outcome.ABORTED, 0)


def test_call_takes_a_new_slot_when_it_missed_its_own(badge: Badge, practice: PracticeServer) -> None:
    claim = claimed(badge)
    before = Attempt.objects.get().slot_at
    ended = make(replace(claim, slot=time.monotonic() - 0.5))
    assert (ended.outcome, practice.practice.summary()["emails"]) == (Outcome.ISSUED, 1)
    assert Attempt.objects.get().slot_at > before


def test_new_slot_does_not_restart_the_two_seconds(badge: Badge, practice: PracticeServer) -> None:
    claim = claimed(badge)
    Pace.objects.update(next_slot=queries.database_time() + 0.09)
    ended = make(replace(claim, committed_at=boottime() - 1.95, slot=time.monotonic() - 0.5))
    assert (ended.outcome, practice.practice.summary()["calls"]) == (Outcome.ABORTED, 0)
    assert Attempt.objects.get().slot_at > claim.attempt.slot_at


def test_age_of_a_claim_counts_the_time_a_machine_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(time, "clock_gettime", lambda clock: asked.append(clock) or 1.0)
    assert (boottime(), asked) == (1.0, [time.CLOCK_BOOTTIME])


def test_call_is_not_begun_when_its_token_cannot_be_read(badge: Badge, practice: PracticeServer) -> None:
    claim = claimed(badge)
    object.__setattr__(claim.connection, "scheme", "password")
    ended = make(claim)
    assert (ended.outcome, practice.practice.summary()["calls"]) == (Outcome.ABORTED, 0)
