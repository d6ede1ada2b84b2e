"""Whatever breaks before the first byte had no effect; whatever breaks after it is unknown."""

import http.client
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest
import urllib3

from issuing.enums import Outcome
from issuing.exceptions import NavigatrError, NoEffect, OutcomeUnknown
from issuing.navigatr import AccessToken, BeforeFirstByte, Guard, NavigatrClient, Recipient
from tests.navigatr.errors import all_errors
from tests.navigatr.server import ScriptedServer, answer

ANSWER = {"id": 8001, "badge_id": 51, "recipient_email": "ana@example.org"}
Fail = Callable[[type[Exception]], None]


@pytest.fixture(scope="module")
def client() -> Iterator[NavigatrClient]:
    with ScriptedServer(answer(200, ANSWER)) as server:
        yield NavigatrClient(server.config(read_timeout=0.3), AccessToken("secret-token"))


def issue(client: NavigatrClient, guard: Guard | None = None) -> object:
    """What came of a call: its error's class and outcome, or what was issued."""
    try:
        return client.issue_badge(51, Recipient("Ana", "Ng", "ana@example.org"), guard=guard)
    except NavigatrError as error:
        return type(error), error.outcome


def raising(kind: type[Exception]) -> Callable[..., NoReturn]:
    def fail(*args: Any, **kwargs: Any) -> NoReturn:
        raise kind.__new__(kind)

    return fail


def test_errors_are_all_there_when_they_are_looked_for() -> None:
    names = {f"{kind.__module__}.{kind.__name__}" for kind in all_errors()}
    assert {
        "requests.exceptions.ReadTimeout",
        "urllib3.exceptions.ProtocolError",
        "http.client.RemoteDisconnected",
        "ssl.SSLEOFError",
        "socket.gaierror",
        "builtins.ConnectionResetError",
    } <= names
    assert len(names) > 120


def test_badge_is_issued_when_nothing_breaks(client: NavigatrClient) -> None:
    assert issue(client).assertion_id == "8001"  # type: ignore[attr-defined]


def test_call_had_no_effect_when_anything_breaks_while_connecting(
    client: NavigatrClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = {}
    for kind in all_errors():
        monkeypatch.setattr("issuing.navigatr.connection._first_to_connect", raising(kind))
        got[kind] = issue(client)
    assert got == dict.fromkeys(all_errors(), (NoEffect, Outcome.UNREACHABLE))


def test_call_had_no_effect_when_anything_breaks_just_before_the_first_byte(client: NavigatrClient) -> None:
    got = {kind: issue(client, guard=raising(kind)) for kind in all_errors()}
    assert got == dict.fromkeys(all_errors(), (NoEffect, Outcome.UNREACHABLE))


def test_call_was_given_up_when_the_guard_says_so(client: NavigatrClient) -> None:
    assert issue(client, guard=raising(BeforeFirstByte)) == (NoEffect, Outcome.ABORTED)


AFTER = {
    "writing": (http.client.HTTPConnection, "send"),
    "reading_the_head": (http.client.HTTPResponse, "begin"),
    "reading_the_body": (urllib3.HTTPResponse, "stream"),
}


@pytest.mark.parametrize("where", AFTER)
def test_outcome_is_unknown_when_anything_breaks_after_the_first_byte(
    client: NavigatrClient, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    got = {}
    for kind in all_errors():
        monkeypatch.setattr(*AFTER[where], raising(kind))
        got[kind] = issue(client)
    assert got == dict.fromkeys(all_errors(), (OutcomeUnknown, Outcome.UNKNOWN))
