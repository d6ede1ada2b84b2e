"""One row for each kind of answer, all in one run with a real worker: what Navigatr did is what we say."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults import runs
from tests.world import TOKEN, World, until, world

# What each answer comes to is tested in the process on both kinds, too.
pytestmark = [pytest.mark.processes, pytest.mark.once]

GOOD = ("", "201", "slow-1", "late-effect-1", "429-once", "429-retry-after-1-once", "429-date-1-once")
REFUSED = ("400", "422", "403", "404")
UNKNOWN_WITHOUT = (
    "404-html-once", "409-once", "500-before-once", "502-html-once", "503-before-once", "reset-before-once",
    "hang-before-once",
)  # fmt: skip
UNKNOWN_WITH = (
    "500-after", "502-html-after", "reset-after", "hang-after", "cut-body", "slow-drip-head", "bad-json",
    "empty-object", "empty-body", "list-body", "200-html", "200-detail", "wrong-person", "wrong-badge",
)  # fmt: skip
BARE = "bare-badge"
SETTINGS = {"NAVIGATR_SETTLE_SECONDS": "1", "NAVIGATR_BREAKER_SECONDS": "0.1", "NAVIGATR_READ_TIMEOUT": "1.5"}


@contextmanager
def elsewhere() -> Iterator[socket.socket]:
    """A server that nobody should call: whoever does waits in its backlog."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def was_called(server: socket.socket) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return False
    return True


def people_for(tags: tuple[str, ...]) -> list[str]:
    """An address for each tag, with a good one after each: what is unknown does not come in a row."""
    made = []
    for number, tag in enumerate(tags):
        made.append(f"ana{number}+{tag}@outcome.example.org" if tag else f"ana{number}@outcome.example.org")
        made.append(f"good{number}@outcome.example.org")
    return made


def statuses(here: World) -> dict[str, str]:
    """Of each tag."""
    rows = here.sql("SELECT email, status FROM issuing_issuance")
    return {email.partition("@")[0].partition("+")[2]: status for email, status in rows if "+" in email}


def unsure(here: World) -> set[str]:
    """Tags of which a call had an unknown outcome."""
    found = here.sql(
        "SELECT i.email FROM issuing_attempt a JOIN issuing_issuance i ON i.id = a.issuance_id "
        "WHERE a.outcome = 'unknown'"
    )
    return {email.partition("@")[0].partition("+")[2] for (email,) in found}


def stop_reason(here: World) -> str:
    return str(here.sql("SELECT stop_reason FROM issuing_connection WHERE name = 'Example'")[0][0])


def replace_token_in_mid_run(here: World, emails: list[str], first: int) -> dict[str, int]:
    """One of them has the token refused: try a colleague's, then the same account's; returns how it stood meanwhile."""
    runs.confirm(here, emails, first)
    until(lambda: stop_reason(here) == "token_refused")
    account = ("connect", "--base-url", here.practice.base_url, "--name")
    here.run(*account, "Colleague", expect=1, NAVIGATR_PAT="practice-pat-colleague")
    meanwhile = here.statuses()
    here.run(*account, "Example", NAVIGATR_PAT=TOKEN)
    return meanwhile


def test_every_answer_and_a_replaced_token_end_as_they_should_when_all_come_in_one_run(tmp_path: Path) -> None:
    with elsewhere() as other, world(tmp_path, rate="50/2", **SETTINGS) as here:
        without = (*UNKNOWN_WITHOUT, f"redirect-{other.getsockname()[1]}-once")
        emails = people_for((*UNKNOWN_WITH, *without, *REFUSED, BARE, *GOOD))
        more = [f"late{number}{'+401-once' if number == 3 else ''}@outcome.example.org" for number in range(20)]
        runs.begin(here, emails)
        here.worker("supervise")
        # All but the answer that drips on: a token can be replaced meanwhile.
        until(lambda: runs.at_rest(here, left=1))
        meanwhile = replace_token_in_mid_run(here, more, first=len(emails))
        runs.settle(here)
        runs.prove_all(here, [*emails, *more], without_id=[email for email in emails if BARE in email])
        ended, doubted, called = statuses(here), unsure(here), was_called(other)
    assert {tag for tag, status in ended.items() if status == "rejected"} == set(REFUSED)
    assert {status for tag, status in ended.items() if tag not in REFUSED} == {"issued"}
    assert doubted == {*UNKNOWN_WITH, *without}
    assert meanwhile["queued"] >= 1
    assert not called
