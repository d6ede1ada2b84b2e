"""What is proved after every run: each rule, fed with a world in which it does not hold."""

from dataclasses import replace

import pytest
from django_q.signing import SignedPackage
from picklefield.fields import dbsafe_encode

from tests.faults.ledger import Effect, Expected, Found, Row, broken, unpacked

ANA, BEA = "ana@example.org", "bea@example.org"
EXPECTED = Expected([ANA, BEA], rate="5/2")
WELL = Found(
    rows=[Row(51, ANA, "issued", frozenset({"8001"})), Row(51, BEA, "rejected")],
    effects=[Effect(51, ANA, "8001")],
    arrivals=[0.0, 0.4, 0.8, 1.2, 1.6, 2.0],
    written={"worker.log": b"A call ended."},
)


def with_bea(status: str, *effects: Effect, ids: tuple[str, ...] = ()) -> Found:
    return replace(WELL, rows=[WELL.rows[0], Row(51, BEA, status, frozenset(ids))], effects=[*WELL.effects, *effects])


def test_nothing_is_wrong_when_all_is_well() -> None:
    assert broken(WELL, EXPECTED) == []
    assert broken(with_bea("issued", Effect(51, BEA.upper(), "8002"), ids=("8002",)), EXPECTED) == []


def test_second_effect_is_told_when_somebody_was_sent_a_badge_twice() -> None:
    run = replace(WELL, effects=[*WELL.effects, Effect(51, ANA.upper(), "8002")])
    assert broken(run, EXPECTED) == [f"TWICE: {ANA} was sent badge 51 2 times."]
    assert broken(replace(WELL, effects=[*WELL.effects, Effect(52, ANA, "8002")]), EXPECTED) == [
        f"UNASKED: {ANA} was sent badge 52, which nobody asked for."
    ]


def test_missing_and_added_rows_are_told_when_the_sum_is_not_what_was_asked_for() -> None:
    rows = [WELL.rows[0], WELL.rows[0], Row(51, "eve@example.org", "queued")]
    assert broken(replace(WELL, rows=rows), EXPECTED) == [
        f"LOST: {BEA} has no row.",
        f"ADDED: {ANA} has a row too many.",
        "ADDED: eve@example.org has a row too many.",
    ]
    assert broken(with_bea("asleep"), EXPECTED) == ["STATUS: 1 rows are 'asleep'."]


def test_issued_row_is_told_when_nothing_was_sent() -> None:
    assert broken(with_bea("issued", ids=("8002",)), EXPECTED) == [
        f"NOT SENT: {BEA} is issued, and was sent nothing.",
        f"WRONG ID: {BEA} has 8002, which is not theirs.",
    ]


def test_issued_row_is_told_when_its_id_is_missing_or_another_persons() -> None:
    sent = Effect(51, BEA, "8002")
    assert broken(with_bea("issued", sent, ids=("8001",)), EXPECTED) == [
        f"WRONG ID: {BEA} has 8001, which is not theirs."
    ]
    assert broken(with_bea("issued", sent), EXPECTED) == [f"NO ID: {BEA} is issued without Navigatr's id."]
    assert broken(with_bea("issued", sent), replace(EXPECTED, without_id=[BEA])) == []


@pytest.mark.parametrize("status", ["queued", "rejected", "cancelled"])
def test_row_is_told_when_it_says_no_effect_and_there_was_one(status: str) -> None:
    run = with_bea(status, Effect(51, BEA, "8002"))
    assert broken(run, EXPECTED) == [f"FORGOTTEN: {BEA} is {status}, and was sent the badge."]


@pytest.mark.parametrize("status", ["sending", "unconfirmed"])
def test_open_row_is_told_when_everything_should_be_settled(status: str) -> None:
    run = with_bea(status, Effect(51, BEA, "8002"))
    assert broken(run, EXPECTED) == [f"OPEN: {BEA} is still {status}."]
    assert broken(run, replace(EXPECTED, undecided=[BEA])) == []
    assert broken(run, replace(EXPECTED, settled=False)) == []


def test_sixth_call_is_told_when_it_comes_within_two_seconds() -> None:
    run = replace(WELL, arrivals=[0.0, 0.4, 0.8, 1.2, 1.6, 1.899], slots=[0.0, 0.4, 0.8, 1.2, 1.6, 1.999])
    assert broken(run, EXPECTED) == [
        "TOO FAST: 6 slots in 2 s; 5 are allowed.",
        "TOO FAST: 6 calls in 1.9 s; 5 are allowed.",
    ]


def test_leak_is_told_when_a_log_holds_a_token_a_name_or_an_address() -> None:
    expected = replace(EXPECTED, secrets=["practice-pat-owner", "Quill"])
    run = replace(WELL, written={"worker.log": b"X-Access-Token: practice-pat-owner\nANA@example.org, quill"})
    assert broken(run, expected) == [
        "LEAK: practice-pat-owner is written in worker.log.",
        "LEAK: Quill is written in worker.log.",
        f"LEAK: {ANA} is written in worker.log.",
    ]


@pytest.mark.parametrize("compressed", [False, True])
def test_tasks_are_unpacked_when_they_wait_in_the_queue_and_when_they_failed(compressed: bool) -> None:
    task = {"args": (ANA,), "filler": "x" * 500}
    assert ANA.encode() in unpacked(SignedPackage.dumps(task, compressed=compressed))
    assert ANA.encode() in unpacked(dbsafe_encode(f"Traceback: {ANA}"))
