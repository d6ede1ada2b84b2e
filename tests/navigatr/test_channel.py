"""The one connection of a call: when it is opened, and when its first byte leaves."""

import http.client
import socket
import threading
from pathlib import Path

import pytest

from issuing.enums import Outcome
from issuing.exceptions import NoEffect
from issuing.navigatr import BeforeFirstByte, Channel, boottime, deadline_guard
from tests.navigatr.server import CALL, ScriptedServer, answer, reset, send, wait_for_bytes
from tests.practice.wire import until


def refuse() -> None:
    raise BeforeFirstByte("Too late.")


def test_channel_sends_one_whole_request_when_nothing_is_in_the_way() -> None:
    with ScriptedServer(answer(200, {"id": 7})) as server:
        seen = send(server)
        (request,) = server.settled()
    assert (seen.wrote, seen.status_code, seen.body, seen.error) == (True, 200, b'{"id": 7}', "")
    assert request.startswith(b"PUT /v1/badge/51/issue HTTP/1.1\r\n")
    assert request.endswith(b'\r\n\r\n{"recipient_email": "a@example.org"}')
    assert server.connections == 1


def test_channel_sends_only_its_own_headers_when_called() -> None:
    with ScriptedServer() as server:
        send(server)
        head = server.settled()[0].partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    sent = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in head}
    sent.pop("host"), sent.pop("content-length")
    assert sent == {
        "accept": "application/json",
        "accept-encoding": "identity",
        "content-type": "application/json",
        "user-agent": "navigatr-admin",
        "x-access-token": "secret-token",
    }


def test_guard_lets_no_byte_through_when_it_refuses() -> None:
    with ScriptedServer() as server:
        with Channel.open(server.config()) as channel:
            seen = channel.send(CALL, guard=refuse)
        arrived = server.settled()
    assert (seen.wrote, seen.aborted, seen.status_code, seen.error) == (False, True, None, "Too late.")
    assert (arrived, server.connections) == ([b""], 1)


def test_guard_runs_after_the_new_connection_when_the_idle_one_was_dropped() -> None:
    with ScriptedServer(drop=1) as server, Channel.open(server.config()) as channel:
        assert server.dropped.wait(5)
        seen = channel.send(CALL, guard=lambda: until(lambda: server.connections == 2))
    assert (seen.wrote, seen.status_code, server.connections) == (True, 200, 2)


def test_guard_lets_no_byte_through_when_it_refuses_after_a_dropped_connection() -> None:
    with ScriptedServer(drop=1) as server:
        with Channel.open(server.config()) as channel:
            assert server.dropped.wait(5)
            seen = channel.send(CALL, guard=refuse)
        arrived = server.settled()
    assert (seen.wrote, seen.aborted, arrived, server.connections) == (False, True, [b""], 2)


@pytest.mark.parametrize("error", [BrokenPipeError, ConnectionResetError, ValueError])
def test_call_has_no_effect_when_the_guard_itself_fails(error: type[Exception]) -> None:
    def broken() -> None:
        raise error("broken")

    with ScriptedServer() as server:
        with Channel.open(server.config()) as channel:
            seen = channel.send(CALL, guard=broken)
        arrived = server.settled()
    assert (seen.wrote, seen.aborted, seen.status_code, arrived) == (False, False, None, [b""])
    assert "no answer in time" not in seen.error


@pytest.mark.parametrize("ago", [2.1, 3600.0])
def test_deadline_guard_aborts_when_the_claim_is_older_than_its_limit(ago: float) -> None:
    guard = deadline_guard(boottime() - ago)
    with pytest.raises(BeforeFirstByte):
        guard()


def test_deadline_guard_lets_the_call_go_when_the_claim_is_as_old_as_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issuing.navigatr.channel.boottime", lambda: 102.0)
    with ScriptedServer() as server, Channel.open(server.config()) as channel:
        seen = channel.send(CALL, guard=deadline_guard(100.0))
    assert (seen.wrote, seen.aborted, seen.status_code) == (True, False, 200)


def test_rest_of_a_call_goes_nowhere_when_its_connection_ended_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    write = http.client.HTTPConnection.send

    def write_and_close(self: http.client.HTTPConnection, data: bytes) -> None:
        write(self, data)
        self.close()

    monkeypatch.setattr(http.client.HTTPConnection, "send", write_and_close)
    with ScriptedServer() as server:
        seen = send(server)
        (arrived,) = server.settled()
    assert (seen.wrote, seen.status_code, server.connections) == (True, None, 1)
    assert (arrived.endswith(b"\r\n\r\n"), b"a@example.org" in arrived) == (True, False)


def test_call_of_a_process_that_froze_after_the_check_goes_nowhere_when_its_connection_ended_meanwhile() -> None:
    with ScriptedServer() as server, Channel.open(server.config()) as channel:
        seen = channel.send(CALL, guard=channel._wire.expire)
        arrived = server.settled()
    assert (seen.wrote, seen.status_code, arrived, server.connections) == (True, None, [b""], 1)


def test_call_fails_without_effect_when_the_server_has_gone_before_it() -> None:
    with ScriptedServer(drop=1) as server:
        channel = Channel.open(server.config())
        assert server.dropped.wait(5)
    seen = channel.send(CALL)
    assert (seen.wrote, seen.status_code) == (False, None)
    assert seen.error == "Navigatr could not be reached: it refused the connection."


def test_unasked_answer_is_not_taken_for_ours_when_the_server_spoke_first() -> None:
    with ScriptedServer(answer(200, {"id": 7}), greeting=answer(408, {"detail": "idle"})) as server:
        with Channel.open(server.config()) as channel:
            wait_for_bytes(channel)
            seen = channel.send(CALL)
        server.settled()
    assert server.connections == 2
    assert (seen.wrote, seen.status_code) == (True, 408)


def test_channel_opens_nothing_when_the_port_is_closed() -> None:
    with ScriptedServer() as server:
        config = server.config()
    with pytest.raises(NoEffect) as caught:
        Channel.open(config)
    assert caught.value.outcome is Outcome.UNREACHABLE
    assert str(caught.value) == "Navigatr could not be reached: it refused the connection."
    assert caught.value.__context__ is None


def test_channel_opens_nothing_when_the_name_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with ScriptedServer() as server, pytest.raises(NoEffect, match="its name could not be found"):
        Channel.open(server.config())


def test_channel_gives_up_when_the_name_look_up_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: ended.wait(30))
    with ScriptedServer() as server, pytest.raises(NoEffect, match="no connection in time"):
        Channel.open(server.config(connect_timeout=0.1))
    assert ended.is_set() is False
    ended.set()


def test_channel_age_grows_when_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 100.0, 104.5])
    monkeypatch.setattr("issuing.navigatr.channel.boottime", lambda: next(clock))
    with ScriptedServer() as server, Channel.open(server.config()) as channel:
        assert channel.age == 4.5


def test_channel_refuses_a_second_call_when_it_was_used() -> None:
    with ScriptedServer() as server:
        channel = Channel.open(server.config())
        channel.send(CALL)
        with pytest.raises(RuntimeError, match="one call"):
            channel.send(CALL)
        assert len(server.settled()) == 1


def test_redirect_is_not_followed_when_it_names_another_host() -> None:
    with ScriptedServer() as other:
        away = answer(307, {}, [f"Location: http://127.0.0.1:{other.port}/v1/badge/51/issue"])
        with ScriptedServer(away) as server:
            seen = send(server)
        assert (seen.status_code, len(server.requests), other.settled(), other.connections) == (307, 1, [], 0)


@pytest.mark.parametrize("location", ["http://[bad", "ftp://example.org", "", "/v1/badge/51/issue"])
def test_redirect_is_seen_as_it_is_when_its_target_is_odd(location: str) -> None:
    with ScriptedServer(answer(302, {}, [f"Location: {location}"])) as server:
        seen = send(server)
    assert (seen.status_code, seen.body, len(server.requests)) == (302, b"{}", 1)


def test_environment_is_ignored_when_it_names_proxies_and_passwords(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stranger password stranger\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with ScriptedServer() as proxy, ScriptedServer() as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "")
        seen = send(server)
        assert (seen.status_code, proxy.settled(), proxy.connections) == (200, [], 0)
    assert b"authorization" not in server.requests[0].lower()


@pytest.mark.parametrize("status", [429, 503])
def test_call_is_not_repeated_when_the_answer_asks_to_come_back(status: int) -> None:
    with ScriptedServer(answer(status, {"detail": "later"}, ["Retry-After: 0"])) as server:
        seen = send(server)
        assert (seen.status_code, len(server.settled())) == (status, 1)


def test_call_is_not_repeated_when_the_connection_is_reset() -> None:
    with ScriptedServer(reset) as server:
        seen = send(server)
        assert (seen.wrote, seen.status_code, len(server.settled())) == (True, None, 1)
    assert seen.error == "The call was sent and no whole answer came: the connection broke off."
