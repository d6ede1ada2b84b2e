"""A tiny TCP server that does what it is told, byte by byte, and keeps all that arrived."""

import json
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from issuing.navigatr import Channel, ClientConfig
from issuing.navigatr.channel import Call
from issuing.workflow.outcomes import Seen

SETTLE_SECONDS = 5.0

CALL = Call("PUT", "/badge/51/issue", {"X-Access-Token": "secret-token"}, body={"recipient_email": "a@example.org"})

Script = bytes | Callable[[socket.socket], None]


def answer(status: int = 200, body: Any = None, headers: Sequence[str] = (), raw: bytes | None = None) -> bytes:
    """A whole answer as bytes; `body` as JSON unless it is given raw."""
    content = raw if raw is not None else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def reset(conn: socket.socket) -> None:
    """End the connection with a reset instead of a close."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def drip(first: bytes, then: bytes = b" ") -> Script:
    """Say something, then a few bytes again and again until the other side has gone; 20 a second."""

    def script(conn: socket.socket) -> None:
        conn.sendall(first)
        gone = threading.Event()
        while not gone.wait(0.05):
            try:
                conn.sendall(then)
            except OSError:
                gone.set()

    return script


class ScriptedServer:
    """Answers the n-th request with the n-th script, the last one for ever. Use in `with`.

    Attributes:
        requests: whole requests as bytes, in order; an empty one for a connection on which nothing arrived.
        connections: how many were accepted.
    """

    def __init__(
        self, *scripts: Script, drop: int = 0, greeting: bytes = b"", tls: ssl.SSLContext | None = None
    ) -> None:
        self.scripts = scripts or (answer(200, {}),)
        self.requests: list[bytes] = []
        self.connections = 0
        self.dropped = threading.Event()
        self._drop, self._greeting, self._tls = drop, greeting, tls
        self._threads: list[threading.Thread] = []
        self._last: Any = None
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def config(self, **options: Any) -> ClientConfig:
        scheme = "https" if self._tls else "http"
        own = f"127.0.0.1:{self.port}"
        given = {"read_timeout": 2.0, "connect_timeout": 2.0, "allowed_hosts": (own,)} | options
        return ClientConfig(f"{scheme}://{own}/v1", **given)

    @property
    def paths(self) -> list[str]:
        return [request.split(b" ")[1].decode() for request in self.settled()]

    def settled(self) -> list[bytes]:
        """The requests, once every connection made until now is over; for use inside `with`.

        Connections are accepted in the order they were made: when one of our own has been, so have all before it.
        """
        with socket.socket() as last:
            last.settimeout(SETTLE_SECONDS)
            last.bind(("127.0.0.1", 0))
            self._last = last.getsockname()
            last.connect(("127.0.0.1", self.port))
            last.recv(1)
        for thread in self._threads:
            thread.join(SETTLE_SECONDS)
            assert not thread.is_alive(), "A connection did not end."
        return self.requests

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                conn, address = self._listener.accept()
            except OSError:
                return
            if address == self._last:
                conn.close()
                continue
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(conn, self.connections), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, conn: socket.socket, number: int) -> None:
        if number <= self._drop:
            conn.close()
            self.dropped.set()
            return
        try:
            conn = self._tls.wrap_socket(conn, server_side=True) if self._tls else conn
            conn.sendall(self._greeting)
            self._converse(conn)
        except OSError:
            pass
        finally:
            conn.close()

    def _converse(self, conn: socket.socket) -> None:
        request = read_request(conn)
        with self._lock:
            self.requests.append(request)
            script = self.scripts[min(len(self.requests), len(self.scripts)) - 1]
        if not request:
            return
        if isinstance(script, bytes):
            conn.sendall(script)
            conn.recv(1)
        else:
            script(conn)


class EarlyServer(ScriptedServer):
    """Runs its script after the first bytes of a request, whatever else is on its way."""

    def _converse(self, conn: socket.socket) -> None:
        self.requests.append(conn.recv(100))
        script = self.scripts[0]
        assert callable(script)
        script(conn)


def send(server: ScriptedServer, call: Call = CALL, **options: Any) -> Seen:
    """Make one call to a server and say what was seen of it."""
    with Channel.open(server.config(**options)) as channel:
        return channel.send(call)


def wait_for_bytes(channel: Channel) -> None:
    """Until something can be read on an open channel; it stays there."""
    handle = channel._wire._handle
    assert handle is not None
    handle.recv(1, socket.MSG_PEEK)


def read_request(conn: socket.socket) -> bytes:
    """One request with its body; less where the other side closed before."""
    got = b""
    while not _is_whole(got):
        block = conn.recv(65536)
        if not block:
            break
        got += block
    return got


def _is_whole(got: bytes) -> bool:
    head, end, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    return bool(end) and len(body) >= int(length[1] if length else 0)
