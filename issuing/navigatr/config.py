"""Where Navigatr is and how long to wait for it; which addresses may be called at all."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

from issuing.exceptions import InvalidInput

DEFAULT_HOSTS: Final = ("api.navigatr.app", "stagapi.navigatr.app")
GRACE_SECONDS: Final = 10.0
"""How much longer than the read time-out a call may take in all."""

_PLAIN: Final = re.compile(r"[\x21-\x7e]+")
_PATH: Final = re.compile(r"(/[A-Za-z0-9_-]+)*/v1")
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """Where to call and how long to wait; checked when it is made.

    Args:
        base_url (str): ends in `/v1`; normalised.
        read_timeout (float): seconds of silence before giving up on an answer.
        connect_timeout (float): seconds for name, TCP, proxy and TLS together.
        proxy (str): address of an HTTP proxy, may hold its password; not used for loopback. Empty: none.
        ca_bundle (str): file or directory of trusted certificates; empty: the usual ones.
        allowed_hosts (Collection[str]): see `check_base_url`.

    Raises:
        InvalidInput: the address is none that may be called.
    """

    base_url: str
    read_timeout: float = 60.0
    connect_timeout: float = 5.0
    proxy: str = field(default="", repr=False)
    ca_bundle: str = ""
    allowed_hosts: Collection[str] = DEFAULT_HOSTS

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", check_base_url(self.base_url, self.allowed_hosts))

    @property
    def total_timeout(self) -> float:
        """Seconds a call may take from its first byte."""
        return self.read_timeout + GRACE_SECONDS

    @property
    def proxies(self) -> dict[str, str]:
        """The proxy by scheme; a loopback address is ours alone and is called directly."""
        if not self.proxy or is_loopback(urlsplit(self.base_url).hostname or ""):
            return {}
        return {"https": self.proxy}


def check_base_url(url: str, allowed_hosts: Collection[str]) -> str:
    """The address without a trailing slash, if a token may be sent there.

    HTTPS to a host in the list; plain HTTP only to a loopback `host:port` in the list. An entry without a port
    allows the usual port only.

    Raises:
        InvalidInput: with the sentence for whoever typed it; the address itself is not repeated.
    """
    parts = _split(url.strip())
    host, port = parts.hostname or "", _port(parts)
    if not _PATH.fullmatch(parts.path.removesuffix("/")):
        raise InvalidInput("The address of Navigatr must end in /v1.")
    if parts.scheme == "http" and not (is_loopback(host) and port is not None):
        raise InvalidInput("The address of Navigatr must begin with https://.")
    if not _allowed(host, port, parts.scheme, allowed_hosts):
        raise InvalidInput("This host is not one that may be called. NAVIGATR_HOSTS lists those that may.")
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None or (parts.scheme, port) == ("https", 443) else f"{shown}:{port}"
    return f"{parts.scheme}://{netloc}{parts.path.removesuffix('/')}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    if not _PLAIN.fullmatch(url) or "\\" in url:
        raise InvalidInput("The address of Navigatr is not one: it is empty or has a blank or odd letter in it.")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InvalidInput("The address of Navigatr is not a web address.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("The address of Navigatr must begin with https://.")
    if "@" in parts.netloc:
        raise InvalidInput("The address of Navigatr must not hold a user name or password.")
    if "?" in url or "#" in url:
        raise InvalidInput("The address of Navigatr must end in /v1, with nothing after it.")
    return parts


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise InvalidInput("The port in the address of Navigatr is not a port.") from None


def _allowed(host: str, port: int | None, scheme: str, allowed_hosts: Collection[str]) -> bool:
    if not (_NAME.fullmatch(host) or is_loopback(host)):
        return False
    listed = {entry.strip().lower() for entry in allowed_hosts}
    shown = f"[{host}]" if ":" in host else host
    if scheme == "http":
        return f"{shown}:{port}" in listed
    usual = port in (None, 443)
    return (usual and shown in listed) or f"{shown}:{443 if usual else port}" in listed
