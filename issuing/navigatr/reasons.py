"""What went wrong on the way, in words of our own: an exception's text may hold an address or a password."""

import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException
from typing import Final

import requests
from urllib3 import exceptions as urllib3_errors

_WORDS: Final[tuple[tuple[tuple[type[BaseException], ...], str], ...]] = (
    ((urllib3_errors.ProxyError, requests.exceptions.ProxyError), "the proxy did not let us through"),
    ((socket.gaierror, urllib3_errors.NameResolutionError), "its name could not be found"),
    ((ssl.SSLCertVerificationError,), "its certificate was not accepted"),
    ((ConnectionRefusedError,), "it refused the connection"),
    ((urllib3_errors.ConnectTimeoutError, requests.ConnectTimeout), "no connection in time"),
    ((urllib3_errors.ReadTimeoutError, requests.ReadTimeout), "no answer in time"),
    ((TimeoutError, urllib3_errors.TimeoutError, requests.Timeout), "it took too long"),
    ((ssl.SSLError, urllib3_errors.SSLError, requests.exceptions.SSLError), "no secure connection could be made"),
    ((ConnectionError, HTTPException, urllib3_errors.ProtocolError), "the connection broke off"),
    ((urllib3_errors.DecodeError, requests.exceptions.ContentDecodingError), "the answer could not be unpacked"),
    ((OSError, requests.ConnectionError), "the connection failed"),
)


def describe(error: BaseException) -> str:
    """A few words for what went wrong, never the exception's own text."""
    chain = list(_chain(error))
    for kinds, words in _WORDS:
        if any(_is_one_of(link, kinds) for link in chain):
            return words
    return f"unexpected {type(error).__name__}"


def _is_one_of(link: BaseException, kinds: tuple[type[BaseException], ...]) -> bool:
    """Whether it is of one of the kinds. That all exceptions of `requests` are `OSError` says nothing."""
    if isinstance(link, requests.RequestException):
        kinds = tuple(kind for kind in kinds if issubclass(kind, requests.RequestException))
    return isinstance(link, kinds)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and all it wraps, each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner = [link.__cause__, getattr(link, "reason", None), *link.args]
        waiting.extend(other for other in inner if isinstance(other, BaseException))
