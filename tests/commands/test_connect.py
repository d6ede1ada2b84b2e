"""`manage.py connect`: what it takes, what it says, how it ends; the secret comes in unseen and shows nowhere."""

import getpass
import io
import logging
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database

from issuing.models import Connection
from issuing.practice import PracticeServer
from tests.commands.running import Ran, run
from tests.factories import make_connection, make_provider

pytestmark = pytest.mark.django_db
PAT = "practice-pat-owner"
PASSWORD = "practice-password"
NAMES = ("NAVIGATR_PAT", "NAVIGATR_USERNAME", "NAVIGATR_PASSWORD")


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


def connect(practice: PracticeServer, *arguments: object, name: str = "Main") -> Ran:
    return run("connect", "--name", name, "--base-url", practice.base_url, *arguments)


def kept() -> tuple[str, str]:
    return Connection.objects.values_list("scheme", "navigatr_user_id").get()


def test_account_is_connected_when_the_token_is_in_the_environment(
    practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAVIGATR_PAT", PAT)
    ran = connect(practice)

    said = f"Connected Main: Olivia Owner at {practice.host}:{practice.port}, by access token.\n  12 Example College\n"
    assert (ran, kept()) == (Ran(0, said, ""), ("access-token", "7"))


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        ("auto", f"{PAT}\n"),
        ("bearer", f"  {PAT}"),
        ("access-token", PAT),
        ("password", f"owner@example.org\n{PASSWORD}\n"),
    ],
)
def test_account_is_connected_when_the_secret_is_piped_in(
    scheme: str, typed: str, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))

    assert connect(practice, "--scheme", scheme).code == 0
    assert kept() == ("access-token" if scheme == "auto" else scheme, "7")


def test_password_is_taken_from_the_environment_when_it_is_there(
    practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAVIGATR_USERNAME", "owner@example.org")
    monkeypatch.setenv("NAVIGATR_PASSWORD", PASSWORD)

    assert (connect(practice, "--scheme", "password").code, kept()) == (0, ("password", "7"))


def test_secret_is_asked_for_unseen_when_at_a_terminal(
    practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: (asked.append(prompt), PAT)[1])

    assert (connect(practice).code, asked) == (0, ["Access token: "])


def test_command_takes_no_secret_when_given_as_an_argument(practice: PracticeServer) -> None:
    with pytest.raises(CommandError, match="unrecognized arguments"):
        call_command("connect", "--name", "Main", "--base-url", practice.base_url, "--token", PAT)


@pytest.mark.parametrize(
    ("typed", "arguments", "sentence"),
    [
        ("", [], "No access token was given; nothing was saved.\n"),
        ("wrong", [], "Navigatr refused this login (Could not validate credentials). Is it whole, "),
        (f"{PAT} {PAT}", [], "The access token has a line break, a blank or a letter in it that no token has. "),
        (PAT, ["--provider", "13"], "This account does not see organisation 13. It sees: 12 Example College. "),
        ("owner@example.org", ["--scheme", "password"], "A user name and a password are needed "),
    ],
)
def test_nothing_is_saved_and_one_line_says_why_when_refused(
    typed: str, arguments: list[str], sentence: str, practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    ran = connect(practice, *arguments)

    assert (ran.code, ran.out, ran.err.startswith(sentence), ran.err.count("\n")) == (2, "", True, 1)
    assert Connection.objects.count() == 0


def test_nothing_is_saved_when_the_host_is_not_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVIGATR_PAT", PAT)
    ran = run("connect", "--name", "Main", "--base-url", "https://example.org/v1")

    assert (ran.code, "NAVIGATR_HOSTS" in ran.err, Connection.objects.count()) == (2, True, 0)


@pytest.mark.parametrize("given", [["12", "13"], ["13", "--provider", "12"]])
def test_organisations_are_those_named_when_there_are_several(
    given: list[str], practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAVIGATR_PAT", "practice-pat-everywhere")
    ran = connect(practice, "--provider", *given)

    assert (ran.code, ran.out.splitlines()[1:]) == (0, ["  12 Example College", "  13 Other Academy"])


def test_replacing_says_so_when_the_account_is_known(practice: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVIGATR_PAT", PAT)
    connect(practice)
    ran = connect(practice, "--scheme", "bearer", name="Renamed")

    assert (ran.code, ran.out.splitlines()[0].partition(" at ")[0]) == (
        0,
        "Replaced the token of Renamed: Olivia Owner",
    )


def test_stop_by_staff_is_told_when_it_stays(practice: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVIGATR_PAT", PAT)
    connect(practice)
    Connection.objects.update(stop_reason="by_staff", stopped_at=Connection.objects.get().created_at)

    assert "It is still stopped: Stopped by staff." in connect(practice).out.splitlines()


def test_organisation_of_another_account_is_told_when_it_stays_there(
    practice: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_provider(make_connection(practice.base_url, name="First"))
    monkeypatch.setenv("NAVIGATR_PAT", "practice-pat-colleague")
    ran = connect(practice)

    assert (ran.code, ran.out.splitlines()[1:]) == (
        1,
        [
            "  12 Example College: left with First, which issues for it",
            "It issues for no organisation yet. Name one with --provider, or make one Active at Navigatr.",
        ],
    )


def texts_in_the_database() -> str:
    """Every value of every table, and on SQLite the whole file."""
    found = []
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    if database.vendor == "sqlite":
        name = Path(str(database.settings_dict["NAME"]))
        found += [path.read_bytes().decode("latin-1") for path in name.parent.glob(f"{name.name}*")]
    return "\n".join(found)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("scheme", "secrets"), [("auto", [PAT]), ("bearer", [PAT]), ("password", ["owner@example.org", PASSWORD])]
)
def test_secret_is_nowhere_when_connected_synced_and_refused(
    scheme: str,
    secrets: list[str],
    practice: PracticeServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(secrets)))
    ran = [connect(practice, "--scheme", scheme), run("sync_badges")]
    practice.practice.change(replace(practice.practice.settings, outage="401"))
    ran += [run("sync_badges"), run("sync_badges")]

    seen = "\n".join([*map(repr, ran), caplog.text, texts_in_the_database()])
    assert ([one.code for one in ran], "Digital Skills" in seen) == ([0, 0, 2, 2], True)
    assert [secret for secret in (*secrets, *_sessions(practice)) if secret in seen] == []


def _sessions(practice: PracticeServer) -> list[str]:
    """The short-lived tokens the practice server gave out."""
    return list(practice.practice._sessions)
