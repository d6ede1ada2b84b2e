"""The lease: one sender a connection, not all workers, and no waking lost."""

import os
import socket
import subprocess
import sys
import time

import pytest
from django_q.models import OrmQ
from pytest_django import Settings

from issuing.models import Pace
from issuing.services.issuances import leases, wake_due
from tests.factories import make_badge, make_connection, make_issuance, make_provider

pytestmark = pytest.mark.django_db


def woken() -> list[int]:
    """The connections for which a sender was enqueued."""
    return [queued.task["args"][0] for queued in OrmQ.objects.order_by("pk")]


def test_lease_is_taken_once_and_again_when_it_ran_out() -> None:
    connection = make_connection()
    assert [leases.take(connection.pk, name) for name in ("one", "two", "one")] == [True, False, True]
    Pace.objects.update(lease_until=time.time() - 1)
    assert leases.take(connection.pk, "two")
    assert not leases.keep(connection.pk, "one")


def test_lease_is_refused_when_all_but_one_worker_of_the_cluster_send(settings: Settings) -> None:
    settings.WORKERS = 2
    first, second = make_connection(), make_connection()
    assert [leases.take(first.pk, "one"), leases.take(second.pk, "two")] == [True, False]


def test_handing_on_wakes_the_same_connection_when_it_has_more_to_send() -> None:
    connection = make_issuance(make_badge()).badge.provider.connection
    leases.take(connection.pk, "one")
    leases.hand_on(connection.pk, "one")
    assert (woken(), Pace.objects.get().lease_until) == ([connection.pk], 0.0)


def test_handing_on_wakes_another_connection_when_it_has_nothing_itself() -> None:
    done = make_connection()
    other = make_issuance(make_badge(make_provider(navigatr_id=13))).badge.provider.connection
    leases.take(done.pk, "one")
    leases.hand_on(done.pk, "one")
    assert woken() == [other.pk]


def test_handing_on_wakes_nobody_when_nothing_is_due() -> None:
    connection = make_connection()
    leases.take(connection.pk, "one")
    leases.hand_on(connection.pk, "one")
    assert woken() == []


def test_waking_leaves_out_connections_with_nothing_due() -> None:
    make_connection()
    due = make_issuance(make_badge()).badge.provider.connection
    assert (wake_due(), woken()) == (1, [due.pk])


def test_lease_of_a_process_that_is_gone_is_taken_at_once() -> None:
    connection = make_connection()
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    leases.take(connection.pk, f"{socket.gethostname()}:{gone.pid}:abc")
    assert leases.take(connection.pk, "two")


def test_lease_of_a_dead_process_nobody_buried_is_taken_at_once() -> None:
    connection = make_connection()
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
        leases.take(connection.pk, f"{socket.gethostname()}:{dead.pid}:abc")
        assert leases.take(connection.pk, "two")


def test_lease_of_a_process_that_lives_is_not_taken() -> None:
    connection = make_connection()
    leases.take(connection.pk, f"{socket.gethostname()}:{os.getpid()}:abc")
    assert not leases.take(connection.pk, "two")


def test_lease_from_before_the_clock_was_set_back_is_not_held() -> None:
    connection = make_connection()
    assert leases.take(connection.pk, "another:1:a")
    Pace.objects.update(lease_until=time.time() + 3600)
    assert leases.take(connection.pk, "mine:1:b")
    assert not leases.take(connection.pk, "third:1:c")
