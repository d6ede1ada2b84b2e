"""Faults on demand: tags in the recipient's address decide what a call to issue does and answers.

`anna+500-after-once@example.org` carries the tag `500-after-once`. Several tags may follow each other:
`anna+500-after+redacted@example.org`. An unknown tag is only a part of the address.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from issuing.practice.messages import HTML, Delivery, Reply, error_reply, json_reply, problem

ONCE = "-once"
_NUMBERED = re.compile(r"(.+)-(\d{1,5})")
_GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_SIGN_IN_PAGE = b"<!doctype html><title>Sign in</title><h1>Sign in to continue</h1>"

Answer = Callable[[Reply, int], Reply]


@dataclass(frozen=True)
class Fault:
    """What one tag does.

    Attributes:
        effect (bool): the badge is issued and its e-mail sent, whatever the answer.
        says (str): a sentence for the table.
        answer: makes the answer from the proper one (a stub when there is no effect) and the tag's number.
        number (int | None): the default of a tag that ends in a number, such as a port or seconds.
    """

    name: str
    effect: bool
    says: str
    answer: Answer
    number: int | None = None


@dataclass(frozen=True)
class Tag:
    """One tag of an address."""

    fault: Fault
    number: int
    once: bool

    def apply(self, reply: Reply) -> Reply:
        """Return the answer that the fault makes of the proper one."""
        return replace(self.fault.answer(reply, self.number), fault=self.fault.name)


def _error(status: int, detail: object) -> Answer:
    return lambda _reply, _number: error_reply(status, detail)


def _delivered(delivery: Delivery) -> Answer:
    return lambda reply, _number: replace(reply, delivery=delivery)


def _body(body: bytes, content_type: str | None = None, status: int = 200) -> Answer:
    return lambda reply, _number: Reply(status, body, content_type or reply.content_type)


def _unchanged(reply: Reply, _number: int) -> Reply:
    return reply


def _with_status(status: int) -> Answer:
    return lambda reply, _number: replace(reply, status=status)


def _too_many_seconds(_reply: Reply, seconds: int) -> Reply:
    return error_reply(429, "Too many requests", {"Retry-After": str(seconds)})


def _too_many_date(_reply: Reply, seconds: int) -> Reply:
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    return error_reply(429, "Too many requests", {"Retry-After": format_datetime(until, usegmt=True)})


def _redirect(_reply: Reply, port: int) -> Reply:
    return Reply(307, headers={"Location": f"http://127.0.0.1:{port}/elsewhere"})


def _bad_json(reply: Reply, _number: int) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _bare_badge(reply: Reply, _number: int) -> Reply:
    return json_reply(json.loads(reply.body)["badge"])


def _wrong_person(reply: Reply, _number: int) -> Reply:
    return json_reply(json.loads(reply.body) | {"recipient_email": "somebody.else@example.net"})


def _wrong_badge(reply: Reply, _number: int) -> Reply:
    shape = json.loads(reply.body)
    return json_reply(shape | {"badge_id": 52, "badge": shape["badge"] | {"id": 52}})


def _slow(reply: Reply, seconds: int) -> Reply:
    return replace(reply, delay=float(seconds))


_INVALID = [problem(["body", "recipient_email"], "value is not a valid email address", "value_error.email")]

ANSWERS = (
    Fault("422", False, "Refused: the address is not valid.", _error(422, _INVALID)),
    Fault("400", False, "Refused in words.", _error(400, "This recipient cannot receive badges")),
    Fault("401", False, "The token is refused.", _error(401, "Could not validate credentials")),
    Fault("403", False, "No right to this badge.", _error(403, "Not enough permissions")),
    Fault("404", False, "No such badge.", _error(404, "Badge not found")),
    Fault("404-html", False, "A 404 page of a proxy.", _body(_GATEWAY_PAGE, HTML, 404)),
    Fault("409", False, "A conflict.", _error(409, "Conflict")),
    Fault("429", False, "Too fast, without saying until when.", _error(429, "Too many requests")),
    Fault("429-retry-after", False, "Too fast; Retry-After in seconds.", _too_many_seconds, 3),
    Fault("429-date", False, "Too fast; Retry-After as an HTTP date.", _too_many_date, 3),
    Fault("500-before", False, "A server error before anything happened.", _error(500, "Internal Server Error")),
    Fault("500-after", True, "A server error after the badge was issued.", _error(500, "Internal Server Error")),
    Fault("502-html", False, "A gateway's page; nothing was issued.", _body(_GATEWAY_PAGE, HTML, 502)),
    Fault("502-html-after", True, "A gateway's page after the badge was issued.", _body(_GATEWAY_PAGE, HTML, 502)),
    Fault("503-before", False, "Down for maintenance.", _error(503, "Service Unavailable")),
    Fault("reset-before", False, "The connection is reset; nothing was issued.", _delivered(Delivery.RESET)),
    Fault("reset-after", True, "The connection is reset after issuing.", _delivered(Delivery.RESET)),
    Fault("hang-before", False, "Never answers; nothing was issued.", _delivered(Delivery.HANG)),
    Fault("hang-after", True, "Never answers after issuing.", _delivered(Delivery.HANG)),
    Fault("cut-body", True, "Closes in the middle of the body.", _delivered(Delivery.CUT)),
    Fault("slow-drip", True, "The body comes byte by byte.", _delivered(Delivery.DRIP)),
    Fault("slow-drip-head", True, "The answer comes byte by byte, headers too.", _delivered(Delivery.DRIP_ALL)),
    Fault("bad-json", True, "200 with half a JSON object.", _bad_json),
    Fault("empty-object", True, "200 with {}.", _body(b"{}")),
    Fault("empty-body", True, "200 with nothing.", _body(b"")),
    Fault("list-body", True, "200 with [].", _body(b"[]")),
    Fault("200-html", True, "200 with a sign-in page.", _body(_SIGN_IN_PAGE, HTML)),
    Fault("200-detail", True, "200 with only a detail.", _error(200, "Queued for processing")),
    Fault("201", True, "The proper answer, but with status 201.", _with_status(201)),
    Fault("bare-badge", True, "200 with the badge instead of the assertion.", _bare_badge),
    Fault("wrong-person", True, "200 with somebody else's address.", _wrong_person),
    Fault("wrong-badge", True, "200 with another badge's id.", _wrong_badge),
    Fault("redirect", False, "307 to /elsewhere on another port of this machine.", _redirect, 9),
    Fault("slow", True, "Issues at once, answers so many seconds later.", _slow, 5),
    Fault("late-effect", True, "Issues and answers only so many seconds later.", _unchanged, 5),
)
"""Only the first of these in an address counts."""

LISTINGS = (
    Fault("not-listed", True, "Issued, but hidden from lists.", _unchanged),
    Fault("listed-after", True, "Issued, but listed only so many seconds later.", _unchanged, 30),
    Fault("redacted", True, "Issued, but lists show no address.", _unchanged),
)
"""These may stand beside one of the others."""

FAULTS = {fault.name: fault for fault in (*ANSWERS, *LISTINGS)}

OUTAGES = (
    "500-before", "503-before", "502-html", "reset-before", "hang-before", "429", "429-retry-after", "401", "403",
    "500-after", "reset-after", "hang-after", "slow-drip", "200-html", "empty-object",
)  # fmt: skip
"""Faults that make sense for every call, so that the whole server can have them."""


def parse_tags(email: str) -> tuple[Tag, ...]:
    """Return the known tags of an address, in order; the case of letters does not matter."""
    _, *tags = email.rpartition("@")[0].casefold().split("+")
    return tuple(found for tag in tags if (found := _tag(tag)))


def _tag(text: str) -> Tag | None:
    once = text.endswith(ONCE)
    name = text.removesuffix(ONCE)
    if name in FAULTS:
        return Tag(FAULTS[name], FAULTS[name].number or 0, once)
    numbered = _NUMBERED.fullmatch(name)
    fault = FAULTS.get(numbered[1]) if numbered else None
    if numbered is None or fault is None or fault.number is None:
        return None
    return Tag(fault, int(numbered[2]), once)
