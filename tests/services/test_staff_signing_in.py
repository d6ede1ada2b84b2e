"""How often somebody may try to sign in."""

from datetime import timedelta

import pytest
import time_machine

from issuing.models import SignInFailure
from issuing.services import staff

pytestmark = pytest.mark.django_db

START = "2026-09-14T12:00:00Z"
HERE = "192.0.2.7"


def tried(times: int, username: str = "robin", address: str = HERE) -> timedelta:
    """How long the last of so many tries has to wait."""
    waits = [staff.begin_sign_in(username=username, address=address) for _ in range(times)]
    return waits[-1]


def test_eleventh_try_waits_until_the_first_is_ten_minutes_old() -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert tried(1) == timedelta(0)
        clock.shift(60)
        assert tried(9) == timedelta(0)
        assert tried(1) == timedelta(minutes=9)
        clock.shift(540)
        assert tried(1) == timedelta(0)


def test_waiting_is_not_made_longer_by_trying() -> None:
    with time_machine.travel(START, tick=False) as clock:
        tried(50)
        clock.shift(599)
        assert tried(50) == timedelta(seconds=1)
        clock.shift(1)
        assert tried(1) == timedelta(0)
        assert SignInFailure.objects.count() == 1


@pytest.mark.parametrize("other", [{"username": "zed"}, {"address": "192.0.2.8"}])
def test_another_name_or_place_need_not_wait(other: dict[str, str]) -> None:
    tried(11)
    assert tried(1, **other) == timedelta(0)


@pytest.mark.parametrize("same", ["ROBIN", " robin ", "ｒobin"])
def test_name_is_the_same_however_it_is_written(same: str) -> None:
    tried(10)
    assert tried(1, same) > timedelta(0)


def test_name_that_is_tried_from_everywhere_waits_too() -> None:
    for number in range(100):
        assert tried(1, address=f"192.0.2.{number}") == timedelta(0)
    assert tried(1, address="198.51.100.1") > timedelta(0)


def test_who_signs_in_has_all_tries_again() -> None:
    tried(10)
    staff.signed_in(username="Robin", address=HERE)
    assert tried(10) == timedelta(0)


def test_neither_name_nor_address_is_kept() -> None:
    tried(1)
    kept = SignInFailure.objects.values_list("account", "address").get()
    assert [word for word in ("robin", HERE) if word in kept] == []
    assert [len(one) for one in kept] == [64, 64]
