"""The one connection of a call: when its first byte leaves, and what is seen of its answer."""

import json
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from issuing.enums import Outcome
from issuing.exceptions import NoEffect
from issuing.navigatr import BeforeFirstByte, Channel, boottime, deadline_guard
from issuing.navigatr.channel import TOO_LONG, Call
from issuing.workflow.outcomes import Seen
from tests.navigatr.server import ScriptedServer, answer, drip, reset

CALL = Call("PUT", "/badge/51/issue", {"X-Access-Token": "secret-token"}, body={"recipient_email": "a@example.org"})


def refuse() -> None:
    raise BeforeFirstByte("Too late.")


def send(server: ScriptedServer, call: Call = CALL, **options: object) -> Seen:
    with Channel.open(server.config(**options)) as channel:
        return channel.send(call)


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
    connections = []
    with ScriptedServer(drop=1) as server, Channel.open(server.config()) as channel:
        assert server.dropped.wait(5)
        seen = channel.send(CALL, guard=lambda: connections.append(server.connections))
    assert (seen.wrote, seen.status_code, connections) == (True, 200, [2])


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


@pytest.mark.parametrize(("ago", "aborts"), [(0.0, False), (1.9, False), (2.1, True), (3600.0, True)])
def test_deadline_guard_aborts_when_the_claim_is_older_than_its_limit(ago: float, aborts: bool) -> None:
    guard = deadline_guard(boottime() - ago)
    try:
        guard()
    except BeforeFirstByte:
        assert aborts
    else:
        assert not aborts


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
            assert channel._session._adapter is not None
            wait_for_bytes(channel)
            seen = channel.send(CALL)
        server.settled()
    assert server.connections == 2
    assert (seen.wrote, seen.status_code) == (True, 408)


def wait_for_bytes(channel: Channel) -> None:
    handle = channel._wire._handle
    assert handle is not None
    handle.recv(1, socket.MSG_PEEK)


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


def test_channel_gives_up_in_time_when_the_name_look_up_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(1))
    began = time.monotonic()
    with ScriptedServer() as server, pytest.raises(NoEffect, match="no connection in time"):
        Channel.open(server.config(connect_timeout=0.1))
    assert time.monotonic() - began < 0.9


def test_channel_gives_up_in_time_when_tls_is_not_answered() -> None:
    with ScriptedServer(drip(b"")) as server, pytest.raises(NoEffect) as caught:
        config = server.config()
        Channel.open(as_https(config, server.port, connect_timeout=0.2))
    assert caught.value.outcome is Outcome.UNREACHABLE


def as_https(config: object, port: int, **options: float) -> object:
    from issuing.navigatr import ClientConfig

    return ClientConfig(f"https://127.0.0.1:{port}/v1", allowed_hosts=(f"127.0.0.1:{port}",), **options)


def test_channel_age_grows_when_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer() as server, Channel.open(server.config()) as channel:
        now = boottime() + 4
        monkeypatch.setattr("issuing.navigatr.channel.boottime", lambda: now)
        assert 4 <= channel.age < 6


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
    assert (seen.status_code, len(server.requests), other.connections) == (307, 1, 0)


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
    assert (seen.status_code, proxy.connections) == (200, 0)
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


def test_answer_is_taken_when_the_server_answers_and_resets_before_it_read_all() -> None:
    big = Call("PUT", "/badge/51/issue", body={"evidence_text": "x" * 8_000_000})

    def early(conn: socket.socket) -> None:
        conn.sendall(answer(413, {"detail": "Too long"}))
        conn.shutdown(socket.SHUT_RDWR)

    with EarlyServer(early) as server:
        seen = send(server, big)
    assert seen.wrote
    assert seen.status_code in (413, None)


class EarlyServer(ScriptedServer):
    """Answers after the first bytes of a request."""

    def _converse(self, conn: socket.socket) -> None:
        self.requests.append(conn.recv(100))
        script = self.scripts[0]
        assert callable(script)
        script(conn)


def test_call_is_unknown_when_the_server_resets_while_it_is_being_sent() -> None:
    big = Call("PUT", "/badge/51/issue", body={"evidence_text": "x" * 8_000_000})
    with EarlyServer(reset) as server:
        seen = send(server, big)
    assert (seen.wrote, seen.status_code) == (True, None)


CUTS = {
    "nothing": b"",
    "half_a_status": b"HTTP/1.1 2",
    "no_http": b"hello\r\n\r\n",
    "short_body": b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id": 7}',
    "no_body": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
    "unfinished_chunk": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"id"',
    "missing_last_chunk": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"id": 7}\r\n',
    "odd_chunk": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{"id": 7}\r\n',
    "two_lengths": b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 8\r\n\r\n{"id": 7}',
    "bad_gzip": b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n{"id": 7}',
    "endless_header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("cut", CUTS)
def test_answer_has_no_body_when_it_is_cut_or_malformed(cut: str) -> None:
    def script(conn: socket.socket) -> None:
        conn.sendall(CUTS[cut])
        conn.shutdown(socket.SHUT_WR)
        conn.recv(1)

    with ScriptedServer(script) as server:
        seen = send(server)
    assert (seen.wrote, seen.body) == (True, b"")
    assert seen.error.startswith("The call was sent and no whole answer came: ")


def test_status_and_headers_stand_when_only_the_body_is_cut() -> None:
    def script(conn: socket.socket) -> None:
        conn.sendall(b"HTTP/1.1 429 X\r\nRetry-After: 3\r\nContent-Length: 99\r\n\r\n")

    with ScriptedServer(script) as server:
        seen = send(server)
    assert (seen.status_code, seen.headers["retry-after"], seen.body) == (429, "3", b"")


def test_chunked_answer_is_read_whole_when_it_is_whole() -> None:
    chunks = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"id\r\n5\r\n": 7}\r\n0\r\n\r\n'
    with ScriptedServer(chunks) as server:
        seen = send(server)
    assert (seen.body, seen.error) == (b'{"id": 7}', "")


@pytest.mark.parametrize(("size", "kept"), [(1000, True), (1001, False)])
def test_answer_is_dropped_when_it_is_longer_than_its_cap(size: int, kept: bool) -> None:
    body = json.dumps("x" * (size - 2)).encode()
    with ScriptedServer(answer(200, raw=body)) as server:
        seen = send(server, Call("GET", "/user_detail/0", max_bytes=1000))
    assert (len(seen.body), seen.error) == ((1000, "") if kept else (0, TOO_LONG))


def test_packed_answer_is_dropped_when_it_unpacks_beyond_its_cap() -> None:
    import gzip

    bomb = gzip.compress(b" " * 50_000_000)
    with ScriptedServer(answer(200, raw=bomb, headers=["Content-Encoding: gzip"])) as server:
        seen = send(server, Call("GET", "/user_detail/0", max_bytes=1000))
    assert (seen.body, seen.error) == (b"", TOO_LONG)


def test_call_ends_with_the_read_timeout_when_no_answer_comes() -> None:
    def silent(conn: socket.socket) -> None:
        conn.recv(1)

    with ScriptedServer(silent) as server:
        seen = send(server, read_timeout=0.1)
    assert (seen.wrote, seen.status_code) == (True, None)
    assert seen.error == "The call was sent and no whole answer came: no answer in time."


DRIPS = {
    "status": drip(b"HTTP/1.1 200", b"0"),
    "headers": drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"),
    "endless_body": drip(b'HTTP/1.1 200 OK\r\n\r\n{"id": 7}'),
    "chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "closing": drip(b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 999\r\n\r\n{"id": 7}'),
}


@pytest.mark.parametrize("what", DRIPS)
def test_call_ends_with_its_total_deadline_when_the_answer_drips(what: str, grace: Callable[[float], None]) -> None:
    grace(-1.7)
    began = time.monotonic()
    with ScriptedServer(DRIPS[what]) as server:
        seen = send(server)
    assert 0.2 < time.monotonic() - began < 1.5
    assert (seen.wrote, seen.body) == (True, b"")
    assert seen.error == "The call was sent and no whole answer came: it took too long."


def test_total_deadline_does_not_touch_the_next_call_when_one_has_ended(grace: Callable[[float], None]) -> None:
    grace(-1.9)
    with ScriptedServer() as server:
        first = send(server)
        with Channel.open(server.config()) as channel:
            assert channel._wire.expired is False
            time.sleep(0.15)
            second = channel.send(CALL)
    assert (first.status_code, second.status_code) == (200, 200)


def test_tls_connection_is_used_when_session_tickets_arrived_meanwhile(tls: ssl.SSLContext, certificate: Path) -> None:
    with ScriptedServer(answer(200, {"id": 7}), tls=tls) as server:
        with Channel.open(server.config(ca_bundle=str(certificate))) as channel:
            wait_for_bytes(channel)
            seen = channel.send(CALL)
        server.settled()
    assert (seen.status_code, seen.body, server.connections) == (200, b'{"id": 7}', 1)


def test_tls_connection_is_made_anew_when_the_idle_one_was_closed(tls: ssl.SSLContext, certificate: Path) -> None:
    with (
        ScriptedServer(answer(200, {"id": 7}), tls=tls) as server,
        Channel.open(server.config(ca_bundle=str(certificate))) as channel,
    ):
        wait_for_bytes(channel)
        channel._wire.expire()
        channel._wire.expired = False
        seen = channel.send(CALL)
    assert (seen.status_code, server.connections) == (200, 2)


def test_channel_opens_nothing_when_the_certificate_is_not_trusted(tls: ssl.SSLContext) -> None:
    with ScriptedServer(tls=tls) as server:
        with pytest.raises(NoEffect, match="its certificate was not accepted") as caught:
            Channel.open(server.config())
        server.settled()
    assert (caught.value.outcome, server.requests) == (Outcome.UNREACHABLE, [])


def test_channel_opens_nothing_when_the_trusted_certificates_are_missing(tmp_path: Path) -> None:
    with ScriptedServer() as server, pytest.raises(NoEffect, match="NAVIGATR_CA_BUNDLE"):
        Channel.open(server.config(ca_bundle=str(tmp_path / "none.pem")))


def test_tls_call_ends_with_its_total_deadline_when_the_answer_drips(
    tls: ssl.SSLContext, certificate: Path, grace: Callable[[float], None]
) -> None:
    grace(-1.7)
    with ScriptedServer(DRIPS["endless_body"], tls=tls) as server:
        seen = send(server, ca_bundle=str(certificate))
    assert (seen.wrote, seen.status_code, seen.body) == (True, 200, b"")
    assert seen.error == "The call was sent and no whole answer came: it took too long."
