"""Fresh passwords for staff."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from issuing.enums import Role
from issuing.exceptions import InvalidInput
from issuing.models import AuditEvent, User
from issuing.services import staff
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_reset_makes_an_account_when_there_is_none() -> None:
    done = staff.reset(username="robin", is_manager=True, email="robin@college.example.org")
    user = User.objects.get()
    assert (user.username, user.role, user.email) == ("robin", Role.MANAGER, "robin@college.example.org")
    assert (done.created, done.reopened, user.check_password(done.password)) == (True, False, True)


def test_reset_changes_only_the_password_when_the_account_is_there() -> None:
    user = make_user("robin", role=Role.MANAGER)
    done = staff.reset(username="robin", is_manager=False)
    user.refresh_from_db()
    assert (user.role, user.email) == (Role.MANAGER, "robin@college.example.org")
    assert user.check_password("a long password") is False
    assert (done.created, user.check_password(done.password)) == (False, True)


def test_reset_opens_an_account_that_was_switched_off() -> None:
    make_user("robin", is_active=False)
    assert staff.reset(username="robin", is_manager=False).reopened is True
    assert User.objects.get().is_active is True


def test_reset_ends_the_sessions_of_the_account(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    client = Client()
    client.force_login(make_user("robin"))
    before = client.get("/").status_code
    staff.reset(username="robin", is_manager=False)
    assert (before, client.get("/").status_code) == (200, 302)


@pytest.mark.parametrize(("username", "email"), [("", ""), ("two words", ""), ("robin", "not an address")])
def test_reset_refuses_what_is_no_name_or_address(username: str, email: str) -> None:
    with pytest.raises(InvalidInput, match=r"Nothing was saved\.$"):
        staff.reset(username=username, is_manager=False, email=email)
    assert (User.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_reset_leaves_an_audit_event_without_the_password() -> None:
    done = staff.reset(username="robin", is_manager=False)
    event = AuditEvent.objects.get()
    assert (event.verb, event.subject, event.actor) == ("reset_password", "user", None)
    assert event.details == {"account": done.user.pk, "created": True, "reopened": False, "role": "staff"}


def test_reset_shows_its_password_nowhere_by_accident() -> None:
    done = staff.reset(username="robin", is_manager=False)
    assert done.password not in repr(done)


def test_new_passwords_differ_and_are_long() -> None:
    made = {staff.new_password() for _ in range(100)}
    assert len(made) == 100
    assert {len(password) for password in made} == {23}
