"""The writing half of the API: issue, revoke, verify."""

from typing import Any

import pytest

from issuing.practice import PracticeServer
from tests.practice.wire import ANA, OWNER, api, ask

ISSUE = "/badge/51/issue"


def outbox(practice: PracticeServer) -> list[str]:
    return [email["email"] for email in ask(practice, "GET", "/practice/outbox.json").json]


def test_answer_to_an_issue_is_the_whole_assertion_when_it_is_made(practice: PracticeServer) -> None:
    more = {"provider_id": 12, "issue_date": "2026-11-24", "end_date": None, "evidence_text": "Essay", "unknown": 1}
    made = api(practice, "PUT", ISSUE, ANA | more | {"evidence_url": "https://example.org/essay"}).json
    assert {name: made[name] for name in ("id", "status", "badge_id", "provider_id", "recipient_email")} == {
        "id": 8001,
        "status": "Pending",
        "badge_id": 51,
        "provider_id": 12,
        "recipient_email": "ana@example.org",
    }
    assert (made["badge"]["name"], made["issue_date"], made["evidence_text"]) == (
        "Digital Skills",
        "2026-11-24",
        "Essay",
    )
    assert (made["end_date"], made["time_claimed"], made["issuing_method"]) == (None, None, "api")
    assert api(practice, "GET", "/badge_assertion/8001").json == made


MISSING = "value_error.missing"
INVALID: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({}, [("recipient_email", MISSING), ("recipient_firstname", MISSING), ("recipient_lastname", MISSING)]),
    (ANA | {"recipient_firstname": " "}, [("recipient_firstname", "value_error.any_str.min_length")]),
    (ANA | {"recipient_lastname": None}, [("recipient_lastname", "type_error.none.not_allowed")]),
    (ANA | {"recipient_lastname": 7}, [("recipient_lastname", "type_error.str")]),
    *(
        (ANA | {"recipient_email": odd}, [("recipient_email", "value_error.email")])
        for odd in ("", "ana", "ana@", "@b.org", "ana@localhost", " ana@b.org", "ana@b.org ", "a,b@c.org", "ana@b..org")
    ),
    (ANA | {"provider_id": "12"}, [("provider_id", "type_error.integer")]),
    (ANA | {"provider_id": 0}, [("provider_id", "value_error.number.range")]),
    (ANA | {"issue_date": "24/11/2026"}, [("issue_date", "value_error.datetime")]),
    (ANA | {"evidence_url": "essay.pdf"}, [("evidence_url", "value_error.url.scheme")]),
]


@pytest.mark.parametrize(("body", "problems"), INVALID)
def test_issue_names_every_problem_when_the_body_is_not_valid(
    body: dict[str, Any], problems: list[tuple[str, str]], practice: PracticeServer
) -> None:
    answer = api(practice, "PUT", ISSUE, body)
    assert [(one["loc"], one["type"]) for one in answer.json["detail"]] == [
        (["body", name], kind) for name, kind in problems
    ]
    assert (answer.status, outbox(practice)) == (422, [])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff"])
def test_issue_is_refused_when_the_body_is_no_object(body: bytes, practice: PracticeServer) -> None:
    assert (api(practice, "PUT", ISSUE, body).status, outbox(practice)) == (422, [])


def test_issue_is_refused_when_the_body_is_not_said_to_be_json(practice: PracticeServer) -> None:
    answer = ask(practice, "PUT", f"/v1{ISSUE}", ANA, OWNER | {"Content-Type": "text/plain"})
    assert (answer.status, outbox(practice)) == (422, [])


def test_last_name_may_be_empty_when_it_is_there(practice: PracticeServer) -> None:
    assert api(practice, "PUT", ISSUE, ANA | {"recipient_lastname": ""}).status == 200


def test_every_issue_is_an_email_when_the_same_is_asked_for_again(practice: PracticeServer) -> None:
    assert [api(practice, "PUT", ISSUE, ANA).json["id"] for _ in range(3)] == [8001, 8002, 8003]
    assert outbox(practice) == ["ana@example.org"] * 3
    assert ask(practice, "GET", "/practice/summary.json").json["recipients"] == {"ana@example.org": 3}


def test_assertion_is_revoked_once_when_a_reason_is_given(practice: PracticeServer) -> None:
    api(practice, "PUT", ISSUE, ANA)
    path = "/badge_assertion/8001/revoke"
    assert [api(practice, "PUT", path).status, api(practice, "PUT", f"{path}?revocation_reason=").status] == [422, 422]
    assert api(practice, "GET", "/badge_assertion/8001").json["status"] == "Pending"
    revoked = api(practice, "PUT", f"{path}?revocation_reason=Sent+in+error")
    assert (revoked.json["status"], revoked.json["revocation_reason"]) == ("Revoked", "Sent in error")
    assert api(practice, "PUT", f"{path}?revocation_reason=Again").status == 400


def test_assertion_is_not_revoked_when_a_stranger_asks(practice: PracticeServer) -> None:
    api(practice, "PUT", ISSUE, ANA)
    stranger = {"X-Access-Token": "practice-pat-stranger"}
    answer = api(practice, "PUT", "/badge_assertion/8001/revoke?revocation_reason=x", **stranger)
    assert (answer.status, api(practice, "GET", "/badge_assertion/8001").json["status"]) == (403, "Pending")


def test_look_at_the_public_tick_is_counted_when_somebody_verifies(practice: PracticeServer) -> None:
    api(practice, "PUT", ISSUE, ANA)
    looks = [api(practice, "GET", "/badge_assertion/8001/verify").json["times_verified"] for _ in range(2)]
    assert (looks, ask(practice, "GET", "/practice/summary.json").json["verified"]) == ([1, 2], 2)
