"""SIGKILL before every SQL statement and every commit of a sending task, one after the other. `make faults` runs it."""

import signal
from pathlib import Path

import pytest

from tests.faults import runs
from tests.world import World, until, world

pytestmark = pytest.mark.slow_faults

SETTINGS = {"NAVIGATR_SETTLE_SECONDS": "1", "NAVIGATR_BREAKER_SECONDS": "0.1", "NAVIGATR_READ_TIMEOUT": "5"}
EMAILS = [f"ana{number}@statement.example.org" for number in range(40)]
FAR = "2100-01-01 00:00:00"
HOLD_ALL = f"UPDATE issuing_issuance SET not_before = '{FAR}'"
COUNT_DUE = f"""
SELECT count(*) FROM issuing_issuance WHERE status = 'queued' AND (not_before IS NULL OR not_before < '{FAR}')
"""
FREE_ONE = """
UPDATE issuing_issuance SET not_before = NULL
WHERE id = (SELECT min(id) FROM issuing_issuance WHERE status = 'queued')
"""
FREE_ALL = "UPDATE issuing_issuance SET not_before = NULL WHERE status = 'queued'"
BREAKER = """
UPDATE issuing_pace
SET breaker_state = '{}', failed_in_a_row = 0, opened_in_a_row = {}, probe_id = NULL, rests_until = 0
"""
STATES = {"closed": BREAKER.format("closed", 0), "asking first": BREAKER.format("open", 1)}


def one_is_due(here: World, state: str) -> None:
    """Every worker begins alike: with one badge to send, and as if none had died before it."""
    here.change(STATES[state])
    if not here.sql(COUNT_DUE)[0][0]:
        here.change(FREE_ONE)
    assert here.sql(COUNT_DUE)[0][0] == 1


def outlives(here: World, number: int) -> bool:
    """Whether a worker sent its badge and ended its task before it came to its `number`th statement."""
    before = here.statuses().get("issued", 0)
    worker = here.doomed("--die-at-statement", str(number))

    def is_over() -> bool:
        has_lease = here.sql("SELECT count(*) FROM issuing_pace WHERE lease_owner <> ''")[0][0]
        return not has_lease and here.statuses().get("issued", 0) > before

    until(lambda: worker.poll() is not None or is_over())
    if worker.poll() is None:
        here.kill(worker)
        return True
    assert worker.returncode == -signal.SIGKILL
    return False


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_doubled_or_lost_when_workers_die_before_every_statement(tmp_path: Path, state: str) -> None:
    with world(tmp_path, rate="50/2", **SETTINGS) as here:
        runs.begin(here, EMAILS)
        here.change(HOLD_ALL)
        number, has_outlived = 0, False
        while not has_outlived:
            number += 1
            one_is_due(here, state)
            has_outlived = outlives(here, number)
            runs.prove_all(here, EMAILS, settled=False)
            runs.make_room(here)
        here.change(FREE_ALL)
        runs.heal(here)
        runs.prove_all(here, EMAILS)
        assert here.statuses() == {"issued": len(EMAILS)}
    assert number > 30
