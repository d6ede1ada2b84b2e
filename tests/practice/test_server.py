"""The server itself: when it starts, whom it answers, and that it ends."""

import contextlib
import socket
import threading
from pathlib import Path

import pytest

from issuing.practice import CannotListen, PracticeServer
from tests.practice.wire import ANA, OWNER, api, ask, until


def talk(server: PracticeServer, request: bytes) -> bytes:
    """Send bytes as they are and return all that comes until the server closes."""
    with socket.create_connection((server.host, server.port), timeout=10) as conn:
        conn.sendall(request)
        got = b""
        while block := conn.recv(65536):
            got += block
    return got


def test_server_takes_a_free_port_and_keeps_it_when_it_starts_again(tmp_path: Path) -> None:
    server = PracticeServer(tmp_path / "ledger.sqlite3")
    ports = []
    for _ in range(2):
        with server:
            ports.append(server.port)
            assert api(server, "GET", "/user_detail/0").status == 200
    assert (ports[0] > 0, ports[0]) == (True, ports[1])
    assert server.base_url == f"http://127.0.0.1:{ports[0]}/v1"


def test_server_does_not_start_when_its_port_is_taken(practice: PracticeServer, tmp_path: Path) -> None:
    second = PracticeServer(tmp_path / "second.sqlite3", practice.port)
    with pytest.raises(CannotListen) as caught:
        second.start()
    assert str(caught.value) == f"Port {practice.port} is already in use: stop what uses it or choose another."
    assert (tmp_path / "second.sqlite3").exists() is False


@pytest.mark.parametrize("port", [-1, 65536, 10**9])
def test_server_does_not_start_when_its_port_is_none(port: int, tmp_path: Path) -> None:
    with pytest.raises(CannotListen, match="is not a port: choose one from 1 to 65535"):
        PracticeServer(tmp_path / "ledger.sqlite3", port).start()


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "example.org", "", "::"])
def test_server_does_not_listen_when_others_could_reach_it(host: str, tmp_path: Path) -> None:
    with pytest.raises(CannotListen, match="only on this computer"):
        PracticeServer(tmp_path / "ledger.sqlite3", host=host)


def test_server_lets_its_port_go_when_the_ledger_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database at all, but long enough to be looked at")
    server = PracticeServer(tmp_path / "file")
    with pytest.raises(CannotListen, match=r"The ledger .* cannot be used: file is not a database\."):
        server.start()
    with PracticeServer(tmp_path / "ledger.sqlite3", server.port) as other:
        assert other.port == server.port


def test_server_ends_when_calls_hang_and_a_second_stop_does_nothing(tmp_path: Path) -> None:
    server = PracticeServer(tmp_path / "ledger.sqlite3", rate="100000/1").start()
    ended = threading.Event()

    def hang() -> None:
        with contextlib.suppress(OSError):
            api(server, "PUT", "/badge/51/issue", ANA | {"recipient_email": "ana+hang-after@example.org"})
        ended.set()

    threading.Thread(target=hang, daemon=True).start()
    until(lambda: server.practice.ledger.counts().get("email"))
    server.stop(), server.stop()
    assert ended.wait(5)
    with pytest.raises(RuntimeError, match="not started"):
        _ = server.practice


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1"}, 200),
        ({"Host": "localhost:80"}, 200),
        ({"Host": "127.0.0.1", "Origin": "http://localhost:8000"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": ""}, 421),
        ({"Host": "127.0.0.1", "Origin": "https://evil.example"}, 421),
        ({"Host": "127.0.0.1", "Origin": "null"}, 421),
    ],
)
def test_stranger_is_refused_when_a_page_elsewhere_sends_the_request(
    headers: dict[str, str], status: int, practice: PracticeServer
) -> None:
    assert ask(practice, "GET", "/v1/user_detail/0", headers=OWNER | headers).status == status


HEAD = b"PUT /v1/badge/51/issue HTTP/1.1\r\nHost: localhost\r\nX-Access-Token: practice-pat-owner\r\n"


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        (b"Content-Length: 1000001\r\n\r\n", 413),
        (b"Content-Length: -1\r\n\r\n", 411),
        (b"Content-Length: x\r\n\r\n", 411),
        (b"Transfer-Encoding: chunked\r\n\r\n", 411),
        (b"Content-Length: 0\r\nConnection: close\r\n\r\n", 422),
    ],
)
def test_body_is_refused_when_it_cannot_be_read(rest: bytes, status: int, practice: PracticeServer) -> None:
    answer = talk(practice, HEAD + rest)
    assert answer.split(b" ")[1] == str(status).encode()
    assert practice.practice.ledger.outbox() == []


def test_call_is_recorded_without_an_answer_when_its_body_is_cut(practice: PracticeServer) -> None:
    with socket.create_connection((practice.host, practice.port)) as conn:
        conn.sendall(HEAD + b"Content-Length: 99\r\n\r\n{")
        conn.shutdown(socket.SHUT_WR)
        assert conn.recv(100) == b""
    (call,) = practice.practice.ledger.calls()
    assert (call["method"], call["path"], call["status"]) == ("PUT", "/v1/badge/51/issue", None)


def test_requests_are_answered_one_by_one_when_a_connection_is_kept(practice: PracticeServer) -> None:
    head = b"GET /v1/user_detail/0 HTTP/1.1\r\nHost: localhost\r\nX-Access-Token: practice-pat-owner\r\n"
    answer = talk(practice, head + b"\r\n" + head + b"Connection: close\r\n\r\n")
    assert (answer.count(b"HTTP/1.1 200 OK\r\n"), answer.count(b"Connection: close\r\n")) == (2, 1)


def test_answer_comes_after_its_effect_when_the_server_is_slow(tmp_path: Path) -> None:
    with PracticeServer(tmp_path / "ledger.sqlite3", latency=30.0) as server:
        with socket.create_connection((server.host, server.port), timeout=10) as conn:
            conn.sendall(b"GET /v1/nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
            until(lambda: any(call["status"] for call in server.practice.ledger.calls()))
            conn.setblocking(False)
            with pytest.raises(BlockingIOError):
                conn.recv(1)
        assert ask(server, "GET", "/practice/summary.json").json["calls"] == 1
