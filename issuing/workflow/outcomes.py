"""What a call's answer means: one pure, total function whose default is *unknown*."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from issuing.enums import Effect, Outcome

EFFECTS: Mapping[Outcome, Effect] = {
    Outcome.ISSUED: Effect.ONE,
    Outcome.REJECTED: Effect.NONE,
    Outcome.UNREACHABLE: Effect.NONE,
    Outcome.ABORTED: Effect.NONE,
    Outcome.RATE_LIMITED: Effect.NONE,
    Outcome.UNAUTHORISED: Effect.NONE,
    Outcome.FORBIDDEN: Effect.NONE,
    Outcome.NOT_FOUND: Effect.NONE,
    Outcome.UNKNOWN: Effect.UNKNOWN,
}

_REFUSALS = frozenset({400, 405, 413, 415, 422})
_ASSERTION_MARKS = ("badge_id", "badge", "issue_date")
_MAX_DETAIL = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one call.

    Args:
        wrote (bool): whether a byte of the request may have left.
        aborted (bool): whether we gave up ourselves before the first byte.
        status_code (int | None): HTTP status, None where no complete answer came.
        headers (Mapping[str, str]): answer headers, names in lower case.
        body (bytes): the answer's body, whole; empty where it was cut.
        error (str): what went wrong in reading or writing, in words; never a secret.
    """

    wrote: bool
    aborted: bool = False
    status_code: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a call came to.

    Args:
        outcome (Outcome): how it ended; its effect is `EFFECTS[outcome]`.
        detail (str): Navigatr's words or ours, 500 characters at most.
        retry_after (float | None): seconds Navigatr asked us to wait, as sent.
        answer (dict | None): the accepted object; only with `Outcome.ISSUED`.
        assertion_id (str): Navigatr's id of the assertion; empty where the answer does not show it.
    """

    outcome: Outcome
    detail: str = ""
    retry_after: float | None = None
    answer: dict[str, Any] | None = None
    assertion_id: str = ""

    @property
    def effect(self) -> Effect:
        return EFFECTS[self.outcome]


def judge_issue(seen: Seen, *, badge_id: int, email: str, now: datetime | None = None) -> Judgement:
    """Say what an issue call came to, whatever was seen.

    Args:
        seen (Seen): what the client saw.
        badge_id (int): the badge that was asked for.
        email (str): the address that was sent; compared without regard to case.
        now (datetime | None): the clock for a `Retry-After` date; aware.
    """
    if seen.status_code is None or not seen.wrote:
        return _without_answer(seen)
    if seen.status_code in (200, 201):
        return _accepted(seen, badge_id, email)
    return _refused(seen, now or datetime.now(UTC))


def _without_answer(seen: Seen) -> Judgement:
    if seen.wrote:
        return Judgement(Outcome.UNKNOWN, _cut(seen.error or "No answer came."))
    if seen.aborted:
        return Judgement(Outcome.ABORTED, _cut(seen.error or "Given up before the first byte."))
    return Judgement(Outcome.UNREACHABLE, _cut(seen.error or "Navigatr could not be reached."))


def _accepted(seen: Seen, badge_id: int, email: str) -> Judgement:
    answer = parse_object(seen.body)
    if answer is None or answer.get("id") in (None, "") or "detail" in answer:
        return Judgement(Outcome.UNKNOWN, "Navigatr answered, but not with the badge that was issued.")
    if _contradicts(answer, badge_id, email):
        return Judgement(Outcome.UNKNOWN, "Navigatr answered about another badge or another person.")
    assertion_id = str(answer["id"]) if _looks_like_assertion(answer) else ""
    return Judgement(Outcome.ISSUED, answer=answer, assertion_id=assertion_id)


def _looks_like_assertion(answer: Mapping[str, Any]) -> bool:
    return any(name in answer for name in _ASSERTION_MARKS) or any(n.startswith("recipient_") for n in answer)


def _contradicts(answer: Mapping[str, Any], badge_id: int, email: str) -> bool:
    named = answer.get("recipient_email")
    if isinstance(named, str) and "@" in named and "*" not in named and named.strip().lower() != email.lower():
        return True
    badge = answer.get("badge")
    badges = [answer.get("badge_id"), badge.get("id") if isinstance(badge, Mapping) else None]
    if not _looks_like_assertion(answer):
        badges.append(answer["id"])
    return any(other is not None and str(other) != str(badge_id) for other in badges)


def _refused(seen: Seen, now: datetime) -> Judgement:
    status, detail = seen.status_code, error_detail(seen.body)
    words = _cut(detail or f"Navigatr answered with status {status}.")
    if status == 429:
        return Judgement(Outcome.RATE_LIMITED, words, retry_after=retry_after_seconds(seen.headers, now))
    if status == 401:
        return Judgement(Outcome.UNAUTHORISED, words)
    if status == 403:
        return Judgement(Outcome.FORBIDDEN, words)
    if status == 404 and detail:
        return Judgement(Outcome.NOT_FOUND, words)
    if status in _REFUSALS and detail:
        return Judgement(Outcome.REJECTED, words)
    return Judgement(Outcome.UNKNOWN, words)


def parse_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body; None where it is anything else."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def error_detail(body: bytes) -> str:
    """Navigatr's words from a body in the API's error shape; empty where it has another shape.

    Returns:
        `detail` itself, or the messages of its list, each after the field it names.

    Source: `{"detail": "text"}` or `{"detail": [{"loc": […], "msg": "…", "type": "…"}]}`.
    """
    parsed = parse_object(body)
    detail = parsed.get("detail") if parsed else None
    if isinstance(detail, str):
        return detail.strip()
    if not isinstance(detail, list):
        return ""
    return "; ".join(line for line in map(_error_line, detail) if line)


def _error_line(item: object) -> str:
    if not isinstance(item, Mapping) or not isinstance(item.get("msg"), str):
        return ""
    loc = item.get("loc")
    names = [str(part) for part in loc if part != "body"] if isinstance(loc, list) else []
    return f"{'.'.join(names)}: {item['msg']}" if names else str(item["msg"])


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds asked for by `Retry-After` (a number or an HTTP date); None where there is none that can be read."""
    raw = headers.get("retry-after", "").strip()
    if not raw:
        return None
    if raw.isascii() and raw.replace(".", "", 1).isdigit():
        return float(raw)
    try:
        when = parsedate_to_datetime(raw)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def _cut(words: str) -> str:
    return words if len(words) <= _MAX_DETAIL else words[: _MAX_DETAIL - 1] + "…"
