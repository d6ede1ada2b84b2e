"""`manage.py staff_reset`."""

import re

import pytest
from django.core.management import CommandError, call_command

from issuing.models import AuditEvent, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_staff_reset_prints_a_password_that_signs_in(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("staff_reset", "robin", "--manager", "--email", "robin@college.example.org")
    said = capsys.readouterr()
    (password,) = re.findall(r"^Sign in as robin with the password (\S+)$", said.out, re.MULTILINE)
    user = User.objects.get()
    assert (user.check_password(password), user.role, said.err) == (True, "manager", "")


def test_staff_reset_does_nothing_when_any_account_exists_and_if_none_is_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = make_user("somebody", is_active=False).password
    call_command("staff_reset", "robin", "--manager", "--if-none")
    assert capsys.readouterr().out == "There is a staff account already; nothing was changed.\n"
    assert [user.password for user in User.objects.all()] == [before]
    assert AuditEvent.objects.count() == 0


def test_staff_reset_makes_the_first_account_when_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("staff_reset", "robin", "--if-none")
    assert "Made a new staff account." in capsys.readouterr().out
    assert User.objects.get().username == "robin"


def test_staff_reset_says_that_an_account_was_switched_off(capsys: pytest.CaptureFixture[str]) -> None:
    make_user("robin", is_active=False)
    call_command("staff_reset", "robin")
    assert "It had been switched off and is on again." in capsys.readouterr().out


def test_staff_reset_refuses_a_name_that_is_none() -> None:
    with pytest.raises(CommandError, match=r"Nothing was saved\.$") as refusal:
        call_command("staff_reset", "two words")
    assert refusal.value.returncode == 2
