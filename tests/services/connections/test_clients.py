"""Each connection proves who it is by its own scheme; a password token is kept, and renewed before it ends."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection as database
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import AuthScheme, Outcome
from issuing.exceptions import NoEffect
from issuing.fields import Secret
from issuing.models import Connection
from issuing.navigatr import AccessToken, Bearer, Token
from issuing.practice import PracticeServer
from issuing.services import connections
from issuing.services.connections import clients
from tests.factories import make_connection
from tests.services.connections.conftest import PASSWORD, calls, connect

pytestmark = pytest.mark.django_db
SIGN_IN = "POST /token 200"


@pytest.fixture
def account(practice: PracticeServer) -> Connection:
    """An account that signs in with a password; its token is not fetched yet."""
    return make_connection(practice.base_url, token=PASSWORD.stored("password"), scheme=AuthScheme.PASSWORD)


def ends_in(account: Connection, **time: float) -> None:
    account.access_token, account.access_token_expires_at = Secret("old"), timezone.now() + timedelta(**time)
    account.save()


def test_client_is_configured_by_the_settings_when_made(settings: Settings) -> None:
    settings.NAVIGATR_READ_TIMEOUT, settings.NAVIGATR_PROXY, settings.NAVIGATR_CA_BUNDLE = 7.0, "http://p:1", "/ca"
    config = connections.config("https://api.navigatr.app/v1")

    assert (config.read_timeout, config.proxy, config.ca_bundle) == (7.0, "http://p:1", "/ca")
    assert config.allowed_hosts == ("api.navigatr.app", "stagapi.navigatr.app")


@pytest.mark.parametrize(
    ("scheme", "kind", "header"),
    [
        (AuthScheme.ACCESS_TOKEN, AccessToken, {"X-Access-Token": "the-pat"}),
        (AuthScheme.BEARER, Bearer, {"Authorization": "Bearer the-pat"}),
        (AuthScheme.PASSWORD, Bearer, {"Authorization": "Bearer short-lived"}),
    ],
)
def test_exactly_one_header_proves_who_we_are_when_calling(scheme: str, kind: type, header: dict[str, str]) -> None:
    account = Connection(scheme=scheme, secret=Secret("the-pat"), access_token=Secret("short-lived"))
    made = connections.credentials(account)

    assert (type(made), made.headers()) == (kind, header)


@pytest.mark.parametrize(
    ("scheme", "time", "is_due"),
    [
        (AuthScheme.PASSWORD, {"minutes": 3}, False),
        (AuthScheme.PASSWORD, {"seconds": 119}, True),
        (AuthScheme.PASSWORD, {"minutes": -1}, True),
        (AuthScheme.BEARER, {"minutes": -1}, False),
        (AuthScheme.ACCESS_TOKEN, {"minutes": -1}, False),
    ],
)
def test_token_is_due_when_it_ends_within_two_minutes(scheme: str, time: dict[str, float], is_due: bool) -> None:
    ends = timezone.now() + timedelta(**time)
    account = Connection(scheme=scheme, access_token=Secret("t"), access_token_expires_at=ends)

    assert connections.token_is_due(account) == is_due


def test_token_is_fetched_and_kept_encrypted_when_there_is_none(account: Connection, practice: PracticeServer) -> None:
    connections.renew_token(account)
    token = Connection.objects.get().access_token.reveal()
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token FROM issuing_connection")
        column = cursor.fetchone()[0]

    assert (calls(practice), account.access_token.reveal(), token in column) == ([SIGN_IN], token, False)
    assert connections.client_for(account).user().id == "7"


@pytest.mark.parametrize(("minutes", "fetched"), [(9.0, 0), (1.0, 1), (-60.0, 1)])
def test_token_is_renewed_before_it_ends_when_a_client_is_made(
    minutes: float, fetched: int, account: Connection, practice: PracticeServer
) -> None:
    ends_in(account, minutes=minutes)
    connections.client_for(account)

    assert calls(practice) == [SIGN_IN] * fetched


def test_token_is_fetched_once_when_connecting(practice: PracticeServer) -> None:
    account = connect(practice, PASSWORD, scheme="password").connection
    connections.client_for(Connection.objects.get(pk=account.pk)).user()

    assert calls(practice).count(SIGN_IN) == 1


def test_token_is_fetched_anew_when_it_was_refused(account: Connection, practice: PracticeServer) -> None:
    connections.renew_token(account)
    first = account.access_token.reveal()
    connections.renew_token(account, anew=True)

    assert (calls(practice), account.access_token.reveal() == first) == ([SIGN_IN] * 2, False)


@pytest.mark.parametrize("anew", [False, True])
def test_token_is_taken_over_when_another_process_fetched_one_meanwhile(
    anew: bool, account: Connection, practice: PracticeServer
) -> None:
    other = Connection.objects.get()
    connections.renew_token(other)
    connections.renew_token(account, anew=anew)

    assert (calls(practice), account.access_token.reveal()) == ([SIGN_IN], other.access_token.reveal())


def test_other_schemes_fetch_nothing_when_asked_to_renew(practice: PracticeServer) -> None:
    connections.renew_token(make_connection(practice.base_url), anew=True)

    assert calls(practice) == []


def test_wrong_password_is_told_when_renewing(account: Connection) -> None:
    account.secret = Secret(json.dumps({"username": "owner@example.org", "password": "wrong"}))
    account.save()

    with pytest.raises(NoEffect) as caught:
        connections.renew_token(account)
    assert (caught.value.outcome, Connection.objects.get().access_token) == (Outcome.UNAUTHORISED, None)


def test_token_of_a_replaced_password_is_not_kept_when_it_comes_late(
    account: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch_while_replaced(_: Connection) -> Token:
        Connection.objects.update(secret_version=2)
        return Token("late", expires_in=600.0)

    monkeypatch.setattr(clients, "_fetch", fetch_while_replaced)
    connections.renew_token(account)

    assert Connection.objects.get().access_token is None


@pytest.mark.parametrize(("lives", "due_after"), [(600, 480), (300, 180), (241, 121), (240, 120), (60, 30), (10, 5)])
def test_token_is_due_two_minutes_or_half_its_life_before_its_end_when_kept(lives: float, due_after: float) -> None:
    account = Connection(scheme=AuthScheme.PASSWORD)
    start = datetime(2026, 5, 4, 12, 0, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(start, tick=False) as clock:
        clients.keep_token(account, Token("t", expires_in=lives))
        clock.shift(due_after - 0.5)
        before = connections.token_is_due(account)
        clock.shift(1)

        assert (before, connections.token_is_due(account)) == (False, True)


def renew_in_two_threads(account: Connection) -> None:
    def renew(_: int) -> None:
        try:
            connections.renew_token(Connection.objects.get(pk=account.pk))
        finally:
            database.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(renew, range(2)))


@pytest.mark.django_db(transaction=True)
def test_token_is_fetched_once_when_two_threads_need_it(account: Connection, practice: PracticeServer) -> None:
    renew_in_two_threads(account)

    assert calls(practice) == [SIGN_IN]


@pytest.mark.django_db(transaction=True)
def test_kept_token_is_good_when_two_processes_fetch_at_the_same_moment(
    account: Connection, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NotShared(dict[int, threading.Lock]):
        def setdefault(self, *_: Any) -> threading.Lock:
            return threading.Lock()

    both, fetch = threading.Barrier(2, timeout=20), clients._fetch
    monkeypatch.setattr(clients, "_renewing", NotShared())
    monkeypatch.setattr(clients, "_fetch", lambda account: (both.wait(), fetch(account))[1])
    renew_in_two_threads(account)

    assert calls(practice) == [SIGN_IN] * 2
    assert connections.client_for(Connection.objects.get()).user().id == "7"
