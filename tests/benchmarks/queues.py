"""What the engine's benchmarks run inside an instance: fill its queue, send it with its queries counted or plainly."""

import itertools
import time
from typing import Any

import requests
from django.db.backends.signals import connection_created
from django.utils import timezone

from issuing.enums import IssuanceStatus
from issuing.models import Badge, ConsentRecord, Issuance, Learner, email_key
from issuing.services import issuances
from issuing.workflow.consent import giver_key
from tests.factories import LONG_AGO, make_learner, make_running, make_user

PIECE = 2000


def fill(badge: Badge, count: int) -> None:
    """A running roster of so many learners who agreed, all of whom wait."""
    text = badge.provider.statements.get().texts.get()
    roster, user, now = make_running(badge), make_user(), timezone.now()
    emails = [f"queued{number}@example.org" for number in range(count)]
    people = [Learner(first_name="Ana", last_name="Ng", email=one, email_key=email_key(one)) for one in emails]
    Learner.objects.bulk_create(people, PIECE)
    given = {"decision": "given", "route": "paper", "giver": "learner", "giver_key": giver_key("learner", "")}
    ConsentRecord.objects.bulk_create(
        [ConsentRecord(learner=one, text=text, decided_at=LONG_AGO, recorded_at=LONG_AGO, **given) for one in people],
        PIECE,
    )
    sent = {"badge": badge, "roster": roster, "confirmed_by": user, "confirmed_at": now, "changed_at": now}
    sent |= {"first_name": "Ana", "last_name": "Ng"}
    Issuance.objects.bulk_create(
        [Issuance(learner=one, email=one.email, email_key=one.email_key, **sent) for one in people], PIECE
    )


def send_counted(connection_id: int) -> dict[str, Any]:
    """Send all that waits, and count the queries of every thread."""
    queries = itertools.count()

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        next(queries)
        return execute(sql, params, many, context)

    def count_here(connection: Any, **_: Any) -> None:
        # A thread that connects again has the same list.
        connection.execute_wrappers[:] = [counted]

    connection_created.connect(count_here, weak=False)
    began = time.monotonic()
    while Issuance.objects.filter(status=IssuanceStatus.QUEUED).exists():
        issuances.send(connection_id)
    return {"seconds": time.monotonic() - began, "queries": next(queries)}


def issue_plainly(base_url: str, email: str, token: str) -> None:
    """One task for one badge, as a tutorial has it: call, then write that it was done."""
    badge = Badge.objects.get(navigatr_id=51)
    person = {"recipient_firstname": "Ana", "recipient_lastname": "Ng", "recipient_email": email}
    url = f"{base_url}/badge/{badge.navigatr_id}/issue"
    requests.put(url, json=person, headers={"X-Access-Token": token}, timeout=60).raise_for_status()
    make_learner(email)
