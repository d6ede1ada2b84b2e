"""How a run under faults is begun, healed and proved."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.ledger import Expected, prove
from tests.world import PATIENCE, TOKEN, World, until

BADGE = "51"
LONG_AFTER = (900.0, 5000.0)
"""Seconds: past every time-out, and past three settle times."""

MOST_DEAD = 4
MOST_ROUNDS = 3
"""Two looks are enough, but the breaker may rest at one of them: calls that were reaped count as unanswered."""
REAP = "from issuing.services import issuances; issuances.reap()"
PROBE = "SELECT probe_id FROM issuing_pace WHERE probe_id IS NOT NULL"
UNDER_WAY = """
SELECT a.worker FROM issuing_attempt a JOIN issuing_issuance i ON i.id = a.issuance_id AND i.attempt_no = a.number
WHERE i.status = 'sending'
"""


def names(count: int, first: int = 0) -> list[str]:
    """Last names that are nobody else's, and in no program's words."""
    return [f"Quill{chr(97 + one // 26)}{chr(97 + one % 26)}feather" for one in range(first, first + count)]


def begin(here: World, emails: Sequence[str]) -> None:
    """Everybody agreed and is confirmed; no worker runs yet."""
    here.connect()
    confirm(here, emails)


def confirm(here: World, emails: Sequence[str], first: int = 0, badge: str = BADGE) -> None:
    """A roster of people who agreed, called by the names from the `first` on."""
    path = here.agreed(emails, names(len(emails), first))
    here.json("issue_roster", str(path), "--badge", badge, "--by", "ann")


def await_end(worker: "subprocess.Popen[bytes]") -> int:
    """The exit code of a worker that is to end by itself; minus the signal that killed it."""
    return worker.wait(PATIENCE)


def at_rest(here: World, left: int = 0) -> bool:
    """Nothing waits, and of what is being sent only what dead workers left behind."""
    counts = here.statuses()
    return not counts.get("queued") and counts.get("sending", 0) <= left


def heal(here: World) -> None:
    """A plain worker finishes what is open, and what dead workers left is settled."""
    here.worker()
    settle(here)


def settle(here: World) -> None:
    """Settle what is open once it is old enough, and wait until what was absent is sent again.

    Only when nothing else is under way is the clock put forward: a call that a living worker makes is not old.
    """
    until(lambda: at_rest(here, left=open_calls(here)))
    for one in range(MOST_ROUNDS):
        here.later(*(one * LONG_AFTER[1] + seconds for seconds in LONG_AFTER), command=["settle", "--now"])
        until(lambda: at_rest(here))
        if not here.statuses().get("unconfirmed"):
            return


def make_room(here: World) -> None:
    """Have the calls of dead workers reaped, while no worker runs.

    They count as in flight, and eight would be all; and for the probe of an outage everybody waits. They are not looked
    for yet: what is to be sent later is what proves them absent.
    """
    if here.statuses().get("sending", 0) > MOST_DEAD or here.sql(PROBE):
        here.later(LONG_AFTER[0], command=["shell", "--no-imports", "-c", REAP])


def open_calls(here: World) -> int:
    """Calls under way whose workers are no more."""
    rows = here.sql(UNDER_WAY)
    return sum(not _is_alive(worker) for (worker,) in rows)


def _is_alive(worker: str) -> bool:
    return Path("/proc", worker.rpartition(":")[2]).exists()


def prove_all(here: World, emails: Sequence[str], **expected: Any) -> None:
    """Everything that must be true after a run; `expected` as `Expected` has it."""
    secrets = (TOKEN, *names(len(emails)))
    prove(here, Expected(emails, rate=here.environment["NAVIGATR_RATE"], secrets=secrets, **expected))
