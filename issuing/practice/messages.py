"""What comes in, what goes out, and the way it goes out. Knows no sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum
from urllib.parse import parse_qs

JSON = "application/json"
HTML = "text/html; charset=utf-8"
FORM = "application/x-www-form-urlencoded"

Problem = dict[str, object]


class Delivery(Enum):
    """How a reply is put on the wire."""

    PLAIN = "plain"
    """As it should be."""
    RESET = "reset"
    """Nothing is sent; the connection is torn down with RST."""
    HANG = "hang"
    """Nothing is sent; the connection stays open until the client gives up."""
    CUT = "cut"
    """Half of the body, then the connection is closed."""
    DRIP = "drip"
    """The headers at once, then the body one byte at a time."""
    DRIP_ALL = "drip-all"
    """One byte at a time from the status line on."""


class Refusal(Exception):
    """The request is answered with an error; `detail` is the API's own shape, text or a list of problems."""

    def __init__(self, status: int, detail: str | list[Problem]) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True)
class Request:
    """One request, read completely."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Message
    body: bytes = b""

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters; "" when none was sent."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_form(self) -> bool:
        """Whether a browser's form was posted, so that the answer should be a page."""
        return self.content_type == FORM

    def json_object(self) -> dict[str, object]:
        """Return the JSON object of the body.

        Raises:
            Refusal: 422, when the content type is not JSON or the body is not an object.
        """
        if self.content_type != JSON:
            raise invalid(["body"], "value is not a valid dict", "type_error.dict")
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise invalid(["body"], f"JSON decode error: {error}", "value_error.jsondecode") from error
        if not isinstance(value, dict):
            raise invalid(["body"], "value is not a valid dict", "type_error.dict")
        return value

    def fields(self) -> dict[str, object]:
        """Return what a practice page or a test posted, be it a form or a JSON object; an empty body is {}."""
        if not self.is_form:
            return self.json_object() if self.body else {}
        pairs = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in pairs.items()}


@dataclass(frozen=True)
class Reply:
    """One answer; `fault` names the fault that shaped it, `delay` is in seconds and comes before the first byte."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.PLAIN
    delay: float = 0.0
    fault: str = ""

    @property
    def recorded_status(self) -> int | None:
        """The status the client can see; None when nothing is sent at all."""
        return None if self.delivery in (Delivery.RESET, Delivery.HANG) else self.status


def json_reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return `value` as a JSON answer."""
    return Reply(status=status, body=json.dumps(value).encode(), headers=headers or {})


def error_reply(status: int, detail: object, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an error in the API's shape, `{"detail": …}`."""
    return json_reply({"detail": detail}, status, headers)


def html_reply(page: str, status: int = 200) -> Reply:
    """Return a page."""
    return Reply(status=status, body=page.encode(), content_type=HTML)


def see_other(path: str) -> Reply:
    """Return the answer that sends a browser on to a page after a form was posted."""
    return Reply(status=303, headers={"Location": path})


def problem(loc: list[str], msg: str, kind: str) -> Problem:
    """Return one entry of a validation error's list."""
    return {"loc": loc, "msg": msg, "type": kind}


def invalid(loc: list[str], msg: str, kind: str) -> Refusal:
    """Return a 422 with a single problem, to be raised."""
    return Refusal(422, [problem(loc, msg, kind)])
