"""What an answer means: every row of the table, and whatever else may come."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from issuing.enums import Effect, Outcome
from issuing.workflow.outcomes import (
    EFFECTS,
    Judgement,
    Seen,
    error_detail,
    id_text,
    judge_issue,
    judge_refusal,
    parse_json,
    retry_after_seconds,
    shows_address,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ONE = timedelta(seconds=1)
EMAIL = "ana@example.org"
ASSERTION = {"id": 8001, "badge_id": 51, "status": "Pending", "recipient_email": EMAIL}
BARE_BADGE = {"id": 51, "name": "Digital Skills", "recipient_type": "Individual"}
VALIDATION = {"detail": [{"loc": ["body", "recipient_email"], "msg": "value is not a valid email", "type": "x"}]}

NO_ERROR_SHAPES = {
    "nothing": b"",
    "page": b"<html><h1>Bad gateway</h1></html>",
    "half": b'{"detail": "No',
    "list": b"[]",
    "text": b'"detail"',
    "empty": b"{}",
    "other": b'{"error": "no"}',
    "null": b'{"detail": null}',
    "blank": b'{"detail": "  "}',
    "number": b'{"detail": 7}',
    "no_messages": b'{"detail": [{"loc": ["body"]}, "x", 7]}',
}
BODIES = {
    "detail": b'{"detail": "No such badge"}',
    "validation": json.dumps(VALIDATION).encode(),
    "assertion": json.dumps(ASSERTION).encode(),
    "badge": json.dumps(BARE_BADGE).encode(),
    **NO_ERROR_SHAPES,
}
IN_ERROR_SHAPE = ("detail", "validation")


def judge(status: int, body: bytes | Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Judgement:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    seen = Seen(wrote=True, status_code=status, headers=headers or {}, body=content)
    return judge_issue(seen, badge_id=51, email=EMAIL, now=NOW)


def expected(status: int, shape: str) -> Outcome:
    """The table of the design once more, written the other way round: from the shape of the body."""
    by_status = {429: Outcome.RATE_LIMITED, 401: Outcome.UNAUTHORISED, 403: Outcome.FORBIDDEN}
    if shape in IN_ERROR_SHAPE:
        refused = dict.fromkeys((400, 405, 413, 415, 422), Outcome.REJECTED)
        return {**refused, **by_status, 404: Outcome.NOT_FOUND}.get(status, Outcome.UNKNOWN)
    if shape in ("assertion", "badge"):
        by_status |= {200: Outcome.ISSUED, 201: Outcome.ISSUED}
    return by_status.get(status, Outcome.UNKNOWN)


def test_every_outcome_has_one_effect_when_looked_up() -> None:
    assert set(EFFECTS) == set(Outcome)
    assert [outcome for outcome, effect in EFFECTS.items() if effect is Effect.ONE] == [Outcome.ISSUED]
    assert [outcome for outcome, effect in EFFECTS.items() if effect is Effect.UNKNOWN] == [Outcome.UNKNOWN]


@pytest.mark.parametrize("shape", BODIES)
def test_outcome_follows_the_table_when_any_status_comes(shape: str) -> None:
    got = {status: judge(status, BODIES[shape]).outcome for status in range(100, 600)}
    assert got == {status: expected(status, shape) for status in range(100, 600)}


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        (Seen(wrote=False, error="refused"), Outcome.UNREACHABLE),
        (Seen(wrote=False, aborted=True, error="too late"), Outcome.ABORTED),
        (Seen(wrote=True, error="reset"), Outcome.UNKNOWN),
        (Seen(wrote=True, aborted=True), Outcome.UNKNOWN),
        (Seen(wrote=False, status_code=200, body=BODIES["assertion"]), Outcome.UNREACHABLE),
        (Seen(wrote=True, status_code=200, error="cut"), Outcome.UNKNOWN),
        (Seen(wrote=True, status_code=429, error="cut"), Outcome.RATE_LIMITED),
        (Seen(wrote=True, status_code=400, error="cut"), Outcome.UNKNOWN),
    ],
)
def test_outcome_rests_on_the_first_byte_when_the_answer_is_not_whole(seen: Seen, outcome: Outcome) -> None:
    assert judge_issue(seen, badge_id=51, email=EMAIL).outcome == outcome


def test_refusal_is_never_an_issue_when_a_write_was_answered_with_success() -> None:
    seen = Seen(wrote=True, status_code=200, body=BODIES["assertion"])
    assert judge_refusal(seen) == Judgement(Outcome.UNKNOWN, "Navigatr answered with status 200.")


@pytest.mark.parametrize(
    ("answer", "assertion_id"),
    [
        (ASSERTION, "8001"),
        ({"id": "8001", "badge": {"id": 51}}, "8001"),
        ({"id": "a-1_B", "badge_id": "51"}, "a-1_B"),
        ({"id": 8001, "issue_date": None}, "8001"),
        ({"id": 8001, "recipient_id": 5}, "8001"),
        ({"id": 8001, "badge_id": 51, "recipient_email": " ANA@Example.ORG "}, "8001"),
        ({"id": 8001, "badge_id": 51, "recipient_email": "a**@example.org"}, "8001"),
        ({"id": 8001, "badge_id": 51, "recipient_email": "a…@example.org"}, "8001"),
        ({"id": 8001, "badge_id": 51, "recipient_email": None}, "8001"),
        ({"id": 8001, "badge_id": None, "badge": None, "recipient_email": 7}, "8001"),
        ({"id": 8001, "badge": "https://navigatr.app/badge/51"}, "8001"),
        ({"id": "https://navigatr.app/assertion/8001", "badge_id": 51}, ""),
        ({"id": "9" * 51, "badge_id": 51}, ""),
        (BARE_BADGE, ""),
        ({"id": "51", "name": "Digital Skills"}, ""),
        ({"id": 51, "badge_id": 51, "recipient_email": EMAIL, "issue_date": "2026-09-14"}, ""),
        ({"id": 8001, "status": "Pending"}, ""),
    ],
)
def test_badge_counts_as_issued_when_the_answer_names_itself(answer: dict[str, Any], assertion_id: str) -> None:
    assert judge(200, answer) == Judgement(Outcome.ISSUED, answer=answer, assertion_id=assertion_id)


@pytest.mark.parametrize("identity", [None, True, False, 0, -1, 1.5, "", "  ", "0", [], {}, [8001], {"id": 8001}])
def test_outcome_is_unknown_when_the_answer_has_no_usable_id(identity: object) -> None:
    assert judge(201, {**ASSERTION, "id": identity}).outcome == Outcome.UNKNOWN


@pytest.mark.parametrize(
    "answer",
    [
        {**ASSERTION, "recipient_email": "ben@example.org"},
        {**ASSERTION, "badge_id": 52},
        {**ASSERTION, "badge": {"id": 52}},
        {**ASSERTION, "badge": 52},
        {**ASSERTION, "badge_id": "fifty-one"},
        {**BARE_BADGE, "id": 52},
        {"id": 8001, "name": "Digital Skills"},
    ],
)
def test_outcome_is_unknown_when_the_answer_is_about_something_else(answer: dict[str, Any]) -> None:
    words = "Navigatr answered about another badge or another person."
    assert judge(200, answer) == Judgement(Outcome.UNKNOWN, words)


def test_outcome_is_unknown_when_an_id_comes_with_a_detail() -> None:
    assert judge(200, {**ASSERTION, "detail": "Queued"}).outcome == Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("  No such badge ", "No such badge"),
        (VALIDATION["detail"], "recipient_email: value is not a valid email"),
        ([{"msg": "first"}, {"loc": ["query", "page"], "msg": "second"}], "first; query.page: second"),
        ([{"loc": ["body", "tags", 0], "msg": "third"}, {"msg": 7}], "tags.0: third"),
        ([{"loc": "body", "msg": "fourth"}], "fourth"),
    ],
)
def test_error_detail_says_what_navigatr_said_when_it_keeps_to_its_shape(detail: object, words: str) -> None:
    assert error_detail(json.dumps({"detail": detail}).encode()) == words
    assert judge(422, {"detail": detail}) == Judgement(Outcome.REJECTED, words)


@pytest.mark.parametrize("shape", NO_ERROR_SHAPES)
def test_error_detail_is_empty_when_the_body_has_another_shape(shape: str) -> None:
    assert error_detail(NO_ERROR_SHAPES[shape]) == ""


def test_detail_is_cut_when_navigatr_says_too_much() -> None:
    assert judge(400, {"detail": "x" * 501}).detail == "x" * 499 + "…"
    assert judge(400, {"detail": "x" * 500}).detail == "x" * 500


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("3", 3.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("99999999999", 99999999999.0),
        (format_datetime(NOW + timedelta(seconds=7), usegmt=True), 7.0),
        (format_datetime(NOW - timedelta(days=7), usegmt=True), 0.0),
        ("Tue, 24 Nov 2026 09:00:07", 7.0),
        ("Tue, 24 Nov 2026 10:00:07 +0100", 7.0),
        ("Mon, 01 Jan 1000 00:00:00 +2359", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - NOW) / ONE + 86340),
        *((odd, None) for odd in ("", "soon", "-3", "3 s", "1e3", "nan", "inf", "٣", "9" * 400, "3, 5", ".")),
        ("Tue, 99 Nov 2026 09:00:07 GMT", None),
    ],
)
def test_retry_after_is_seconds_from_now_when_it_can_be_read(raw: str, seconds: float | None) -> None:
    assert retry_after_seconds({"retry-after": raw}, NOW) == seconds
    limited = judge(429, b"", {"retry-after": raw})
    assert (limited.outcome, limited.retry_after) == (Outcome.RATE_LIMITED, seconds)


def test_retry_after_is_none_when_the_header_is_missing() -> None:
    assert retry_after_seconds({}, NOW) is None


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": "x\\u0000y", "b\\ud800": ["\\udfff"]}', {"a": "x y", "b ": [" "]}),
        (b'{"a": 1e999, "b": -1e999, "c": 1.5}', {"a": None, "b": None, "c": 1.5}),
        ('\ufeff{"a": "é"}'.encode(), {"a": "é"}),
        ('{"a": "é"}'.encode("utf-16"), {"a": "é"}),
        *((odd, None) for odd in (b"NaN", b"[Infinity]", b"\xff\xfe\xfa", b"9" * 5000, b'{"a": 1} x')),
        *((odd, None) for odd in (b"[" * 60 + b"]" * 60, b"[" * 100_000, b'{"a":' * 100_000)),
    ],
)
def test_json_is_fit_for_a_database_when_it_is_parsed(body: bytes, value: object) -> None:
    assert parse_json(body) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (" 7 ", "7"), ("a-B_9", "a-B_9"), (10**49, str(10**49)), ("x" * 50, "x" * 50)]
    + [(odd, "") for odd in (0, "0", -7, 7.0, True, None, "", "a b", "a/b", "é", "x" * 51, 10**50, [7], {"id": 7})],
)
def test_id_text_is_empty_when_it_fits_no_address(value: object, text: str) -> None:
    assert id_text(value) == text


@pytest.mark.parametrize(("text", "shown"), [("a@b", True), ("", False), ("a*@b", False), ("a…@b", False)])
def test_address_is_shown_when_nothing_of_it_is_hidden(text: str, shown: bool) -> None:
    assert shows_address(text) is shown


NAMES = st.sampled_from(["id", "detail", "badge_id", "badge", "recipient_email", "msg", "loc", "name"]) | st.text()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([51, EMAIL]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
JSON_BODIES = st.dictionaries(NAMES, VALUES, max_size=5).map(lambda value: json.dumps(value).encode())
HEADERS = st.dictionaries(st.just("retry-after"), st.text(max_size=40) | st.integers().map(str))
STATUSES = st.none() | st.sampled_from([200, 201, 400, 401, 403, 404, 422, 429, 500]) | st.integers(-1, 1000)


@given(
    seen=st.builds(
        Seen,
        wrote=st.booleans(),
        aborted=st.booleans(),
        status_code=STATUSES,
        headers=HEADERS,
        body=st.binary(max_size=60) | JSON_BODIES,
        error=st.text(max_size=5),
    )
)
@settings(max_examples=400, deadline=None)
@example(seen=Seen(wrote=True, status_code=200, body=b'{"id": 8001, "badge_id": 51}'))
def test_judgement_is_total_and_never_issued_without_an_id_when_anything_comes(seen: Seen) -> None:
    judgement = judge_issue(seen, badge_id=51, email=EMAIL)
    issued = judgement.outcome is Outcome.ISSUED
    assert EFFECTS[judgement.outcome] is judgement.effect
    assert issued is (judgement.answer is not None)
    assert len(judgement.detail) <= 500
    if issued:
        assert (seen.wrote, seen.status_code in (200, 201)) == (True, True)
        assert judgement.answer == parse_json(seen.body)
        assert judgement.answer["id"] not in (None, "", 0)
    if not seen.wrote:
        assert judgement.effect is Effect.NONE
