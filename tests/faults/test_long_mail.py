"""A thousand requests by e-mail, to a real mail server, while the workers are killed again and again."""

import json
import time
from pathlib import Path

import pytest

from tests.smtp import MailServer, mail_server
from tests.world import World, until, world

pytestmark = pytest.mark.slow_faults

PEOPLE = 1000
KILLS_AT = (50, 200, 201, 500, 800)
"""How many e-mails have been taken when every worker is killed."""
ASK = """
from issuing.models import Badge, Learner, User
from issuing.queries import asking as reads
from issuing.services import consent, learners
badge = Badge.objects.select_related("provider").get(navigatr_id=51)
by = User.objects.get(username="ann")
people = [learners.Person("Ana", "Ng", f"learner{number}@example.org") for number in range(%d)]
from issuing.models import email_key
found = learners.add_many(people=((email_key(one.email), one) for one in people), by=by)
[text] = reads.texts_in_force(badge.provider, badge)
print(consent.ask(people=found.values(), what=consent.Ask(text, badge), by=by).count)
"""
REAP = "from issuing.services import consent; consent.reap()"
STAND = """
import json
from issuing.models import ConsentMail
from issuing.queries.asking import request_counts
mails = ConsentMail.objects.values_list("status", "learner__email")
print(json.dumps({"mails": list(mails), "counts": request_counts()}))
"""


def begin(here: World, people: int) -> None:
    here.connect()
    assert here.shell(ASK % people).split()[-1] == str(people)


def kill_at(here: World, post: MailServer, taken: int) -> None:
    """Kill every worker in the middle of an e-mail, once so many have been taken."""
    worker = here.worker()
    until(lambda: len(post.taken) >= taken)
    here.kill(worker)
    # Whoever sent is gone, and so is its hold, after half a minute.
    here.change("UPDATE issuing_mailing SET held_until = NULL")


def is_over(here: World) -> bool:
    time.sleep(0.5)
    return here.sql("SELECT count(*) FROM issuing_consent_mail WHERE status = 'waiting'") == [(0,)]


def test_no_second_email_leaves_when_workers_are_killed_and_the_doubtful_ones_are_shown(tmp_path: Path) -> None:
    with mail_server() as post, world(tmp_path, EMAIL_URL=post.url, EMAIL_RATE="1000/1") as here:
        post.latency = 0.01
        begin(here, PEOPLE)
        for taken in KILLS_AT:
            kill_at(here, post, taken)
        worker = here.worker()
        until(lambda: is_over(here), patience=240)
        here.kill(worker)
        here.later(600.0, command=["shell", "--no-imports", "-c", REAP])
        proves(here, post)


def proves(here: World, post: MailServer) -> None:
    stand = json.loads(here.shell(STAND).splitlines()[-1])
    got = post.counts()
    assert max(got.values()) == 1
    by_status: dict[str, list[str]] = {}
    for status, email in stand["mails"]:
        by_status.setdefault(status, []).append(email)
    assert set(by_status) <= {"sent", "perhaps"}
    assert all(got[email] == 1 for email in by_status["sent"])
    doubtful = by_status.get("perhaps", [])
    assert 1 <= len(doubtful) <= len(KILLS_AT) + 1  # the last worker is killed too
    assert (stand["counts"]["sent"], stand["counts"]["perhaps"]) == (PEOPLE - len(doubtful), len(doubtful))
