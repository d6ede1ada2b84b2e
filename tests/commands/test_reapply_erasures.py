"""`manage.py reapply_erasures`."""

import json
from pathlib import Path

import pytest
from pytest_django import Settings

from issuing.models import Erasure, Learner
from issuing.services import erasure
from tests import factories as make
from tests.commands.running import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def erased(settings: Settings, tmp_path: Path) -> Learner:
    settings.VAR_DIR = tmp_path
    learner = make.make_learner("zoe@example.org")
    erasure.erase(learner=learner, identity_note="Passport.", by=make.make_user("ann", role="manager"))
    return learner


def test_list_is_saved_and_applied_to_a_backup(erased: Learner, tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    assert run("reapply_erasures", "--save", path).code == 0
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    Erasure.objects.all().delete()
    Learner.objects.update(first_name="Zoë", erased_at=None)
    assert run("reapply_erasures", path).out == "On the list: 1, of which 1 new here. Erased again: 1.\n"
    assert Learner.objects.get().first_name == ""


def test_list_beside_the_database_is_applied_without_being_named(erased: Learner) -> None:
    erasure.beside().write_text("".join(f"{line}\n" for line in erasure.lines()))
    Erasure.objects.all().delete()
    told = json.loads(run("reapply_erasures", "--json").out)
    assert told == {"listed": 1, "added": 1, "erased": 0, "waiting": [], "since": []}
    assert erasure.beside().read_text().splitlines() == list(erasure.lines())


def test_whoever_was_added_since_is_named_and_stays(erased: Learner) -> None:
    erasure.beside().write_text("".join(f"{line}\n" for line in erasure.lines()))
    erased.delete()  # the backup is older than their entry
    added = make.make_learner("zoe@example.org")
    ran = run("reapply_erasures")
    assert (ran.code, f"Learner {added.uuid} was added since under an erased address" in ran.out) == (0, True)
    assert Learner.objects.get().first_name == added.first_name


def test_file_that_is_no_list_does_nothing(tmp_path: Path) -> None:
    assert run("reapply_erasures", tmp_path / "none").code == 2
    (tmp_path / "people.csv").write_text("Email\na@example.org\n")
    ran = run("reapply_erasures", tmp_path / "people.csv")
    assert (ran.code, ran.err) == (2, "Line 1 is not from a list of erasures; nothing was done.\n")


def test_doctor_says_that_a_restored_backup_is_to_be_cleaned(erased: Learner) -> None:
    erasure.beside().write_text("".join(f"{line}\n" for line in erasure.lines()))
    assert "erasures" not in run("doctor").out
    Erasure.objects.all().delete()
    assert "!!  erasures: 1 who were erased are listed beside the database and not in it." in run("doctor").out
    erasure.beside().write_text("not a list\n")
    assert "Line 1 is not from a list of erasures" in run("doctor").out
