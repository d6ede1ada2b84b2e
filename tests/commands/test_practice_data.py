"""The practice instance is filled once with invented people, really sent badges, and a bit of trouble."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from issuing.enums import Disposition, StopReason
from issuing.management.commands import _practice_people as people
from issuing.management.commands import practice_data
from issuing.models import Connection, Learner, Roster
from issuing.practice import PracticeServer
from issuing.services import staff
from tests.commands.running import run
from tests.factories import make_user
from tests.world import World, world

SAYS_STATE = """
from issuing.models import Connection, Roster
for roster in Roster.objects.order_by("group"):
    counted = sorted({row.disposition for row in roster.rows.all()})
    print(roster.group, roster.status, roster.issuances.filter(status="issued").count(), *counted, sep="|")
for connection in Connection.objects.order_by("name"):
    print(connection.name, connection.stop_reason, sep="|")
"""
FILL = """
from django.conf import settings
from django.core.management import call_command
settings.IS_PRACTICE = True
call_command("practice_data")
"""


def test_invented_people_are_about_sixty_and_each_has_an_address_of_their_own() -> None:
    everybody = people.CARE_PEOPLE + people.MEDIA_PEOPLE
    assert len({one.email for one in everybody}) == len({one.student_number for one in everybody}) == 60
    assert {one.email.partition("@")[2] for one in everybody} == {"example.org"}
    assert everybody[1].email == "bjorn.odegard@example.org"


def test_real_instance_is_not_filled(db: None, settings: Settings) -> None:
    settings.IS_PRACTICE = False
    done = run("practice_data")
    assert (done.code, "Only the practice instance" in done.err, Learner.objects.count()) == (2, True, 0)


def test_nothing_is_filled_without_a_manager(db: None, settings: Settings) -> None:
    settings.IS_PRACTICE = True
    make_user()
    done = run("practice_data")
    assert (done.code, "staff_reset" in done.err, Connection.objects.count()) == (2, True, 0)


def test_half_a_filling_is_finished_when_started_again(
    transactional_db: None,
    settings: Settings,
    practice: PracticeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.IS_PRACTICE, settings.VAR_DIR = True, tmp_path
    staff.reset(username="pat", is_manager=True)
    monkeypatch.setattr(practice_data, "PATIENCE", 0.0)  # no worker runs here
    for _ in range(2):
        done = run("practice_data")
        assert (done.code, "background worker sent nothing" in done.err) == (2, True)
    assert Roster.objects.count() == 2
    assert Connection.objects.get(name="Other Academy").stop_reason == StopReason.TOKEN_REFUSED
    assert 60 < Learner.objects.count() < 70


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, rate="50/2") as made:
        made.run("migrate", "--verbosity=0")
        made.run("staff_reset", "pat", "--manager")
        yield made


@pytest.mark.processes
@pytest.mark.once
def test_roster_is_really_issued_and_another_waits_with_every_disposition(here: World) -> None:
    here.worker("qcluster")
    here.shell(FILL)
    lines = [line.split("|") for line in here.shell(SAYS_STATE).splitlines()]
    rosters = {group: (status, sent, found) for group, status, sent, *found in lines[:3]}

    assert lines[3:] == [["Example College", ""], ["Other Academy", "token_refused"]]
    assert rosters[people.CARE][:2] == ("running", "26")
    assert rosters[people.EVENING][:2] == ("paused", "0")
    assert rosters[people.MEDIA] == ("checked", "0", sorted(Disposition.values))
    assert set(here.emails().values()) == {1}
    assert "already" in here.shell(FILL)
