"""What a call's answer means: one pure, total function whose default is *unknown*."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

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
_BADGE_MARKS = ("recipient_type", "name", "issuer")
_MAX_DETAIL = 500
_MAX_DEPTH = 50
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,50}")
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one call.

    Args:
        wrote (bool): whether a byte of the request may have left.
        aborted (bool): whether we gave up ourselves before the first byte.
        status_code (int | None): HTTP status, None where no answer's head came.
        headers (Mapping[str, str]): answer headers, names in lower case.
        body (bytes): the answer's body, whole; empty where it was cut: its status stands, for 401, 403 and 429 say
            enough by themselves.
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
        assertion_id (str): Navigatr's id of the assertion, at most 50 characters fit for an address; empty where the
            answer does not show one.
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
    if seen.wrote and seen.status_code in (200, 201):
        return _accepted(seen, badge_id, email)
    return judge_refusal(seen, now=now)


def judge_refusal(seen: Seen, *, now: datetime | None = None) -> Judgement:
    """Say what any call that writes came to, where it was not answered with 200 or 201."""
    if seen.status_code is None or not seen.wrote:
        return _without_answer(seen)
    return _refused(seen, now or datetime.now(UTC))


def _without_answer(seen: Seen) -> Judgement:
    if seen.wrote:
        return Judgement(Outcome.UNKNOWN, _cut(seen.error or "No answer came."))
    if seen.aborted:
        return Judgement(Outcome.ABORTED, _cut(seen.error or "Given up before the first byte."))
    return Judgement(Outcome.UNREACHABLE, _cut(seen.error or "Navigatr could not be reached."))


def _accepted(seen: Seen, badge_id: int, email: str) -> Judgement:
    answer = parse_object(seen.body)
    if answer is None or not _has_id(answer) or "detail" in answer:
        words = seen.error or "Navigatr answered, but not with the badge that was issued."
        return Judgement(Outcome.UNKNOWN, _cut(words))
    if _is_of_another_person(answer, email) or _is_of_another_badge(answer, badge_id):
        return Judgement(Outcome.UNKNOWN, "Navigatr answered about another badge or another person.")
    return Judgement(Outcome.ISSUED, answer=answer, assertion_id=_assertion_id(answer, badge_id))


def _assertion_id(answer: Mapping[str, Any], badge_id: int) -> str:
    """The assertion's id, where it says so; the badge's own id is none, whatever stands beside it."""
    identity = id_text(answer["id"]) if _looks_like_assertion(answer) else ""
    return "" if identity == str(badge_id) else identity


def _has_id(answer: Mapping[str, Any]) -> bool:
    """Whether it names itself: by a number from 1, or by any word, one too odd to be kept included."""
    identity = answer.get("id")
    return identity.strip() not in ("", "0") if isinstance(identity, str) else bool(id_text(identity))


def id_text(value: object) -> str:
    """An id as text that fits a column and an address; empty for anything else, 0 included."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value).strip() if isinstance(value, str) or 0 < value < 10**50 else ""
    return text if _ID.fullmatch(text) and text != "0" else ""


def _looks_like_assertion(answer: Mapping[str, Any]) -> bool:
    """Whether it says something only an assertion says; `recipient_type` is a badge's own."""
    return any(name in answer for name in _ASSERTION_MARKS) or any(
        name.startswith("recipient_") and name != "recipient_type" for name in answer
    )


def _is_of_another_person(answer: Mapping[str, Any], email: str) -> bool:
    named = answer.get("recipient_email")
    return isinstance(named, str) and shows_address(named) and not _same(named, email)


def _is_of_another_badge(answer: Mapping[str, Any], badge_id: int) -> bool:
    """Whether an id of a badge in it is not ours; of a bare badge, its own id is one."""
    badge = answer.get("badge")
    named = [answer.get("badge_id"), badge.get("id") if isinstance(badge, Mapping) else None]
    if isinstance(badge, int):
        named.append(badge)
    if not _looks_like_assertion(answer) and any(name in answer for name in _BADGE_MARKS):
        named.append(answer["id"])
    return any(str(other) != str(badge_id) for other in named if other is not None)


def shows_address(text: str) -> bool:
    """Whether an e-mail address is there in full, neither left out nor redacted."""
    return "@" in text and "*" not in text and "…" not in text


def _same(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()


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
    parsed = parse_json(body)
    return parsed if isinstance(parsed, dict) else None


def parse_json(body: bytes) -> Any:
    """What a body says in JSON; None where it is none.

    What PostgreSQL keeps in no text and no JSON is taken out: NUL, lone surrogates, numbers beyond any. What is nested
    deeper than anything of Navigatr's counts as none.
    """
    try:
        return _storable(json.loads(body, parse_constant=_refuse_constant), _MAX_DEPTH)
    except (ValueError, RecursionError):
        return None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")


def _storable(value: Any, depth: int) -> Any:
    if depth == 0:
        raise ValueError("This is nested too deeply.")
    if isinstance(value, str):
        return _UNSTORABLE.sub(" ", value)
    if isinstance(value, dict):
        return {_UNSTORABLE.sub(" ", name): _storable(inner, depth - 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner, depth - 1) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


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
    if raw.isascii() and raw.replace(".", "", 1).isdigit():
        seconds = float(raw)
        return seconds if math.isfinite(seconds) else None
    try:
        when = parsedate_to_datetime(raw)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _cut(words: str) -> str:
    return words if len(words) <= _MAX_DETAIL else words[: _MAX_DETAIL - 1] + "…"
