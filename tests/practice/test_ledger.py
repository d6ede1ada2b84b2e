"""What the practice server remembers, also when it was away."""

import threading
from pathlib import Path

import pytest

from issuing.practice import PracticeServer
from issuing.practice.ledger import Ledger
from issuing.practice.records import Wanted
from tests.practice.wire import ANA, api, ask


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "ledger.sqlite3"


def issue(ledger: Ledger, email: str = "ana@example.org") -> int:
    wanted = Wanted(51, 12, email, "Ana", "Ng")
    return ledger.issue(wanted, claimed=False, redacted=False, listed_from=0.0).id


def test_ledger_lasts_and_ids_go_on_when_the_server_restarts(file: Path) -> None:
    with PracticeServer(file) as server:
        assert api(server, "PUT", "/badge/51/issue", ANA).json["id"] == 8001
    with PracticeServer(file) as server:
        assert [email["assertion_id"] for email in ask(server, "GET", "/practice/outbox.json").json] == [8001]
        assert api(server, "GET", "/badge_assertion/8001").json["recipient_email"] == "ana@example.org"
        assert api(server, "PUT", "/badge/51/issue", ANA).json["id"] == 8002
        assert len(server.practice.ledger.calls()) == 3


def test_ids_go_on_when_everything_was_cleared(file: Path) -> None:
    ledger = Ledger(file)
    issue(ledger), issue(ledger)
    ledger.clear()
    ledger.close()
    ledger = Ledger(file)
    assert (ledger.outbox(), ledger.counts(), issue(ledger)) == ([], {"calls": 0, "refused": 0}, 8003)
    ledger.close()


def test_fault_is_spent_for_good_when_it_happened_once(file: Path) -> None:
    ledger = Ledger(file)
    assert [ledger.spend("Ana@Example.org", "422"), ledger.spend("ana@example.org", "422")] == [True, False]
    assert ledger.spend("ana@example.org", "500-after") is True
    ledger.close()
    ledger = Ledger(file)
    assert ledger.spend("ana@example.org", "422") is False
    ledger.close()


def test_revoked_token_stays_revoked_when_the_server_restarts(file: Path) -> None:
    for _ in range(2):
        ledger = Ledger(file)
        ledger.set_revoked("a", True)
        ledger.close()
    ledger = Ledger(file)
    assert ledger.revoked_tokens() == {"a"}
    ledger.set_revoked("a", False)
    assert ledger.revoked_tokens() == set()
    ledger.close()


def test_no_issue_is_lost_or_doubled_when_threads_write_at_once(file: Path) -> None:
    ledger = Ledger(file)
    numbers: list[int] = []
    threads = [
        threading.Thread(target=lambda: numbers.extend(issue(ledger, "ben@example.org") for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(8001, 8081))
    assert (ledger.counts()["email"], ledger.recipients()) == (80, {"ben@example.org": 80})
    ledger.close()


def test_claim_and_revoke_happen_once_when_they_are_repeated(file: Path) -> None:
    ledger = Ledger(file)
    number = issue(ledger)
    assert [ledger.claim(number), ledger.claim(number), ledger.claim(9)] == [True, False, False]
    assert [ledger.revoke(number, "why"), ledger.revoke(number, "again")] == [True, False]
    assert ledger.counts() == {"calls": 0, "refused": 0, "email": 1, "claim": 1, "revoke": 1}
    found = ledger.assertion_or_none(number)
    assert found is not None
    assert (found.status, found.revocation_reason) == ("Revoked", "why")
    ledger.close()


@pytest.mark.parametrize("number", [0, 9, 2**63 - 1, 2**63, 10**18])
def test_assertion_is_none_when_there_is_no_such_number(number: int, file: Path) -> None:
    ledger = Ledger(file)
    assert ledger.assertion_or_none(number) is None
    ledger.close()
