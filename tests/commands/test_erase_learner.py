"""`manage.py erase_learner` and `manage.py export_learner`."""

import json

import pytest

from issuing.models import AuditEvent, Erasure, Learner
from tests import factories as make
from tests.commands.running import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def learner(db: None) -> Learner:
    make.make_user("ann", role="manager")
    make.make_user("bob")
    return make.make_learner("zoe@example.org", student_number="00123")


def test_learner_is_erased_once_it_is_meant(learner: Learner) -> None:
    asked = ("erase_learner", "ZOE@example.org", "--note", "Passport.", "--by", "ann")
    before = run(*asked)
    assert (before.code, "This erases Zoë Núñez" in before.err, Erasure.objects.count()) == (2, True, 0)
    assert run(*asked, "--yes").out == "Erased. Badges stopped: 0. Rows blanked: 0. Uploads removed: 0.\n"
    learner.refresh_from_db()
    assert learner.email == ""
    assert run(*asked, "--yes").err == "No learner here is known by “ZOE@example.org”.\n"


@pytest.mark.parametrize(("who", "by"), [("00123", "bob"), ("00999", "ann"), ("", "ann"), ("00123", "nobody")])
def test_nobody_is_erased_by_mistake(who: str, by: str) -> None:
    assert run("erase_learner", who, "--note", "Passport.", "--by", by, "--yes").code == 2
    assert not Erasure.objects.exists()


def test_learner_is_exported_by_number_and_by_uuid(learner: Learner) -> None:
    for who in ("00123", learner.uuid):
        assert json.loads(run("export_learner", who, "--by", "bob").out)["learner"]["email"] == "zoe@example.org"
    assert AuditEvent.objects.filter(verb="export", actor__username="bob").count() == 2
