"""What was seen of a call, as a value or as one of the three errors: no effect, rejected, outcome unknown."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

from issuing.enums import Effect, Outcome
from issuing.exceptions import NoEffect, OutcomeUnknown, Rejected
from issuing.navigatr.channel import TOO_LONG
from issuing.workflow.outcomes import Judgement, Seen, error_detail, judge_refusal, parse_json, retry_after_seconds

Redact = Callable[[str], str]

_TURNED_AWAY = {401: Outcome.UNAUTHORISED, 403: Outcome.FORBIDDEN, 404: Outcome.NOT_FOUND, 429: Outcome.RATE_LIMITED}


def raise_for(judgement: Judgement, status_code: int | None, redact: Redact) -> NoReturn:
    """Raise what a judgement without the wished effect stands for."""
    words, outcome = redact(judgement.detail), judgement.outcome
    if outcome is Outcome.REJECTED:
        raise Rejected(words, outcome=outcome, status_code=status_code)
    if judgement.effect is Effect.NONE:
        raise NoEffect(words, outcome=outcome, status_code=status_code, retry_after=judgement.retry_after)
    raise OutcomeUnknown(words, outcome=Outcome.UNKNOWN, status_code=status_code)


def read_answer(seen: Seen, redact: Redact) -> Any:
    """The JSON array, or object with anything in it, that a read was answered with.

    A read changes nothing, so a call that broke off at any point had no effect.

    Raises:
        NoEffect: no answer, or it was turned away: 401, 403, 404, 429.
        Rejected: another 4xx.
        OutcomeUnknown: a server error, a redirect, or an answer that is no such JSON.
    """
    judgement = _judge_read(seen)
    if judgement is not None:
        raise_for(judgement, seen.status_code, redact)
    parsed = parse_json(seen.body)
    if isinstance(parsed, list) or _is_answer(parsed):
        return parsed
    raise_for(_unusable(seen), seen.status_code, redact)


def write_answer(seen: Seen, redact: Redact) -> dict[str, Any]:
    """The JSON object, with anything in it, that a write (other than issuing) was answered with.

    Raises:
        NoEffect: nothing was written, or it was turned away.
        Rejected: Navigatr understood and said no.
        OutcomeUnknown: anything else.
    """
    if seen.status_code in (200, 201) and seen.wrote:
        parsed = parse_json(seen.body)
        if _is_answer(parsed):
            return parsed
        raise_for(_unusable(seen), seen.status_code, redact)
    raise_for(judge_refusal(seen), seen.status_code, redact)


def _is_answer(parsed: Any) -> bool:
    """Whether it is an object that says something, and not why something was not done."""
    return isinstance(parsed, dict) and bool(parsed) and "detail" not in parsed


def _judge_read(seen: Seen) -> Judgement | None:
    """What keeps a read's answer from being used; None where nothing does."""
    status = seen.status_code
    if status is None or not seen.wrote:
        outcome = Outcome.ABORTED if seen.aborted else Outcome.UNREACHABLE
        return Judgement(outcome, seen.error or "Navigatr could not be reached.")
    words = error_detail(seen.body) or f"Navigatr answered with status {status}."
    if status in _TURNED_AWAY:
        return Judgement(_TURNED_AWAY[status], words, retry_after_seconds(seen.headers, datetime.now(UTC)))
    if 400 <= status < 500:
        return Judgement(Outcome.REJECTED, words)
    if status not in (200, 201):
        return Judgement(Outcome.UNKNOWN, words)
    if seen.error and seen.error != TOO_LONG:
        return Judgement(Outcome.UNREACHABLE, seen.error)
    return None


def _unusable(seen: Seen) -> Judgement:
    words = seen.error or error_detail(seen.body) or "Navigatr answered, but not with what was asked for."
    return Judgement(Outcome.UNKNOWN, words)
