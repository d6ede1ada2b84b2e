"""TLS: what is trusted, and that its own chatter is not taken for an answer. The proxy, through which only TLS goes."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from issuing.enums import Outcome
from issuing.exceptions import NoEffect
from issuing.navigatr import BeforeFirstByte, Channel, ClientConfig
from tests.navigatr.server import CALL, ScriptedServer, answer, drip, read_request, send, wait_for_bytes


def test_channel_gives_up_in_time_when_tls_is_not_answered() -> None:
    with ScriptedServer(drip(b"")) as server, pytest.raises(NoEffect) as caught:
        own = f"127.0.0.1:{server.port}"
        Channel.open(ClientConfig(f"https://{own}/v1", allowed_hosts=(own,), connect_timeout=0.2))
    assert caught.value.outcome is Outcome.UNREACHABLE


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
    grace(-1.8)
    with ScriptedServer(drip(b'HTTP/1.1 200 OK\r\n\r\n{"id": 7}'), tls=tls) as server:
        seen = send(server, ca_bundle=str(certificate))
    assert (seen.wrote, seen.status_code, seen.body) == (True, 200, b"")
    assert seen.error == "The call was sent and no whole answer came: it took too long."


class Tunnel:
    """A proxy's script: lets everybody through, and is the host behind it too.

    Attributes:
        requests: what came through the tunnel; an empty one where nothing did.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.requests: list[bytes] = []
        self._tls = tls

    def __call__(self, conn: socket.socket) -> None:
        conn.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self._tls.wrap_socket(conn, server_side=True) as inner:
            self.requests.append(read_request(inner))
            inner.sendall(answer(200, {"id": 7}))
            inner.recv(1)


def through(proxy: ScriptedServer, **options: str) -> ClientConfig:
    address = f"http://somebody:proxy-secret@127.0.0.1:{proxy.port}"
    return ClientConfig("https://api.navigatr.app/v1", proxy=address, **options)


def test_call_goes_through_the_proxy_when_there_is_one(tls: ssl.SSLContext, certificate: Path) -> None:
    tunnel = Tunnel(tls)
    with ScriptedServer(tunnel) as proxy:
        with Channel.open(through(proxy, ca_bundle=str(certificate))) as channel:
            seen = channel.send(CALL)
        (greeting,) = proxy.settled()
    assert (seen.wrote, seen.status_code, seen.body) == (True, 200, b'{"id": 7}')
    assert greeting.startswith(b"CONNECT api.navigatr.app:443 ")
    assert b"secret-token" not in greeting
    assert [b"proxy-secret" in request for request in tunnel.requests] == [False]
    assert tunnel.requests[0].startswith(b"PUT /v1/badge/51/issue ")


def test_guard_lets_no_byte_through_the_proxy_when_it_refuses(tls: ssl.SSLContext, certificate: Path) -> None:
    def refuse() -> None:
        raise BeforeFirstByte("Too late.")

    tunnel = Tunnel(tls)
    with ScriptedServer(tunnel) as proxy:
        with Channel.open(through(proxy, ca_bundle=str(certificate))) as channel:
            seen = channel.send(CALL, guard=refuse)
        proxy.settled()
    assert (seen.wrote, seen.aborted, tunnel.requests) == (False, True, [b""])


def test_channel_opens_nothing_when_the_proxy_refuses() -> None:
    with ScriptedServer(answer(407, {"detail": "Who are you?"})) as proxy, pytest.raises(NoEffect) as caught:
        Channel.open(through(proxy))
    assert caught.value.outcome is Outcome.UNREACHABLE
    assert str(caught.value) == "Navigatr could not be reached: the proxy did not let us through."


def test_proxy_is_left_out_when_the_host_is_this_machine() -> None:
    with ScriptedServer() as proxy, ScriptedServer() as server:
        seen = send(server, proxy=f"http://127.0.0.1:{proxy.port}")
        assert (seen.status_code, proxy.settled(), proxy.connections) == (200, [], 0)


def test_channel_blames_the_certificate_when_the_host_behind_the_proxy_has_a_strange_one(tls: ssl.SSLContext) -> None:
    with ScriptedServer(Tunnel(tls)) as proxy, pytest.raises(NoEffect) as caught:
        Channel.open(through(proxy))
    assert str(caught.value) == "Navigatr could not be reached: its certificate was not accepted."


def test_channel_blames_the_proxy_when_nobody_listens_there() -> None:
    with ScriptedServer() as proxy:
        config = through(proxy)
    with pytest.raises(NoEffect) as caught:
        Channel.open(config)
    assert str(caught.value) == "Navigatr could not be reached: the proxy did not let us through."
