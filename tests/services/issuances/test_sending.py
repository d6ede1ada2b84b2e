"""The sender against the practice server: real sockets, real threads, both databases."""

import os
import threading
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from issuing.enums import IssuanceStatus
from issuing.models import Attempt, Badge, Issuance, Pace
from issuing.practice import PracticeServer
from issuing.services import issuances
from issuing.services.issuances import leases, sending
from tests.factories import make_agreed, make_issuance, make_running
from tests.world import until

S = IssuanceStatus


def test_sender_issues_everything_once_when_nothing_is_in_the_way(badge: Badge, practice: PracticeServer) -> None:
    rows = [make_issuance(badge) for _ in range(3)]
    rows += [make_issuance(badge, roster=make_running(badge)) for _ in range(3)]
    issuances.send(badge.provider.connection_id)
    assert {row.status for row in Issuance.objects.all()} == {S.ISSUED}
    assert practice.practice.summary()["recipients"] == {row.email: 1 for row in rows}


def test_sender_keeps_below_the_limit_when_much_is_due(
    badge: Badge, practice: PracticeServer, settings: Settings
) -> None:
    settings.NAVIGATR_RATE = "20/1"
    practice.practice.change(sliding(practice, "20/1"))
    for _ in range(30):
        make_issuance(badge)
    issuances.send(badge.provider.connection_id)
    summary = practice.practice.summary()
    assert (summary["emails"], summary["refused_429"], summary["max_calls_in_window"] <= 20) == (30, 0, True)


def test_two_senders_issue_everything_once_when_the_lease_is_off(badge: Badge, practice: PracticeServer) -> None:
    rows = [make_issuance(badge) for _ in range(20)]
    threads = [threading.Thread(target=send_without_lease, args=(badge.provider.connection_id,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert practice.practice.summary()["recipients"] == {row.email: 1 for row in rows}
    assert Attempt.objects.count() == 20


def test_sender_does_nothing_when_another_has_the_lease(badge: Badge, practice: PracticeServer) -> None:
    make_issuance(badge)
    leases.take(badge.provider.connection_id, "another")
    issuances.send(badge.provider.connection_id)
    assert (Issuance.objects.get().status, practice.practice.summary()["calls"]) == (S.QUEUED, 0)


def test_unreachable_host_costs_no_row(badge: Badge, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    make_issuance(badge)
    practice.stop()
    monkeypatch.setattr(sending, "BUDGET", 0.5)
    issuances.send(badge.provider.connection_id)
    assert (Issuance.objects.get().status, Attempt.objects.count()) == (S.QUEUED, 0)
    assert Pace.objects.get().rests_until > timezone.now().timestamp() + 5


def test_sender_claims_nothing_more_when_its_cluster_is_being_stopped(badge: Badge, practice: PracticeServer) -> None:
    make_issuance(badge)
    cache.set(f"stopping:{os.getpgrp()}", True, 60)
    try:
        issuances.send(badge.provider.connection_id)
    finally:
        cache.delete(f"stopping:{os.getpgrp()}")
    assert (Issuance.objects.get().status, practice.practice.summary()["calls"]) == (S.QUEUED, 0)


def test_sender_hands_on_when_its_time_is_up(badge: Badge, monkeypatch: pytest.MonkeyPatch) -> None:
    make_issuance(badge)
    monkeypatch.setattr(sending, "BUDGET", 0.0)
    issuances.send(badge.provider.connection_id)
    assert OrmQ.objects.get().task["args"] == (badge.provider.connection_id,)
    assert Pace.objects.get().lease_owner == ""


def send_without_lease(connection_id: int) -> None:
    try:
        issuances.send(connection_id, with_lease=False)
    finally:
        database.close()


def sliding(practice: PracticeServer, rate: str) -> object:
    settings = practice.practice.settings
    return type(settings)(rate=type(settings.rate).parse(rate))


def test_sender_gives_the_lease_back_before_it_waits_for_its_calls(badge: Badge, practice: PracticeServer) -> None:
    make_issuance(badge, make_agreed(badge, "ana+slow-2@example.org"))
    thread = threading.Thread(target=send_and_close, args=(badge.provider.connection_id,))
    with mock.patch.object(sending, "BUDGET", 0.2):
        thread.start()
        until(lambda: practice.practice.summary()["emails"] == 1)
        until(lambda: Pace.objects.get().lease_owner == "")
        still_called = Issuance.objects.get().status == S.SENDING
        thread.join()
    assert still_called
    assert Issuance.objects.get().status == S.ISSUED


def send_and_close(connection_id: int) -> None:
    try:
        issuances.send(connection_id)
    finally:
        database.close()
