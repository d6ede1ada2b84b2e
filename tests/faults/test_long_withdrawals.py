"""Learners withdraw while a run is being sent, in a process of their own: each is stopped in time or told that not.

`make faults` runs it.
"""

from pathlib import Path

import pytest

from tests.faults import runs
from tests.world import World, until, world

pytestmark = pytest.mark.slow_faults

PEOPLE = [f"ana{number}@leave.example.org" for number in range(60)]
SETTINGS = {"NAVIGATR_SETTLE_SECONDS": "1"}
WITHDRAW = """
import random, time
from django.utils import timezone
from issuing.enums import Decision, Route
from issuing.models import Issuance, Learner, User
from issuing.services import consent
by = User.objects.get(username="ann")
people = list(Learner.objects.order_by("pk"))
random.Random(7).shuffle(people)
while not Issuance.objects.filter(status="issued").exists():
    time.sleep(0.02)
for learner in people:
    said = consent.Answer(Decision.WITHDRAWN, Route.PHONE, timezone.now())
    consent.record(learner=learner, answer=said, by=by)
    time.sleep(0.05)
"""
TOLD = """
SELECT l.email, i.status, i.reason, e.details, (SELECT count(*) FROM issuing_attempt a WHERE a.issuance_id = i.id)
FROM issuing_issuance i JOIN issuing_learner l ON l.id = i.learner_id
JOIN issuing_consentrecord r ON r.learner_id = l.id AND r.decision = 'withdrawn'
JOIN issuing_auditevent e ON e.subject_uuid = r.uuid AND e.verb = 'withdraw'
"""
CLAIMED_LATER = """
SELECT count(*) FROM issuing_attempt a JOIN issuing_issuance i ON i.id = a.issuance_id
JOIN issuing_consentrecord r ON r.learner_id = i.learner_id AND r.decision = 'withdrawn'
JOIN issuing_auditevent e ON e.subject_uuid = r.uuid AND e.verb = 'withdraw'
WHERE a.claimed_at > e.at
"""


def test_withdrawal_stops_its_badge_or_says_that_it_is_on_its_way(tmp_path: Path) -> None:
    with world(tmp_path, rate="20/2", **SETTINGS) as here:
        runs.begin(here, PEOPLE)
        here.worker()
        here.worker()
        here.shell(WITHDRAW)
        until(lambda: runs.at_rest(here))
        e_mailed = {email.casefold() for email in here.emails()}
        _each_was_told_the_truth(here, e_mailed)
        assert here.sql(CLAIMED_LATER) == [(0,)]
        runs.prove_all(here, PEOPLE)


def _each_was_told_the_truth(here: World, e_mailed: set[str]) -> None:
    ends = set()
    for email, status, reason, details, calls in here.sql(TOLD):
        cancelled, on_the_way = ('"cancelled": 1' in str(details).replace("'", '"'), "on_the_way" in str(details))
        ends.add((cancelled, on_the_way))
        if cancelled:
            assert (status, reason, calls, email in e_mailed) == ("cancelled", "withdrew", 0, False)
        else:
            assert (status, calls, email in e_mailed) == ("issued", 1, True)
    assert (True, False) in ends, "nobody was stopped: the run was over too soon"
    assert len(ends) > 1, "nobody came too late: the run had not begun"
