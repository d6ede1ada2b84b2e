"""The engine without a limit, and how soon an urgent badge leaves: `python -m tests.benchmarks.engine`.

Started once for each database; `DATABASE_URL` names the server, where it is not SQLite.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.pace import database_name
from tests.world import TOKEN, World, until, world

NO_LIMIT = "100000/1"
BADGE = 51
QUEUE = """
import json
from issuing.models import Badge
from tests.benchmarks.queues import fill
badge = Badge.objects.select_related("provider__connection").get(navigatr_id=51)
fill(badge, {count})
print(json.dumps(badge.provider.connection_id))
"""
SEND = """
import json
from tests.benchmarks.queues import send_counted
print(json.dumps(send_counted({connection})))
"""
ONE_TASK_EACH = """
from django_q.tasks import async_task
for number in range({count}):
    async_task("tests.benchmarks.queues.issue_plainly", "{base_url}", f"each{{number}}@example.org", "{token}")
"""
SINGLES = """
import json, random, time
from issuing.models import Badge, User
from issuing.services import issuances
from issuing.services.learners import Person
from tests.factories import make_agreed
badge, ann = Badge.objects.get(navigatr_id=51), User.objects.get(username="ann")
pressed = {{}}
for number in range({count}):
    email = f"single{{number}}-{mark}@example.org"
    make_agreed(badge, email, first_name="Ana", last_name="Ng")
    before = time.time()
    issuances.issue(badge=badge, person=Person("Ana", "Ng", email), by=ann)
    pressed[email] = before
    time.sleep(random.uniform(1.0, 3.0))
print(json.dumps(pressed))
"""


def main(arguments: Sequence[str]) -> int:
    count, singles, behind = (int(text) for text in arguments)
    _ceiling(count)
    for waiting in (0, behind) if singles else ():
        _urgent(singles, waiting)
    return 0


def _ceiling(count: int) -> None:
    """Issuances a second without a limit and without latency, beside one django-q2 task for each badge."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, world(Path(folder), rate=NO_LIMIT) as here:
        here.connect()
        connection = json.loads(here.shell(QUEUE.format(count=count)))
        found = json.loads(here.shell(SEND.format(connection=connection)).splitlines()[-1])
        issued = len(here.emails())
        each = _one_task_each(here, count)
    ours = issued / found["seconds"]
    print(
        f"{database_name():<11} ceiling, {issued} badges: ours {ours:.1f}/s, {found['queries'] / issued:.1f} queries "
        f"each; one task a badge {each:.1f}/s; ours : theirs {ours / each:.2f}",
        flush=True,
    )


def _one_task_each(here: World, count: int) -> float:
    base_url = here.practice.base_url
    here.shell(ONE_TASK_EACH.format(count=count, base_url=base_url, token=TOKEN))
    already = len(here.emails())
    here.worker()
    until(lambda: len(here.emails()) == already + count, patience=300.0)
    calls = [call for call in here.practice.practice.ledger.calls() if call["method"] == "PUT"]
    arrivals = [call["monotonic"] for call in calls[-count:]]
    return (count - 1) / (max(arrivals) - min(arrivals))


def _urgent(singles: int, behind: int) -> None:
    """Seconds from *Issue* to the call's arrival at the limit of 5/2 s, with so many badges of a roster waiting."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, world(Path(folder), rate="5/2") as here:
        here.connect()
        if behind:
            here.shell(QUEUE.format(count=behind))
        here.worker("supervise")
        until(lambda: here.json("issuing_status")["canary_age_seconds"] is not None)
        pressed = json.loads(here.shell(SINGLES.format(count=singles, mark=behind)).splitlines()[-1])
        until(lambda: set(pressed) <= set(here.emails()))
        sent = {mail["email"]: mail["time"] for mail in here.practice.practice.ledger.outbox()}
    waits = sorted(sent[email] - before for email, before in pressed.items())
    print(
        f"{database_name():<11} urgent, {behind:>6,} waiting: p50 {statistics.median(waits):.2f} s, "
        f"p99 {waits[int(0.99 * len(waits) - 1e-9)]:.2f} s of {len(waits)}",
        flush=True,
    )


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main(sys.argv[1:]))
