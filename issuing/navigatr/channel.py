"""One fresh connection for one request: opened before it is used, never pooled, never used twice."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.poolmanager import PoolManager
from urllib3.util import Timeout

from issuing.enums import Outcome
from issuing.exceptions import NoEffect
from issuing.navigatr.config import ClientConfig
from issuing.navigatr.connection import (
    BeforeFirstByte,
    Guard,
    PlainPool,
    TLSPool,
    Wire,
    connect_ahead,
)
from issuing.navigatr.reasons import describe
from issuing.workflow.outcomes import Seen

MIB: Final = 1024 * 1024
TOO_LONG: Final = "Navigatr's answer was longer than any answer should be."
_BLOCK: Final = 64 * 1024
_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
    "User-Agent": "navigatr-admin",
}
_BOOT_CLOCK: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def boottime() -> float:
    """Seconds since the machine started, a suspended machine's sleep included where the platform counts it."""
    return time.clock_gettime(_BOOT_CLOCK)


def deadline_guard(committed_at_boottime: float, limit: float = 2.0) -> Guard:
    """A guard that gives up when the claim was committed more than `limit` seconds ago, by `boottime()`."""

    def guard() -> None:
        if boottime() - committed_at_boottime > limit:
            raise BeforeFirstByte("The moment to send had passed; the call was given up before its first byte.")

    return guard


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it will be sent.

    Args:
        method (str): in capitals.
        path (str): below the base URL, with its leading slash, encoded.
        headers (Mapping[str, str]): who is calling; secret.
        query (Mapping[str, str]): parameters, not encoded.
        body (Mapping[str, Any] | None): sent as JSON.
        max_bytes (int): the longest answer that is read, unpacked.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    max_bytes: int = MIB


class Channel:
    """One open connection to Navigatr, good for exactly one call. Use it in `with`, or close it.

    Made by `Channel.open`. If the other side drops it while it waits, `send` opens it again before the first byte.
    """

    def __init__(self, config: ClientConfig) -> None:
        self._config = config
        self._wire = Wire(config.connect_timeout, config.total_timeout)
        self._session = _Session(_Adapter(self._wire, config))
        self._opened_at = boottime()
        self._used = False

    @classmethod
    def open(cls, config: ClientConfig) -> Self:
        """Look the name up, connect, greet the proxy and agree on TLS, all within the connect time-out.

        Raises:
            NoEffect: any of it failed; `outcome` is `UNREACHABLE`.
        """
        channel = cls(config)
        failure = channel._connect()
        if failure:
            channel.close()
            raise NoEffect(failure, outcome=Outcome.UNREACHABLE)
        channel._opened_at = boottime()
        return channel

    @property
    def age(self) -> float:
        """Seconds since it was opened."""
        return boottime() - self._opened_at

    def send(self, call: Call, *, guard: Guard | None = None) -> Seen:
        """Make the call and close; whatever happens is in what is returned, nothing is raised for it.

        Args:
            call (Call): the request.
            guard (Guard | None): runs immediately before the first byte; may raise `BeforeFirstByte`.
        """
        if self._used:
            raise RuntimeError("A channel is good for one call.")
        self._used = True
        self._wire.guard = guard
        try:
            return self._exchange(call)
        finally:
            self.close()

    def close(self) -> None:
        self._wire.close()
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def _connect(self) -> str:
        """Open the connection; a sentence where it failed."""
        if self._config.ca_bundle and not Path(self._config.ca_bundle).exists():
            return "The file of trusted certificates is not there. Check NAVIGATR_CA_BUNDLE."
        try:
            self._session.connect_ahead()
        except Exception as error:  # noqa: BLE001 - nothing was sent yet: whatever it is, it had no effect
            return f"Navigatr could not be reached: {describe(error)}."
        return ""

    def _exchange(self, call: Call) -> Seen:
        try:
            response = self._session.exchange(call)
        except BeforeFirstByte as abort:
            return self._seen(error=str(abort))
        except Exception as error:  # noqa: BLE001 - the default is *unknown*: an error not thought of is one too
            return self._seen(error=self._words(error))
        if self._wire.expired:
            return self._seen(error=self._words(TimeoutError()))
        return self._answer(response, call.max_bytes)

    def _answer(self, response: requests.Response, max_bytes: int) -> Seen:
        headers = {name.lower(): value for name, value in response.headers.items()}
        seen = partial(self._seen, status_code=response.status_code, headers=headers)
        body = bytearray()
        try:
            for block in response.raw.stream(_BLOCK, decode_content=True):
                body += block
                if len(body) > max_bytes:
                    return seen(error=TOO_LONG)
        except Exception as error:  # noqa: BLE001 - as above
            return seen(error=self._words(error))
        if self._wire.expired:
            return seen(error=self._words(TimeoutError()))
        return seen(body=bytes(body))

    def _seen(self, **what: Any) -> Seen:
        return Seen(wrote=self._wire.wrote, aborted=self._wire.aborted, **what)

    def _words(self, error: Exception) -> str:
        why = "it took too long" if self._wire.expired else describe(error)
        if self._wire.wrote:
            return f"The call was sent and no whole answer came: {why}."
        return f"Navigatr could not be reached: {why}."


class _Adapter(HTTPAdapter):
    """Makes pools of our own connections, each told of the channel's wire."""

    def __init__(self, wire: Wire, config: ClientConfig) -> None:
        self._pools = {"http": partial(PlainPool, wire=wire), "https": partial(TLSPool, wire=wire)}
        self.timeout = Timeout(connect=config.connect_timeout, read=config.read_timeout)
        self.verify: bool | str = config.ca_bundle or True
        self.proxies = config.proxies
        self.base_url = config.base_url
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0, pool_block=True)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **{**kwargs, "timeout": self.timeout})
        self._use_own_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **{**kwargs, "timeout": self.timeout})
        self._use_own_pools(manager)
        return manager

    def _use_own_pools(self, manager: PoolManager) -> None:
        manager.pool_classes_by_scheme = self._pools  # type: ignore[assignment]

    def connect_ahead(self, request: requests.PreparedRequest) -> None:
        pool = self.get_connection_with_tls_context(request, self.verify, self.proxies)
        self.cert_verify(pool, request.url or "", self.verify, None)
        connect_ahead(cast(HTTPConnectionPool, pool))


class _Session(requests.Session):
    """A session that adds nothing of its own: no environment, no netrc, no redirects, no retries."""

    def __init__(self, adapter: _Adapter) -> None:
        super().__init__()
        self.trust_env = False
        self.headers.clear()
        self.headers.update(_HEADERS)
        self.adapters.clear()
        self._adapter = adapter
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, always: even where redirects are off, `requests` would read the whole body of one."""
        return

    def connect_ahead(self) -> None:
        self._adapter.connect_ahead(self.prepare_request(requests.Request("GET", self._adapter.base_url)))

    def exchange(self, call: Call) -> requests.Response:
        request = requests.Request(
            call.method,
            self._adapter.base_url + call.path,
            headers=dict(call.headers),
            params=dict(call.query),
            data=None if call.body is None else json.dumps(call.body).encode(),
        )
        return self.send(
            self.prepare_request(request),
            stream=True,
            timeout=(self._adapter.timeout.connect_timeout, self._adapter.timeout.read_timeout),  # type: ignore[arg-type]
            verify=self._adapter.verify,
            proxies=self._adapter.proxies,
            allow_redirects=False,
        )
