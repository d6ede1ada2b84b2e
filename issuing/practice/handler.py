"""HTTP on the wire: reads one request, gets its reply, and delivers it well or badly as asked."""

import socket
import struct
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from issuing.practice import api, control
from issuing.practice.messages import Delivery, Reply, Request, error_reply
from issuing.practice.state import Practice

LARGEST_BODY = 1_000_000
IDLE_SECONDS = 300
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class PracticeHandler(BaseHTTPRequestHandler):
    """One connection. Requests on it are answered one after the other."""

    protocol_version = "HTTP/1.1"
    server_version = "PracticeNavigatr"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    practice: Practice
    quiet: bool = True
    arrived: float = 0.0

    def parse_request(self) -> bool:
        """Note the time of arrival first: the first line has just been read."""
        self.arrived = time.monotonic()
        return super().parse_request()

    def log_message(self, format: str, *args: Any) -> None:
        """Write a line to stderr unless the server is to be quiet; never a header or a body."""
        if not self.quiet:
            sys.stderr.write(f"{self.log_date_time_string()} {format % args}\n")

    def _serve(self) -> None:
        reply = self._refused_stranger() or self._reply()
        if reply is None:
            self.close_connection = True
            return
        self.practice.pause(reply.delay)
        try:
            self._deliver(reply)
        except OSError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve

    def _refused_stranger(self) -> Reply | None:
        origin = self.headers.get("Origin")
        hosts = [self._host_name(f"//{self.headers.get('Host', '')}")]
        hosts += [self._host_name(origin)] if origin is not None else []
        if all(host in LOOPBACK_NAMES for host in hosts):
            return None
        self.close_connection = True
        return error_reply(421, "This server answers only on this computer, as 127.0.0.1 or localhost")

    @staticmethod
    def _host_name(address: str) -> str | None:
        try:
            return urlsplit(address).hostname
        except ValueError:
            return None

    def _reply(self) -> Reply | None:
        address = urlsplit(self.path)
        is_api = api.is_api(address.path)
        if is_api:
            admission = self.practice.admit(self.command, address.path, address.query, self.arrived)
        body = self._read_body()
        if body is None:
            return None
        query = parse_qs(address.query, keep_blank_values=True)
        request = Request(self.command, address.path, query, self.headers, body)
        return api.answer(self.practice, admission, request) if is_api else control.answer(self.practice, request)

    def _read_body(self) -> bytes | None:
        """Return the body; None when it is not complete or not one we can read."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self._send_now(error_reply(411, "Content-Length required"))
            return None
        if int(length) > LARGEST_BODY:
            self._send_now(error_reply(413, "Request Entity Too Large"))
            return None
        try:
            body = self.rfile.read(int(length))
        except OSError:
            return None
        return body if len(body) == int(length) else None

    def _send_now(self, reply: Reply) -> None:
        self._deliver(replace(reply, headers={**reply.headers, "Connection": "close"}))

    def _deliver(self, reply: Reply) -> None:
        head, body = self._head(reply), b"" if self.command == "HEAD" else reply.body
        match reply.delivery:
            case Delivery.RESET:
                self._reset()
            case Delivery.HANG:
                self._wait_until_gone()
            case Delivery.CUT:
                self.connection.sendall(head + body[: len(body) // 2])
                self.close_connection = True
            case Delivery.DRIP:
                self.connection.sendall(head)
                self._drip(body)
            case Delivery.DRIP_ALL:
                self._drip(head + body)
            case Delivery.PLAIN:
                self.connection.sendall(head + body)

    def _head(self, reply: Reply) -> bytes:
        headers = {
            "Date": self.date_time_string(),
            "Server": self.server_version,
            "Content-Type": reply.content_type,
            "Content-Length": str(len(reply.body)),
            **(PAGE_HEADERS if not api.is_api(urlsplit(self.path).path) else {}),
            **reply.headers,
        }
        if self.close_connection:
            headers["Connection"] = "close"
        self.log_request(reply.status)
        lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _drip(self, content: Iterable[int]) -> None:
        for byte in content:
            if self.practice.stopping.is_set():
                break
            self.connection.sendall(bytes([byte]))
            self.practice.pause(self.practice.settings.drip)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()
        self.close_connection = True

    def _wait_until_gone(self) -> None:
        self.close_connection = True
        until = time.monotonic() + self.practice.settings.hang
        self.connection.settimeout(0.05)
        while time.monotonic() < until and not self.practice.stopping.is_set():
            try:
                if not self.connection.recv(1, socket.MSG_PEEK):
                    return
                self.practice.pause(0.05)
            except TimeoutError:
                continue


def handler_for(practice: Practice, *, quiet: bool) -> type[PracticeHandler]:
    """Return the handler class for one server."""

    class Handler(PracticeHandler):
        pass

    Handler.practice, Handler.quiet = practice, quiet
    return Handler
