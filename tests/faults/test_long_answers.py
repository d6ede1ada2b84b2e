"""Long runs in which Navigatr cannot be reached, or does not do what it is asked. `make faults` runs them."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from issuing.practice import api
from issuing.practice.catalogue import BADGES
from tests.faults import runs
from tests.world import World, until, world

pytestmark = pytest.mark.slow_faults

SETTINGS = {"NAVIGATR_SETTLE_SECONDS": "1", "NAVIGATR_READ_TIMEOUT": "1.5"}
OUTAGE = 12.0
"""Seconds: sixty times that is twelve minutes, as the first rest below is a sixtieth of the usual."""
FIRST_REST = "0.5"
TEAMWORK = 52
UNKNOWN = "SELECT count(*) FROM issuing_attempt WHERE outcome = 'unknown'"
OTHERS_OPEN = f"""
SELECT count(*) FROM issuing_issuance i JOIN issuing_badge b ON b.id = i.badge_id
WHERE i.status = 'sending' OR (b.navigatr_id <> {TEAMWORK} AND i.status <> 'issued')
"""
OPENED = "SELECT max(opened_in_a_row) FROM issuing_pace"


def people(count: int, tag: str = "") -> list[str]:
    return [f"ana{number}{tag}@answer.example.org" for number in range(count)]


def number(here: World, statement: str) -> int:
    return int(here.sql(statement)[0][0])


def go_on(here: World) -> None:
    """Everything that waits is sent, and what is open is settled."""
    until(lambda: runs.at_rest(here), 180)
    runs.settle(here)


def test_nothing_is_unconfirmed_when_nothing_listens_for_a_while(tmp_path: Path) -> None:
    emails = people(20)
    with world(tmp_path, rate="50/2", NAVIGATR_BREAKER_SECONDS=FIRST_REST, **SETTINGS) as here:
        runs.begin(here, emails)
        here.practice.stop()
        here.worker("supervise")
        until(lambda: number(here, "SELECT count(*) FROM issuing_pace WHERE rests_until > 0") == 1)
        assert here.statuses() == {"queued": len(emails)}
        here.practice.start()
        until(lambda: here.statuses() == {"issued": len(emails)})
        runs.prove_all(here, emails)
        assert number(here, UNKNOWN) == 0


def test_nothing_is_doubled_or_lost_when_navigatr_ends_in_mid_run_and_comes_back(tmp_path: Path) -> None:
    emails = people(60)
    with world(tmp_path, rate="20/2", latency=0.3, NAVIGATR_BREAKER_SECONDS=FIRST_REST, **SETTINGS) as here:
        runs.begin(here, emails)
        here.worker("supervise")
        for share in (5, 15, 25):
            until(lambda share=share: len(here.emails()) >= share)
            here.practice.stop()
            time.sleep(1)
            here.practice.start()
        go_on(here)
        runs.prove_all(here, emails)


@pytest.mark.parametrize("fault", ["502-html", "hang-before", "500-after"])
def test_outage_leaves_eight_open_and_one_for_each_probe_when_only_reads_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    whole = api._with_outage
    monkeypatch.setattr(
        api, "_with_outage", lambda at, request: (whole if request.method == "PUT" else api._endpoint)(at, request)
    )
    emails = people(80)
    with world(tmp_path, rate="50/2", latency=0.2, NAVIGATR_BREAKER_SECONDS=FIRST_REST, **SETTINGS) as here:
        runs.begin(here, emails)
        practice = here.practice.practice
        here.worker("supervise")
        until(lambda: len(here.emails()) >= 10)
        practice.change(replace(practice.settings, outage=fault))
        time.sleep(OUTAGE)
        unanswered, opened = number(here, UNKNOWN), number(here, OPENED)
        practice.change(replace(practice.settings, outage=""))
        go_on(here)
        runs.prove_all(here, emails)
        assert here.statuses() == {"issued": len(emails)}
    # It opened first after those that were under way, and then once after each probe.
    assert opened >= 3
    assert unanswered <= 8 + opened - 1


def test_only_rows_of_one_badge_wait_when_navigatr_refuses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emails = people(60)
    with world(tmp_path, rate="20/2", latency=0.2, **SETTINGS) as here:
        runs.begin(here, emails[:30])
        runs.confirm(here, emails[30:], first=30, badge=str(TEAMWORK))
        here.worker("supervise")
        until(lambda: len(here.emails()) >= 10)
        ours = BADGES[TEAMWORK]
        monkeypatch.setitem(BADGES, TEAMWORK, replace(ours, provider_id=13, status="Draft"))
        until(lambda: number(here, OTHERS_OPEN) == 0)
        held = here.statuses()
        monkeypatch.setitem(BADGES, TEAMWORK, ours)
        here.run("sync_badges")
        until(lambda: here.statuses() == {"issued": len(emails)})
        runs.prove_all(here, emails)
    assert held["queued"] and held.keys() == {"issued", "queued"}


def test_rest_is_neither_none_nor_endless_when_navigatr_says_how_long_in_strange_ways(tmp_path: Path) -> None:
    emails = [*people(1, "+429-retry-after-0-once"), *people(1, "+429-retry-after-99999-once"), *people(10)]
    began = time.monotonic()
    with world(tmp_path, rate="50/2", **SETTINGS) as here:
        runs.begin(here, emails)
        here.worker("supervise")
        until(lambda: here.statuses() == {"issued": len(emails)}, 180)
        runs.prove_all(here, emails)
    # A minute is the longest that it rests.
    assert 60 < time.monotonic() - began < 120
