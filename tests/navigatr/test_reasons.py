"""What went wrong, in words of our own."""

import http.client
import socket
import ssl

import pytest
import requests
from urllib3 import exceptions as urllib3_errors

from issuing.navigatr.reasons import describe
from tests.navigatr.errors import all_errors


def wrapped(inner: BaseException, outer: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


ROWS = [
    (socket.gaierror(-2, "secret"), "its name could not be found"),
    (ssl.SSLCertVerificationError("secret"), "its certificate was not accepted"),
    (ConnectionRefusedError(111, "secret"), "it refused the connection"),
    (requests.ConnectTimeout("secret"), "no connection in time"),
    (requests.ReadTimeout("secret"), "no answer in time"),
    (urllib3_errors.ReadTimeoutError(None, "secret", "secret"), "no answer in time"),  # type: ignore[arg-type]
    (TimeoutError("secret"), "it took too long"),
    (ssl.SSLError("secret"), "no secure connection could be made"),
    (urllib3_errors.ProxyError("secret", OSError("secret")), "the proxy did not let us through"),
    (http.client.BadStatusLine("secret"), "the connection broke off"),
    (urllib3_errors.IncompleteRead(1, 2), "the connection broke off"),
    (urllib3_errors.DecodeError("secret"), "the answer could not be unpacked"),
    (requests.ConnectionError("secret"), "the connection failed"),
    (PermissionError("secret"), "the connection failed"),
    (ValueError("secret"), "unexpected ValueError"),
    (requests.exceptions.InvalidHeader("secret"), "unexpected InvalidHeader"),
    (wrapped(ConnectionRefusedError("secret"), requests.ConnectionError("secret")), "it refused the connection"),
    (requests.ConnectionError(urllib3_errors.ProtocolError("secret", OSError())), "the connection broke off"),
    (wrapped(ConnectionResetError("secret"), urllib3_errors.ProtocolError("secret")), "the connection broke off"),
]


@pytest.mark.parametrize(("error", "words"), ROWS)
def test_error_is_described_by_what_lies_under_it_when_a_call_fails(error: BaseException, words: str) -> None:
    assert describe(error) == words


def test_description_never_repeats_an_error_when_it_may_hold_a_secret() -> None:
    words = {kind: describe(kind.__new__(kind, "secret")) for kind in all_errors()}
    assert [kind for kind, said in words.items() if "secret" in said] == []


def test_description_ends_when_errors_name_each_other() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert describe(one) == "unexpected ValueError"
