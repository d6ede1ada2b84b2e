"""The practice pages and what tests ask it: nothing of it counts as a call."""

import re
from html import unescape

import pytest

from issuing.practice import PracticeServer
from issuing.practice.catalogue import BADGES, USERS
from issuing.practice.faults import FAULTS, OUTAGES
from tests.practice.wire import ANA, api, ask, post_form

EVIL = ANA | {"recipient_firstname": "<script>alert(1)</script>", "recipient_email": '"<b>"@example.org'}


def page(practice: PracticeServer, path: str) -> str:
    answer = ask(practice, "GET", path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    return answer.text


def test_control_page_lists_every_fault_token_and_badge_when_it_is_opened(practice: PracticeServer) -> None:
    text = unescape(page(practice, "/"))
    assert [name for name in FAULTS if f"<code>{name}</code>" not in text] == []
    assert [fault.says for fault in FAULTS.values() if fault.says not in text] == []
    assert [user.pat for user in USERS.values() if user.pat not in text] == []
    assert [number for number, badge in BADGES.items() if number < 100 and badge.name not in text] == []
    assert re.findall(r'<option value="([^"]*)"', text)[: len(OUTAGES) + 1] == ["", *OUTAGES]
    assert f"<code>{practice.base_url}</code>" in text


def test_control_page_counts_what_happened_when_calls_were_made(practice: PracticeServer) -> None:
    for _ in range(3):
        api(practice, "PUT", "/badge/51/issue", ANA)
    numbers = dict(re.findall(r"<dt>([^<]*)</dt><dd>(\d+)</dd>", page(practice, "/")))
    assert numbers == {
        "E-mails sent": "3",
        "Sent to the same address again": "2",
        "Calls": "3",
        "Refused as too fast": "0",
        "Most calls in 1 s": "3",
    }


def test_outbox_is_empty_when_nothing_was_issued(practice: PracticeServer) -> None:
    assert "E-mails about issued badges will be listed here." in page(practice, "/outbox")
    assert ask(practice, "GET", "/practice/outbox.json").json == []


def test_outbox_button_claims_the_badge_when_it_is_pressed(practice: PracticeServer) -> None:
    api(practice, "PUT", "/badge/51/issue", ANA)
    text = page(practice, "/outbox")
    assert ("ana@example.org" in text, "Digital Skills (51)" in text) == (True, True)
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', text)
    pressed = post_form(practice, action)
    assert (pressed.status, pressed.headers["Location"]) == (303, "/outbox")
    claimed = api(practice, "GET", "/badge_assertion/8001").json
    assert (claimed["status"], claimed["time_claimed"] >= claimed["time_created"]) == ("Claimed", True)
    assert "<form" not in page(practice, "/outbox")


def test_badge_is_not_claimed_when_it_was_revoked(practice: PracticeServer) -> None:
    api(practice, "PUT", "/badge/51/issue", ANA)
    api(practice, "PUT", "/badge_assertion/8001/revoke?revocation_reason=x")
    assert ask(practice, "POST", "/practice/assertions/8001/claim").status == 409
    assert ask(practice, "POST", "/practice/assertions/8002/claim").status == 404
    assert api(practice, "GET", "/badge_assertion/8001").json["status"] == "Revoked"


def test_page_runs_nothing_when_a_name_is_markup(practice: PracticeServer) -> None:
    api(practice, "PUT", "/badge/51/issue", EVIL | {"recipient_email": "<b>@example.org"})
    api(practice, "PUT", "/badge/51/issue", EVIL | {"recipient_email": "b&b@example.org"})
    text = page(practice, "/outbox")
    assert ("<script" in text, "&lt;script&gt;" in text, "b&amp;b@example.org" in text) == (False, True, True)
    policy = ask(practice, "GET", "/outbox").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")


@pytest.mark.parametrize("path", ["/badge/51", "/badge/51/digital-skills", "/badge_assertion/8001"])
def test_public_page_names_the_badge_and_nobody_when_it_is_opened(path: str, practice: PracticeServer) -> None:
    api(practice, "PUT", "/badge/51/issue", ANA)
    text = page(practice, path)
    assert ("<h1>Digital Skills</h1>" in text, "Ana" in text, "ana@" in text) == (True, False, False)


@pytest.mark.parametrize("path", ["/badge/9999", "/badge/x", "/badge_assertion/1", "/nowhere", "/practice/badge/9.svg"])
def test_page_is_not_found_when_there_is_none(path: str, practice: PracticeServer) -> None:
    assert ask(practice, "GET", path).status == 404


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/practice/style.css", "text/css; charset=utf-8"), ("/practice/badge/51.svg", "image/svg+xml")],
)
def test_what_a_page_needs_comes_from_the_server_when_it_is_asked_for(
    path: str, content_type: str, practice: PracticeServer
) -> None:
    answer = ask(practice, "GET", path)
    assert (answer.status, answer.headers["Content-Type"], len(answer.text) > 100) == (200, content_type, True)


def test_badge_issued_by_hand_is_listed_but_not_sent_when_it_is_made(practice: PracticeServer) -> None:
    fields = {"badge_id": "51", "firstname": "Ana", "lastname": "Ng", "email": "ana@example.org"}
    assert post_form(practice, "/practice/issue_outside", **fields).status == 303
    (found,) = api(practice, "GET", "/badge/51/assertions").json["items"]
    assert (found["recipient_email"], found["issuing_method"]) == ("ana@example.org", "manual")
    assert ask(practice, "GET", "/practice/summary.json").json["emails"] == 0


@pytest.mark.parametrize(
    ("change", "status"), [({"badge_id": 9999}, 404), ({"badge_id": "x"}, 422), ({"email": "x"}, 422)]
)
def test_badge_is_not_issued_by_hand_when_a_field_is_wrong(
    change: dict[str, object], status: int, practice: PracticeServer
) -> None:
    fields = {"badge_id": 51, "firstname": "Ana", "lastname": "Ng", "email": "ana@example.org"} | change
    assert ask(practice, "POST", "/practice/issue_outside", fields).status == status
    assert api(practice, "GET", "/badge/51/assertions").json["items"] == []


def test_settings_are_changed_when_they_are_right(practice: PracticeServer) -> None:
    changed = ask(practice, "POST", "/practice/settings", {"rate": "5/2", "latency": 0, "drip": "0.1", "hang": 1}).json
    assert changed == {"rate": "5/2", "latency": 0.0, "outage": "", "drip": 0.1, "hang": 1.0}
    assert [api(practice, "GET", "/user_detail/0").status for _ in range(6)] == [200] * 5 + [429]
    assert post_form(practice, "/practice/settings", rate="100000/1", latency="0", outage="").status == 303
    assert api(practice, "GET", "/user_detail/0").status == 200


@pytest.mark.parametrize(
    "wrong", [{"rate": "0/2"}, {"latency": -1}, {"hang": "nan"}, {"drip": None}, {"outage": "flood"}, {"colour": "red"}]
)
def test_settings_stay_when_one_is_wrong(wrong: dict[str, object], practice: PracticeServer) -> None:
    before = practice.practice.settings
    answer = ask(practice, "POST", "/practice/settings", {"latency": 3, **wrong})
    assert (answer.status, practice.practice.settings) == (400, before)


def test_calls_are_listed_and_pages_are_none_when_both_were_asked_for(practice: PracticeServer) -> None:
    api(practice, "GET", "/badge/51?x=1"), page(practice, "/"), api(practice, "GET", "/nowhere")
    calls = ask(practice, "GET", "/practice/calls.json").json
    assert [(call["method"], call["path"], call["query"], call["status"]) for call in calls] == [
        ("GET", "/v1/badge/51", "x=1", 200),
        ("GET", "/v1/nowhere", "", 404),
    ]
    assert [call["id"] for call in ask(practice, "GET", "/practice/calls.json?after=1").json] == [2]


def test_everything_but_the_ids_is_forgotten_when_it_is_cleared(practice: PracticeServer) -> None:
    api(practice, "PUT", "/badge/51/issue", ANA)
    assert post_form(practice, "/practice/reset").status == 303
    summary = ask(practice, "GET", "/practice/summary.json").json
    assert summary == {
        "emails": 0,
        "recipients": {},
        "calls": 0,
        "refused_429": 0,
        "max_calls_in_window": 0,
        "verified": 0,
        "revoked": 0,
    }
    assert api(practice, "PUT", "/badge/51/issue", ANA).json["id"] == 8002


@pytest.mark.parametrize("path", ["/practice/reset", "/practice/settings", "/practice/assertions/8001/claim"])
def test_nothing_is_changed_when_a_page_is_only_read(path: str, practice: PracticeServer) -> None:
    assert ask(practice, "GET", path).status == 405
