"""What the practice data asks of the practice server beside the API: its own buttons."""

import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from issuing.exceptions import IssuingError
from issuing.models import Connection
from issuing.services import connections

OWNER = "practice-pat-owner"
STRANGER = "practice-pat-stranger"


def post(path: str, values: Mapping[str, object] | None = None) -> None:
    """Press one of its buttons.

    Raises:
        IssuingError: it did not answer, or said no.
    """
    _asked(path, json.dumps(values or {}).encode())


def claim(number: int) -> None:
    """Have so many learners claim what they were sent, the earliest first."""
    for email in reversed(_asked("/practice/outbox.json")[-number:]):
        post(f"/practice/assertions/{email['assertion_id']}/claim")


def _asked(path: str, body: bytes | None = None) -> Any:
    address = f"http://{settings.NAVIGATR_HOSTS[0]}{path}"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - this machine, as the settings say
            return json.load(answer)
    except urllib.error.URLError as error:
        raise IssuingError(f"The practice server at {address} did not do it: {error.reason}.") from error


@contextlib.contextmanager
def held_back(connection: Connection) -> Iterator[None]:
    """One transaction in which nobody sends anything over this connection."""
    with transaction.atomic():
        connections.lock(connection.pk)
        yield
