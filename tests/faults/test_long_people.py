"""Many hands at once: one form sent fifty times, one roster uploaded twice. `make faults` runs them."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.faults import runs
from tests.world import World, until, world

pytestmark = pytest.mark.slow_faults

SETTINGS = {"NAVIGATR_SETTLE_SECONDS": "1"}
PASSWORD = "a long password"
SET_PASSWORD = f"""
from issuing.models import User
user = User.objects.get(username="ann")
user.set_password("{PASSWORD}")
user.save()
"""


def people(count: int) -> list[str]:
    return [f"ana{number}@many.example.org" for number in range(count)]


def uuid_of(here: World, table: str, where: str) -> uuid.UUID:
    return uuid.UUID(str(here.sql(f"SELECT uuid FROM {table} WHERE {where}")[0][0]))


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


def signed_in(here: World, address: str) -> requests.Session:
    here.shell(SET_PASSWORD)
    session = requests.Session()
    form = {"csrfmiddlewaretoken": field(session.get(f"{address}/sign-in/").text, "csrfmiddlewaretoken")}
    answer = session.post(f"{address}/sign-in/", form | {"username": "ann", "password": PASSWORD})
    assert answer.ok and "sign-in" not in answer.url
    return session


def test_one_badge_is_sent_when_its_form_is_posted_fifty_times_at_once(tmp_path: Path) -> None:
    """Half of them as one page pressed again and again, half as pages of their own."""
    with world(tmp_path, rate="50/2", **SETTINGS) as here:
        here.connect()
        here.agreed(people(1), runs.names(1))
        session = signed_in(here, address := here.web())
        chosen = {
            "badge": str(uuid_of(here, "issuing_badge", f"navigatr_id = {runs.BADGE}")),
            "learner": str(uuid_of(here, "issuing_learner", "1 = 1")),
        }
        page = session.get(f"{address}/issue/", params=chosen).text
        form = {"csrfmiddlewaretoken": field(page, "csrfmiddlewaretoken")}
        keys = [field(page, "key")] * 25 + [str(uuid.uuid4()) for _ in range(25)]

        def post(key: str) -> int:
            cookies = session.cookies.get_dict()
            return requests.post(f"{address}/issue/", form | {"key": key}, params=chosen, cookies=cookies).status_code

        here.worker()
        with ThreadPoolExecutor(50) as threads:
            answers = list(threads.map(post, keys))
        until(lambda: runs.at_rest(here))
        runs.prove_all(here, people(1))
    assert set(answers) == {200}


def test_nobody_has_two_rows_when_two_colleagues_upload_one_roster_at_once(tmp_path: Path) -> None:
    emails = people(20)
    with world(tmp_path, rate="50/2", **SETTINGS) as here:
        here.connect()
        plain = here.agreed(emails, runs.names(len(emails)))
        shouted = here.file("shouted.csv", plain.read_text().upper().replace(",", " , "))
        here.worker()
        both = [
            here.command("issue_roster", str(path), "--badge", runs.BADGE, "--by", "ann") for path in (plain, shouted)
        ]
        ends = [process.wait(runs.PATIENCE) for process in both]
        until(lambda: runs.at_rest(here) and here.statuses() != {})
        rows = here.sql("SELECT lower(email) FROM issuing_issuance WHERE status <> 'cancelled'")
        effects = here.practice.practice.ledger.outbox()
    assert set(ends) <= {0, 1, 2}
    assert sorted(email for (email,) in rows) == sorted(emails)
    assert sorted(effect["email"].lower() for effect in effects) == sorted(emails)
