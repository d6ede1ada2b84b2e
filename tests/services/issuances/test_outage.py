"""An outage: few rows are left without an answer, nothing is lost, and issuing goes on by itself afterwards."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from issuing.enums import BreakerState, IssuanceStatus, Outcome
from issuing.exceptions import NoEffect
from issuing.models import Attempt, Badge, Issuance, Pace
from issuing.navigatr import NavigatrClient
from issuing.practice import PracticeServer
from issuing.services import connections, issuances
from issuing.services.issuances import calls, reaping, recording, sending
from tests.factories import make_agreed, make_issuance

pytestmark = pytest.mark.once

S = IssuanceStatus
UNREACHABLE = "127.0.0.1:9"


@pytest.fixture
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An outage in shortened time: rests of a tenth of a second."""
    settings.NAVIGATR_BREAKER_SECONDS = 0.1
    monkeypatch.setattr(sending, "BUDGET", 0.5)


def failing(badge: Badge, count: int, fault: str = "502-html") -> list[Issuance]:
    return [make_issuance(badge, make_agreed(badge, f"ana{number}+{fault}@example.org")) for number in range(count)]


def open_breaker(badge: Badge) -> Pace:
    """The pace of a connection whose breaker has just opened."""
    failing(badge, 3)
    issuances.send(badge.provider.connection_id)
    return Pace.objects.get()


def over(pace: Pace) -> None:
    """Let its rest be over."""
    pace.rests_until = 0.0
    pace.save()


def count(status: S) -> int:
    return Issuance.objects.filter(status=status).count()


def test_issuing_rests_when_three_in_a_row_gave_no_usable_answer(badge: Badge, settings: Settings) -> None:
    settings.NAVIGATR_BREAKER_SECONDS = 30.0
    failing(badge, 20)
    before = time.time()
    issuances.send(badge.provider.connection_id)
    pace = Pace.objects.get()
    assert pace.breaker_state == BreakerState.OPEN
    assert before + 29 < pace.rests_until < time.time() + 31
    assert count(S.UNCONFIRMED) <= 8
    assert count(S.UNCONFIRMED) + count(S.QUEUED) == 20


@pytest.mark.usefixtures("quick")
def test_outage_leaves_eight_open_and_one_for_each_probe_while_reads_work(
    badge: Badge, practice: PracticeServer
) -> None:
    failing(badge, 30)
    for _ in range(6):
        issuances.send(badge.provider.connection_id)
    pace = Pace.objects.get()
    assert pace.opened_in_a_row >= 3
    assert count(S.UNCONFIRMED) <= 8 + pace.opened_in_a_row
    assert practice.practice.summary()["emails"] == 0


@pytest.mark.usefixtures("quick")
def test_everything_is_sent_once_when_navigatr_is_back(badge: Badge, practice: PracticeServer) -> None:
    failing(badge, 3)
    good = [make_issuance(badge) for _ in range(10)]
    for _ in range(4):
        issuances.send(badge.provider.connection_id)
    assert practice.practice.summary()["recipients"] == {row.email: 1 for row in good}
    assert Pace.objects.get().breaker_state == BreakerState.CLOSED


def test_one_call_at_a_time_is_begun_when_it_is_tried_again(badge: Badge) -> None:
    over(open_breaker(badge))
    connection = badge.provider.connection
    for _ in range(2):
        make_issuance(badge)
    assert isinstance(issuances.claim(connection.pk, worker="test"), issuances.Silent)
    connections.ask(connection)
    probe = issuances.claim(connection.pk, worker="test")
    assert isinstance(probe, issuances.Claimed)
    time.sleep(0.02)
    assert not isinstance(issuances.claim(connection.pk, worker="test"), issuances.Claimed)
    assert Pace.objects.get().probe == probe.attempt


def test_killed_probe_is_counted_when_its_row_is_found(badge: Badge) -> None:
    over(open_breaker(badge))
    make_issuance(badge)
    connections.ask(badge.provider.connection)
    probe = issuances.claim(badge.provider.connection_id, worker="killed")
    assert isinstance(probe, issuances.Claimed)
    Issuance.objects.filter(pk=probe.issuance.pk).update(
        changed_at=timezone.now() - reaping.reap_age() - timedelta(seconds=1)
    )
    issuances.reap()
    pace = Pace.objects.get()
    assert (pace.breaker_state, pace.opened_in_a_row, pace.probe) == (BreakerState.OPEN, 2, None)
    assert Attempt.objects.get(pk=probe.attempt.pk).outcome == ""


def test_rest_doubles_when_the_read_is_not_answered(badge: Badge, settings: Settings) -> None:
    pace = open_breaker(badge)
    over(pace)
    settings.NAVIGATR_BREAKER_SECONDS = 30.0
    settings.NAVIGATR_HOSTS = [UNREACHABLE]
    badge.provider.connection.base_url = f"http://{UNREACHABLE}/v1"
    with pytest.raises(NoEffect):
        connections.ask(badge.provider.connection)
    pace.refresh_from_db()
    assert (pace.breaker_state, pace.opened_in_a_row) == (BreakerState.OPEN, 2)
    assert time.time() + 55 < pace.rests_until < time.time() + 61


def test_read_asks_first_and_goes_on_when_navigatr_is_back(badge: Badge, practice: PracticeServer) -> None:
    over(open_breaker(badge))
    before = practice.practice.summary()["calls"]
    owner = connections.read(badge.provider.connection, NavigatrClient.user)
    assert owner.id
    assert practice.practice.summary()["calls"] == before + 2
    assert Pace.objects.get().breaker_state == BreakerState.HALF_OPEN


def test_read_is_turned_away_while_it_rests(badge: Badge, settings: Settings, practice: PracticeServer) -> None:
    settings.NAVIGATR_BREAKER_SECONDS = 30.0
    open_breaker(badge)
    before = practice.practice.summary()["calls"]
    with pytest.raises(NoEffect):
        connections.ask(badge.provider.connection)
    assert practice.practice.summary()["calls"] == before


def test_sender_is_woken_when_the_read_is_answered(badge: Badge) -> None:
    over(open_breaker(badge))
    OrmQ.objects.all().delete()
    connections.ask(badge.provider.connection)
    assert [task.func() for task in OrmQ.objects.all()] == ["issuing.tasks.send"]


def test_outcome_is_counted_once_when_it_is_written_twice(badge: Badge) -> None:
    make_issuance(badge)
    claimed = issuances.claim(badge.provider.connection_id, worker="test")
    assert isinstance(claimed, issuances.Claimed)
    ended = calls.Ended(Outcome.UNKNOWN)
    for _ in range(2):
        recording.record(claimed, ended)
    assert Pace.objects.get().failed_in_a_row == 1


def test_reads_go_on_while_one_badge_is_tried(badge: Badge) -> None:
    over(open_breaker(badge))
    make_issuance(badge)
    connections.ask(badge.provider.connection)
    assert isinstance(issuances.claim(badge.provider.connection_id, worker="test"), issuances.Claimed)
    assert connections.read(badge.provider.connection, NavigatrClient.user).id
    assert Pace.objects.get().breaker_state == BreakerState.HALF_OPEN
