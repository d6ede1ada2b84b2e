"""Plain HTTP to the practice server, without the client."""

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from issuing.practice import PracticeServer

OWNER = {"X-Access-Token": "practice-pat-owner"}
ANA = {"recipient_firstname": "Ana", "recipient_lastname": "Ng", "recipient_email": "ana@example.org"}


class Answer:
    """One answer, read whole.

    Attributes:
        json: its body, parsed; None where it is no JSON.
    """

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()
        self.json = json.loads(self.text) if self.headers["Content-Type"] == "application/json" and self.text else None


def ask(
    practice: PracticeServer, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """Send one request, `body` as JSON unless it is bytes or None."""
    content = json.dumps(body).encode() if body is not None and not isinstance(body, bytes) else body
    connection = http.client.HTTPConnection(practice.host, practice.port, timeout=10)
    try:
        connection.request(method, path, content, {"Content-Type": "application/json", **(headers or {})})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def api(practice: PracticeServer, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """Send one call below /v1 as the owner."""
    return ask(practice, method, f"/v1{path}", body, OWNER | headers)


def post_form(practice: PracticeServer, path: str, **fields: str) -> Answer:
    """Post a page's form, as a browser does."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": practice.origin}
    return ask(practice, "POST", path, urlencode(fields).encode(), headers)


def until(happened: Callable[[], object]) -> None:
    """Wait for something another thread or process does; ten seconds at most."""
    end = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < end, "It did not happen."
        time.sleep(0.01)
