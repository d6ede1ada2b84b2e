"""The practice server: in a test's own process, or blocking until it is told to stop."""

import contextlib
import errno
import ipaddress
import signal
import socket
import socketserver
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from issuing.practice.handler import PracticeHandler, handler_for
from issuing.practice.ledger import Ledger
from issuing.practice.rate import Rate
from issuing.practice.state import Practice, Settings

STOP_SECONDS = 5.0
POLL_SECONDS = 0.01
"""Between two looks whether to stop."""


class CannotListen(Exception):
    """The server did not start. The text is one sentence for the person who started it."""


class _Listener(ThreadingHTTPServer):
    """Knows its open connections, so that it can end them."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: type[PracticeHandler]) -> None:
        self.open: dict[threading.Thread, socket.socket] = {}
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind without asking DNS for our own name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a thread that is known before it runs."""
        thread = threading.Thread(target=self._answer, args=(request, client_address), daemon=True)
        self.open[thread] = request
        thread.start()

    def _answer(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            self.open.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent when a client went away in the middle; that is what clients do here."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def end_connections(self) -> None:
        """Shut every open connection and wait for its thread."""
        for thread, connection in list(self.open.items()):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(STOP_SECONDS)


class PracticeServer:
    """A practice Navigatr on this computer.

    Args:
        ledger (Path): its SQLite file; made if missing, kept when the server stops.
        port (int): 0 takes any free one.
        latency (float): seconds before each answer of the API.
        rate (str): the limit as calls/seconds; "100000/1" practically lifts it.
    """

    def __init__(
        self,
        ledger: Path,
        port: int = 0,
        latency: float = 0.0,
        rate: str = "5/2",
        *,
        host: str = "127.0.0.1",
        quiet: bool = True,
    ) -> None:
        self.host = _loopback(host)
        self.port = port
        self._ledger_path = ledger
        self._settings = Settings(rate=Rate.parse(rate), latency=latency)
        self._quiet = quiet
        self._practice: Practice | None = None
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None

    @property
    def origin(self) -> str:
        """The address without a path."""
        return f"http://{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        """The address of the API."""
        return f"{self.origin}/v1"

    @property
    def practice(self) -> Practice:
        """The state of a started server."""
        if self._practice is None:
            raise RuntimeError("The practice server is not started.")
        return self._practice

    def start(self) -> "PracticeServer":
        """Listen, and answer in threads of its own; return itself.

        Raises:
            CannotListen: the port is taken or not allowed, or the ledger cannot be kept where it should be.
        """
        listener = self._listen()
        self.port = listener.server_port
        try:
            ledger = Ledger(self._ledger_path)
        except (OSError, sqlite3.Error) as error:
            listener.server_close()
            raise CannotListen(f"The ledger {self._ledger_path} cannot be used: {error}.") from error
        practice = Practice(ledger, self._settings, self.origin)
        listener.RequestHandlerClass = handler_for(practice, quiet=self._quiet)
        self._practice, self._listener = practice, listener
        self._thread = threading.Thread(
            target=listener.serve_forever, args=(POLL_SECONDS,), name="practice", daemon=True
        )
        self._thread.start()
        return self

    def _listen(self) -> _Listener:
        try:
            return _Listener((self.host, self.port), PracticeHandler)
        except OverflowError as error:
            raise CannotListen(f"{self.port} is not a port: choose one from 1 to 65535.") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotListen(
                    f"Port {self.port} is already in use: stop what uses it or choose another."
                ) from error
            raise CannotListen(f"Cannot listen on {self.host}, port {self.port}: {error.strerror}.") from error

    def stop(self) -> None:
        """Stop listening, end every connection and close the ledger; a second time does nothing."""
        if self._listener is None or self._practice is None or self._thread is None:
            return
        self._practice.stopping.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.end_connections()
        self._listener.server_close()
        self._settings = self._practice.settings
        self._practice.ledger.close()
        self._listener = self._practice = self._thread = None

    def __enter__(self) -> "PracticeServer":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def serve(
    *,
    host: str = "127.0.0.1",
    port: int,
    ledger: Path,
    latency: float = 0.0,
    rate: str = "5/2",
    quiet: bool = True,
    ready: Callable[[PracticeServer], None] = lambda _server: None,
) -> None:
    """Run until SIGTERM or SIGINT. For the main thread of a process.

    Args:
        host (str): an address of this computer; others are refused.
        quiet (bool): False writes a line per request to stderr.
        ready: called once with the server when it listens.

    Raises:
        CannotListen: nothing was started.
        ValueError: the rate is not one.
    """
    server = PracticeServer(ledger, port, latency, rate, host=host, quiet=quiet)
    with _told_to_stop() as told, server:
        ready(server)
        told.wait()


@contextlib.contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    told = threading.Event()
    before = {number: signal.signal(number, lambda *_: told.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _loopback(host: str) -> str:
    try:
        address = ipaddress.IPv4Address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        address = ipaddress.IPv4Address("0.0.0.0")  # noqa: S104 - refused below
    if not address.is_loopback:
        raise CannotListen(f"The practice server listens only on this computer, not on {host}.")
    return str(address)
