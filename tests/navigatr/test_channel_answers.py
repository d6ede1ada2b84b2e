"""What is seen of an answer that is early, cut, malformed, too long, late or never ends."""

import gzip
import json
import socket
from collections.abc import Callable

import pytest

from issuing.navigatr import Channel
from issuing.navigatr.channel import TOO_LONG, Call
from tests.navigatr.server import CALL, EarlyServer, ScriptedServer, answer, drip, reset, send

BIG = Call("PUT", "/badge/51/issue", body={"evidence_text": "x" * 8_000_000})


def test_answer_is_taken_when_the_server_gives_it_before_it_has_read_all() -> None:
    def early(conn: socket.socket) -> None:
        conn.sendall(answer(413, {"detail": "Too long"}))
        while conn.recv(65536):
            pass

    with EarlyServer(early) as server:
        seen = send(server, BIG)
    assert (seen.wrote, seen.status_code, seen.body) == (True, 413, b'{"detail": "Too long"}')


def test_call_is_unknown_when_the_server_resets_while_it_is_being_sent() -> None:
    with EarlyServer(reset) as server:
        seen = send(server, BIG)
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
    bomb = gzip.compress(b" " * 5_000_000)
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
    grace(-1.8)
    with ScriptedServer(DRIPS[what]) as server:
        seen = send(server)
    assert (seen.wrote, seen.body) == (True, b"")
    assert seen.error == "The call was sent and no whole answer came: it took too long."


def test_total_deadline_is_called_off_when_the_call_has_ended() -> None:
    with ScriptedServer() as server:
        channel = Channel.open(server.config())
        seen = channel.send(CALL)
    assert channel._wire._total is not None
    channel._wire._total.join(5)
    assert (seen.status_code, channel._wire._total.is_alive(), channel._wire.expired) == (200, False, False)
