"""What the client makes of each fault the practice server has, and of its limit."""

import time
from pathlib import Path

import pytest

from issuing.enums import Outcome
from issuing.exceptions import NoEffect, OutcomeUnknown
from issuing.practice import PracticeServer
from issuing.practice.faults import FAULTS, OUTAGES
from tests.navigatr.contract import client_of, emails, outcome_of, person, settle
from tests.navigatr.server import ScriptedServer
from tests.practice.wire import ask

IMPATIENT = {"read_timeout": 0.25}
SLOW = ("hang-before", "hang-after", "slow-drip", "slow-drip-head", "slow")

OUTCOMES = {
    "422": Outcome.REJECTED,
    "400": Outcome.REJECTED,
    "401": Outcome.UNAUTHORISED,
    "403": Outcome.FORBIDDEN,
    "404": Outcome.NOT_FOUND,
    "404-html": Outcome.UNKNOWN,
    "409": Outcome.UNKNOWN,
    "429": Outcome.RATE_LIMITED,
    "429-retry-after": Outcome.RATE_LIMITED,
    "429-date": Outcome.RATE_LIMITED,
    "500-before": Outcome.UNKNOWN,
    "500-after": Outcome.UNKNOWN,
    "502-html": Outcome.UNKNOWN,
    "502-html-after": Outcome.UNKNOWN,
    "503-before": Outcome.UNKNOWN,
    "reset-before": Outcome.UNKNOWN,
    "reset-after": Outcome.UNKNOWN,
    "hang-before": Outcome.UNKNOWN,
    "hang-after": Outcome.UNKNOWN,
    "cut-body": Outcome.UNKNOWN,
    "slow-drip": Outcome.UNKNOWN,
    "slow-drip-head": Outcome.UNKNOWN,
    "bad-json": Outcome.UNKNOWN,
    "empty-object": Outcome.UNKNOWN,
    "empty-body": Outcome.UNKNOWN,
    "list-body": Outcome.UNKNOWN,
    "200-html": Outcome.UNKNOWN,
    "200-detail": Outcome.UNKNOWN,
    "201": Outcome.ISSUED,
    "bare-badge": Outcome.ISSUED,
    "wrong-person": Outcome.UNKNOWN,
    "wrong-badge": Outcome.UNKNOWN,
    "redirect": Outcome.UNKNOWN,
    "slow": Outcome.UNKNOWN,
    "late-effect": Outcome.UNKNOWN,
    "not-listed": Outcome.ISSUED,
    "listed-after": Outcome.ISSUED,
    "redacted": Outcome.ISSUED,
}


def test_every_fault_is_tried_when_the_server_has_it() -> None:
    assert list(OUTCOMES) == list(FAULTS)


@pytest.mark.parametrize("tag", [tag for tag in OUTCOMES if tag != "late-effect"])
def test_fault_has_its_outcome_and_effect_when_it_happens(tag: str, practice: PracticeServer) -> None:
    address = f"ana+{tag}@example.org"
    client = client_of(practice, **IMPATIENT if tag in SLOW else {})
    assert outcome_of(client, address) is OUTCOMES[tag]
    settle(practice)
    assert emails(practice) == [address] * FAULTS[tag].effect


@pytest.mark.parametrize("tag", [tag for tag, outcome in OUTCOMES.items() if outcome is not Outcome.UNKNOWN])
def test_outcome_tells_the_truth_when_it_is_not_unknown(tag: str) -> None:
    assert FAULTS[tag].effect is (OUTCOMES[tag] is Outcome.ISSUED)


def test_late_effect_comes_when_the_client_has_given_up(practice: PracticeServer) -> None:
    address = "ana+late-effect-1@example.org"
    assert outcome_of(client_of(practice, **IMPATIENT), address) is Outcome.UNKNOWN
    settle(practice)
    (call,), (email,) = practice.practice.ledger.calls(), practice.practice.ledger.outbox()
    assert (email["email"], email["time"] - call["arrived"] >= 1) == (address, True)


@pytest.mark.parametrize("tag", ["500-after", "reset-before", "422"])
def test_fault_happens_to_the_first_call_alone_when_it_is_marked_once(tag: str, practice: PracticeServer) -> None:
    client, address = client_of(practice), f"ana+{tag}-once@example.org"
    assert [outcome_of(client, address) for _ in range(3)] == [OUTCOMES[tag], Outcome.ISSUED, Outcome.ISSUED]
    assert len(emails(practice)) == 2 + FAULTS[tag].effect


@pytest.mark.parametrize(("tag", "low", "high"), [("429-retry-after-7", 7, 7), ("429-date-60", 58, 60)])
def test_wait_is_what_the_server_asked_for_when_it_says_so(
    tag: str, low: float, high: float, practice: PracticeServer
) -> None:
    with pytest.raises(NoEffect) as caught:
        client_of(practice).issue_badge(51, person(f"ana+{tag}@example.org"))
    assert caught.value.retry_after is not None
    assert low <= caught.value.retry_after <= high


def test_redirect_is_not_followed_when_it_names_another_server(practice: PracticeServer) -> None:
    with ScriptedServer() as other:
        address = f"ana+redirect-{other.port}@example.org"
        with pytest.raises(OutcomeUnknown) as caught:
            client_of(practice).issue_badge(51, person(address))
        assert other.settled() == []
    assert (caught.value.status_code, emails(practice)) == (307, [])


LISTED = {
    "ana+not-listed": [],
    "ana+listed-after": [],
    "ana+redacted": [("8001", "")],
    "ana": [("8001", "ana@example.org")],
}


@pytest.mark.parametrize("name", LISTED)
def test_lists_show_what_the_address_says_when_the_badge_was_issued(name: str, practice: PracticeServer) -> None:
    client = client_of(practice)
    issued = client.issue_badge(51, person(f"{name}@example.org"))
    shown = [(found.id, found.recipient_email) for page in client.assertions(51) for found in page.items]
    assert shown == LISTED[name]
    assert (issued.assertion_id, issued.answer["recipient_email"]) == ("8001", f"{name}@example.org")


@pytest.mark.parametrize("outage", [name for name in OUTAGES if name not in ("hang-before", "hang-after", "slow-drip")])
def test_outage_strikes_every_call_when_it_is_set(outage: str, practice: PracticeServer) -> None:
    ask(practice, "POST", "/practice/settings", {"outage": outage})
    assert outcome_of(client_of(practice)) is OUTCOMES[outage]
    with pytest.raises((NoEffect, OutcomeUnknown)):
        client_of(practice).user()
    ask(practice, "POST", "/practice/settings", {"outage": ""})
    assert client_of(practice).user().id == "7"


def test_sixth_call_is_refused_when_five_came_within_the_window(tmp_path: Path) -> None:
    with PracticeServer(tmp_path / "ledger.sqlite3", rate="5/2") as server:
        outcomes = [outcome_of(client_of(server)) for _ in range(7)]
        calls = server.practice.ledger.calls()
    assert outcomes == [Outcome.ISSUED] * 5 + [Outcome.RATE_LIMITED] * 2
    assert [call["status"] for call in calls] == [200] * 5 + [429] * 2
    assert [call["refused"] for call in calls] == [False] * 5 + [True] * 2


def test_call_is_let_in_when_the_first_of_five_has_left_the_window(tmp_path: Path) -> None:
    with PracticeServer(tmp_path / "ledger.sqlite3", rate="5/0.5") as server:
        client = client_of(server)
        assert [outcome_of(client) for _ in range(6)][-1] is Outcome.RATE_LIMITED
        time.sleep(max(0.0, server.practice.ledger.arrivals()[0] + 0.5 - time.monotonic()))
        assert outcome_of(client) is Outcome.ISSUED


def test_reads_count_too_when_the_limit_is_full(tmp_path: Path) -> None:
    with PracticeServer(tmp_path / "ledger.sqlite3", rate="2/60") as server:
        client = client_of(server)
        client.user(), client.badge(51)
        assert outcome_of(client) is Outcome.RATE_LIMITED
        assert outcome_of(client_of(server, "practice-pat-nobody")) is Outcome.RATE_LIMITED
