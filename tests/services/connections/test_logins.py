"""A login that is not saved yet is verified no faster than the limit, and shown nowhere."""

import json
import pickle
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from pytest_django import Settings

from issuing.enums import Outcome
from issuing.exceptions import InvalidInput, OutcomeUnknown, Rejected
from issuing.models import Connection, Pace
from issuing.navigatr import NavigatrClient
from issuing.navigatr import Provider as RemoteProvider
from issuing.navigatr import User as RemoteUser
from issuing.practice import PracticeServer
from issuing.services.connections import Login, fingerprint
from tests.factories import make_connection
from tests.services.connections.conftest import OWNER, PASSWORD, calls, connect

EVERYWHERE = Login(token="practice-pat-everywhere")


@pytest.fixture
def lists_without_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of organisations that names no status, as the real one may."""
    listed = NavigatrClient.providers

    def providers(client: NavigatrClient) -> tuple[RemoteProvider, ...]:
        return tuple(replace(provider, status="") for provider in listed(client))

    monkeypatch.setattr(NavigatrClient, "providers", providers)


@pytest.mark.parametrize("show", [repr, str, "{}".format, lambda login: f"{login!s}"])
def test_login_shows_only_that_it_is_one_when_printed(show: Callable[[Login], str]) -> None:
    assert (show(OWNER), show(PASSWORD)) == ("<login>", "<login>")


@pytest.mark.parametrize("take", [json.dumps, pickle.dumps, vars])
def test_login_refuses_when_taken_for_data(take: Callable[[Login], object]) -> None:
    with pytest.raises(TypeError):
        take(PASSWORD)


def test_fingerprint_tells_two_secrets_apart_when_compared() -> None:
    assert (fingerprint("a") == fingerprint("a"), fingerprint("a") == fingerprint("b"), len(fingerprint("a"))) == (
        True,
        False,
        8,
    )


def test_fingerprint_cannot_be_guessed_at_when_the_instance_s_key_is_unknown(settings: Settings) -> None:
    here = fingerprint("password1")
    settings.SECRET_KEY = "another"

    assert here != fingerprint("password1")


@pytest.mark.django_db
def test_status_is_read_for_each_when_the_list_leaves_it_out(
    practice: PracticeServer, lists_without_status: None
) -> None:
    found = connect(practice, EVERYWHERE)

    assert [provider.navigatr_id for provider in found.providers] == [12, 13]
    assert calls(practice)[2:] == [f"GET /provider/{number} 200" for number in (12, 13, 14, 15)]


@pytest.mark.django_db
def test_limit_is_kept_when_a_new_account_sees_many_organisations(
    tmp_path: Path, settings: Settings, lists_without_status: None
) -> None:
    with PracticeServer(tmp_path / "ledger.sqlite3", rate="5/0.5") as practice:
        settings.NAVIGATR_HOSTS, settings.NAVIGATR_RATE = [f"{practice.host}:{practice.port}"], "5/1"
        connect(practice, EVERYWHERE)
        summary = practice.practice.summary()

    assert (summary["calls"], summary["refused_429"]) == (6, 0)


@pytest.mark.parametrize("error", [Rejected, OutcomeUnknown])
@pytest.mark.django_db
def test_organisation_is_taken_as_listed_when_it_cannot_be_read(
    error: type, practice: PracticeServer, lists_without_status: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(client: NavigatrClient, number: int) -> RemoteProvider:
        raise error("odd", outcome=Outcome.UNKNOWN)

    monkeypatch.setattr(NavigatrClient, "provider", unreadable)

    assert [provider.status for provider in connect(practice).providers] == [""]


@pytest.mark.django_db
def test_nothing_is_saved_when_navigatr_does_not_say_whose_token_it_is(
    practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NavigatrClient, "user", lambda client: RemoteUser.from_json({}))

    with pytest.raises(InvalidInput, match="whose token"):
        connect(practice)
    assert Connection.objects.count() == 0


@pytest.mark.django_db
def test_verification_waits_when_the_account_it_may_be_rests(practice: PracticeServer) -> None:
    connect(practice)
    until = time.time() + 0.3
    Pace.objects.update(rests_until=until)
    connect(practice)

    arrivals = [call["arrived"] for call in practice.practice.ledger.calls()]
    assert [arrived >= until for arrived in arrivals] == [False, False, True, True]


@pytest.mark.django_db
def test_only_its_own_pace_counts_when_it_is_known_whose_login_it_is(practice: PracticeServer) -> None:
    known, other = connect(practice).connection, make_connection(practice.base_url)
    connect(practice)
    elsewhere = make_connection("https://stagapi.navigatr.app/v1")

    slots: dict[Any, int] = dict(Pace.objects.values_list(F("connection"), "slot_no"))
    # 4, 1 and 0, were no slot ever missed on a busy machine.
    assert slots[elsewhere.pk] == 0 < slots[other.pk] < slots[known.pk] - 1
