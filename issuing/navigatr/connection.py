"""urllib3's connections, made to know when the first byte of the one request leaves, and to ask before it does."""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, ProxyError
from urllib3.util.ssltransport import SSLTransport

Guard = Callable[[], None]

USER_TIMEOUT_MS: Final = 60_000
SOCKET_OPTIONS: Final[list[tuple[int, int, int | bytes]]] = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
if hasattr(socket, "TCP_USER_TIMEOUT"):
    SOCKET_OPTIONS.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS))


class BeforeFirstByte(Exception):
    """A guard gave the call up before a byte of it was written."""


class Wire:
    """What is known of the one connection and its one request.

    Keeps a second handle of the socket, whichever TLS or proxy layer is put on top, so that a limit can end it from
    another thread: `shutdown` on one handle ends the connection for all.

    Args:
        connect_timeout (float): seconds for name, TCP, proxy and TLS together.
        total_timeout (float): seconds from the first byte of the request to the end of the answer.
    """

    def __init__(self, connect_timeout: float, total_timeout: float) -> None:
        self.connect_timeout = connect_timeout
        self.total_timeout = total_timeout
        self.guard: Guard | None = None
        self.wrote = False
        self.aborted = False
        self.expired = False
        self._handle: socket.socket | None = None
        self._total: threading.Timer | None = None
        self._lock = threading.Lock()

    def hold(self, sock: socket.socket) -> None:
        """Take a handle of a new socket, and let go of the one before."""
        with self._lock:
            old, self._handle = self._handle, sock.dup()
            if self.expired:
                _shut_down(self._handle)
        if old is not None:
            old.close()

    def expire(self) -> None:
        """End the connection, whoever is reading or writing."""
        with self._lock:
            self.expired = True
            if self._handle is not None:
                _shut_down(self._handle)

    def close(self) -> None:
        if self._total is not None:
            self._total.cancel()
        with self._lock:
            handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """End the connection when what is inside takes longer."""
        timer = _timer(seconds, self.expire)
        try:
            yield
        finally:
            timer.cancel()

    def before_first_byte(self) -> None:
        """Start the total deadline, ask the guard, and note that from here on a byte may have left.

        Raises:
            BeforeFirstByte: the guard said no; nothing was and nothing will be written.
        """
        self._total = _timer(self.total_timeout, self.expire)
        if self.guard is not None:
            try:
                self.guard()
            except BeforeFirstByte:
                self.aborted = True
                raise
        self.wrote = True


class _Guarded(HTTPConnection):
    """The part that plain and TLS connections share.

    `http.client` would connect anew for any write on a closed connection (`auto_open`): here only the first write may,
    and the guard runs after it. The CONNECT to a proxy goes through `send` too and is not the request.
    """

    auto_open = 0

    def __init__(self, *args: Any, wire: Wire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wire = wire
        self._connecting = False

    def connect(self) -> None:
        self._connecting = True
        try:
            with self._wire.limit(self._wire.connect_timeout):
                super().connect()
        finally:
            self._connecting = False
        if self._wire.expired:
            raise ConnectTimeoutError(self, "The connection took too long.")

    def _new_conn(self) -> socket.socket:
        """Name and TCP within the connect time-out in all, however many addresses there are."""
        until = time.monotonic() + self._wire.connect_timeout
        try:
            sock = _first_to_connect(_addresses(self._dns_host, self.port, until), until)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "The connection took too long.") from error
        except OSError as error:
            raise NewConnectionError(self, "The connection failed.") from error
        self._wire.hold(sock)
        return sock

    @property
    def is_connected(self) -> bool:
        """Whether the other side still holds the connection and has said nothing on it.

        urllib3 asks whether anything can be read, which the session tickets of TLS 1.3 answer with yes on every fresh
        connection. A read that does not wait takes those in and finds a close or an answer nobody asked for.
        """
        return self.sock is not None and _is_silent(self.sock)

    def send(self, data: Any) -> None:
        if not self._connecting and not self._wire.wrote:
            self._make_ready()
        super().send(data)

    def _make_ready(self) -> None:
        """Connect if need be, then ask the guard.

        urllib3 takes a broken pipe while sending for a server that answered early, and would wait for that answer:
        before the first byte there is none.
        """
        try:
            if self.sock is None:
                self.connect()
            self._wire.before_first_byte()
        except OSError as error:
            raise NewConnectionError(self, "The connection failed before the first byte.") from error


class GuardedHTTP(_Guarded):
    """A plain connection; loopback only."""


class GuardedHTTPS(_Guarded, HTTPSConnection):
    """A TLS connection."""


class PlainPool(HTTPConnectionPool):
    """Holds the one plain connection."""

    ConnectionCls = GuardedHTTP


class TLSPool(HTTPSConnectionPool):
    """Holds the one TLS connection."""

    ConnectionCls = GuardedHTTPS


def connect_ahead(pool: HTTPConnectionPool) -> None:
    """Make the pool's one connection now and leave it there for the request.

    Mirrors what `urlopen` does up to its first byte; urllib3 has no public way to do it.
    """
    connection: Any = pool._get_conn()
    try:
        if pool.proxy is not None and isinstance(pool, HTTPSConnectionPool):
            _through_proxy(pool, connection)
        else:
            connection.connect()
    except BaseException:
        connection.close()
        raise
    pool._put_conn(connection)


def _through_proxy(pool: HTTPSConnectionPool, connection: Any) -> None:
    """Connect by way of the proxy; what fails before it let us through is the proxy's failure."""
    try:
        pool._prepare_proxy(connection)
    except (OSError, HTTPError) as error:
        if connection.has_connected_to_proxy:
            raise
        raise ProxyError("The proxy did not let us through.", error) from error


def _timer(seconds: float, act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer


def _shut_down(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _is_silent(sock: socket.socket | SSLTransport) -> bool:
    timeout = sock.gettimeout()
    try:
        sock.settimeout(0)
        sock.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        sock.settimeout(timeout)
        return True
    except OSError:
        return False
    return False


def _addresses(host: str, port: int | None, until: float) -> list[tuple[Any, ...]]:
    """What the name stands for; asked in a thread, for the system's own look-up cannot be ended."""
    found: queue.SimpleQueue[list[tuple[Any, ...]] | OSError | UnicodeError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        answer = found.get(timeout=max(0.0, until - time.monotonic()))
    except queue.Empty:
        raise TimeoutError("The name was not resolved in time.") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _first_to_connect(addresses: list[tuple[Any, ...]], until: float) -> socket.socket:
    """A socket to the first address that answers, the time shared between those that are left."""
    failure: OSError = OSError("The name stands for no address.")
    for left, (family, kind, protocol, _name, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        remaining = until - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("No address answered in time.")
        sock = socket.socket(family, kind, protocol)
        try:
            for option in SOCKET_OPTIONS:
                sock.setsockopt(*option)
            sock.settimeout(remaining / left)
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
            continue
        sock.settimeout(max(0.001, until - time.monotonic()))
        return sock
    raise failure
