"""An answer becomes a value, or one of the three errors."""

from typing import Any

import pytest

from issuing.enums import Effect, Outcome
from issuing.exceptions import NavigatrError, NoEffect, OutcomeUnknown, Rejected
from issuing.navigatr.answers import raise_for, read_answer, write_answer
from issuing.navigatr.channel import TOO_LONG
from issuing.workflow.outcomes import EFFECTS, Judgement, Seen

DETAIL = b'{"detail": "No, secret-token"}'


def redact(words: str) -> str:
    return words.replace("secret-token", "…")


def answered(status: int, body: bytes = DETAIL, **more: Any) -> Seen:
    return Seen(wrote=True, status_code=status, body=body, **more)


def failure(act: Any, seen: Seen) -> tuple[type[NavigatrError], Outcome, int | None, str]:
    with pytest.raises(NavigatrError) as caught:
        act(seen, redact)
    error = caught.value
    return type(error), error.outcome, error.status_code, str(error)


READS = [
    (answered(401), NoEffect, Outcome.UNAUTHORISED, "No, …"),
    (answered(403), NoEffect, Outcome.FORBIDDEN, "No, …"),
    (answered(404), NoEffect, Outcome.NOT_FOUND, "No, …"),
    (answered(404, b"<html>"), NoEffect, Outcome.NOT_FOUND, "Navigatr answered with status 404."),
    (answered(429), NoEffect, Outcome.RATE_LIMITED, "No, …"),
    (answered(400), Rejected, Outcome.REJECTED, "No, …"),
    (answered(409), Rejected, Outcome.REJECTED, "No, …"),
    (answered(422), Rejected, Outcome.REJECTED, "No, …"),
    (answered(500), OutcomeUnknown, Outcome.UNKNOWN, "No, …"),
    (answered(307, b""), OutcomeUnknown, Outcome.UNKNOWN, "Navigatr answered with status 307."),
    (answered(200), OutcomeUnknown, Outcome.UNKNOWN, "No, …"),
    (answered(200, b"", error=TOO_LONG), OutcomeUnknown, Outcome.UNKNOWN, TOO_LONG),
    (answered(200, b"", error="It broke off."), NoEffect, Outcome.UNREACHABLE, "It broke off."),
    (Seen(wrote=True, error="It broke off."), NoEffect, Outcome.UNREACHABLE, "It broke off."),
    (Seen(wrote=False), NoEffect, Outcome.UNREACHABLE, "Navigatr could not be reached."),
    (Seen(wrote=False, aborted=True, error="Too late."), NoEffect, Outcome.ABORTED, "Too late."),
]


@pytest.mark.parametrize(("seen", "kind", "outcome", "words"), READS)
def test_read_fails_as_its_answer_says_when_it_fails(
    seen: Seen, kind: type[NavigatrError], outcome: Outcome, words: str
) -> None:
    assert failure(read_answer, seen) == (kind, outcome, seen.status_code, words)


@pytest.mark.parametrize(("body", "value"), [(b"[]", []), (b'[{"id": 1}]', [{"id": 1}]), (b'{"a": null}', {"a": None})])
def test_read_gives_what_was_answered_when_it_is_an_answer(body: bytes, value: object) -> None:
    assert read_answer(answered(200, body), redact) == value


NO_ANSWERS = [b"", b"{}", b"null", b"7", b'"text"', b"<html>", b'{"id": 1', b"\xff"]


@pytest.mark.parametrize("act", [read_answer, write_answer])
@pytest.mark.parametrize("body", NO_ANSWERS)
def test_outcome_is_unknown_when_the_answer_says_nothing(act: Any, body: bytes) -> None:
    words = "Navigatr answered, but not with what was asked for."
    assert failure(act, answered(200, body)) == (OutcomeUnknown, Outcome.UNKNOWN, 200, words)


WRITES = [
    (answered(401), NoEffect, Outcome.UNAUTHORISED, "No, …"),
    (answered(404), NoEffect, Outcome.NOT_FOUND, "No, …"),
    (answered(404, b"<html>"), OutcomeUnknown, Outcome.UNKNOWN, "Navigatr answered with status 404."),
    (answered(400), Rejected, Outcome.REJECTED, "No, …"),
    (answered(409), OutcomeUnknown, Outcome.UNKNOWN, "No, …"),
    (answered(500), OutcomeUnknown, Outcome.UNKNOWN, "No, …"),
    (answered(204, b""), OutcomeUnknown, Outcome.UNKNOWN, "Navigatr answered with status 204."),
    (answered(200), OutcomeUnknown, Outcome.UNKNOWN, "No, …"),
    (answered(200, b"[]"), OutcomeUnknown, Outcome.UNKNOWN, "Navigatr answered, but not with what was asked for."),
    (answered(200, b"", error="It broke off."), OutcomeUnknown, Outcome.UNKNOWN, "It broke off."),
    (Seen(wrote=True, error="It broke off."), OutcomeUnknown, Outcome.UNKNOWN, "It broke off."),
    (Seen(wrote=False, error="Refused."), NoEffect, Outcome.UNREACHABLE, "Refused."),
]


@pytest.mark.parametrize(("seen", "kind", "outcome", "words"), WRITES)
def test_write_fails_as_its_answer_says_when_it_fails(
    seen: Seen, kind: type[NavigatrError], outcome: Outcome, words: str
) -> None:
    assert failure(write_answer, seen) == (kind, outcome, seen.status_code, words)


def test_write_gives_what_was_answered_when_it_is_an_object() -> None:
    assert write_answer(answered(201, b'{"id": 1}'), redact) == {"id": 1}


@pytest.mark.parametrize(("headers", "seconds"), [({"retry-after": "3"}, 3.0), ({}, None)])
def test_error_says_how_long_to_wait_when_navigatr_did(headers: dict[str, str], seconds: float | None) -> None:
    for act in (read_answer, write_answer):
        with pytest.raises(NoEffect) as caught:
            act(answered(429, headers=headers), redact)
        assert caught.value.retry_after == seconds


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.ISSUED])
def test_error_keeps_its_outcome_when_a_judgement_is_raised(outcome: Outcome) -> None:
    with pytest.raises(NavigatrError) as caught:
        raise_for(Judgement(outcome, "secret-token"), 418, redact)
    effect = Effect.UNKNOWN if isinstance(caught.value, OutcomeUnknown) else Effect.NONE
    assert (caught.value.outcome, effect, str(caught.value)) == (outcome, EFFECTS[outcome], "…")
    assert isinstance(caught.value, Rejected) is (outcome is Outcome.REJECTED)
