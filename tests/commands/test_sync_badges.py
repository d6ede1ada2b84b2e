"""`manage.py sync_badges`: every account, whatever became of the others."""

import pytest

from issuing.models import Badge, Connection
from issuing.practice import PracticeServer, catalogue
from tests.commands.running import Ran, run
from tests.factories import LONG_AGO, make_connection, make_provider

pytestmark = pytest.mark.django_db
REFUSED = (
    "Navigatr refused its access token (Could not validate credentials). Give it a new one with `manage.py connect`."
)
EXTERNAL = "The badge was not made in Navigatr, which issues only its own"
HELD = f"""\
  54 Unfinished badge: The badge is not published (Navigatr says it is Draft)
  55 Imported badge: {EXTERNAL} (Navigatr says its source is External)
  56 Retired badge: The badge is not published (Navigatr says it is Archived)
"""


@pytest.fixture
def main(practice: PracticeServer) -> Connection:
    account = make_connection(practice.base_url, name="Main", token="practice-pat-everywhere")
    make_provider(account)
    return account


@pytest.fixture
def broken(practice: PracticeServer) -> Connection:
    """An account whose token is refused; the first by name."""
    account = make_connection(practice.base_url, name="Broken", token="wrong")
    make_provider(account, navigatr_id=14)
    return account


def test_badges_are_counted_and_those_held_are_named_when_read(main: Connection) -> None:
    own = sum(badge.provider_id == 12 for badge in catalogue.BADGES.values())

    assert run("sync_badges") == Ran(0, f"Main: Example College: {own} badges, 3 held\n{HELD}", "")
    assert Badge.objects.count() == own


def test_each_organisation_has_its_line_when_there_are_several(main: Connection) -> None:
    make_provider(main, navigatr_id=13, name="Other Academy")
    lines = run("sync_badges").out.splitlines()

    assert [line for line in lines if line.startswith("Main")][1] == "Main: Other Academy: 1 badge, 0 held"


def test_other_accounts_are_read_when_one_is_refused(main: Connection, broken: Connection) -> None:
    ran = run("sync_badges")

    assert (ran.code, ran.err) == (1, f"Broken: {REFUSED}\n")
    assert (ran.out.startswith("Main: Example College"), broken.providers.get().badges.count()) == (True, 0)


def test_code_is_two_when_no_account_can_be_read(broken: Connection) -> None:
    assert run("sync_badges") == Ran(2, "", f"Broken: {REFUSED}\n")


def test_stopped_account_is_told_when_it_is_not_called(main: Connection, practice: PracticeServer) -> None:
    Connection.objects.update(stop_reason="by_staff", stopped_at=LONG_AGO)

    assert run("sync_badges") == Ran(2, "", "Main: This account is stopped: Stopped by staff. Nothing was read.\n")
    assert practice.practice.summary()["calls"] == 0


def test_account_without_organisation_is_told_when_read(practice: PracticeServer) -> None:
    make_connection(practice.base_url, name="Main")

    assert run("sync_badges") == Ran(0, "Main: issues for no organisation\n", "")


def test_nothing_is_done_when_no_account_is_connected(db: None) -> None:
    assert run("sync_badges") == Ran(
        2, "", "No Navigatr account is connected yet. Connect one with `manage.py connect`.\n"
    )


def test_secret_unreadable_is_told_when_the_key_is_another(main: Connection, settings: object) -> None:
    settings.ENCRYPTION_KEYS = ["BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="]  # type: ignore[attr-defined]
    ran = run("sync_badges")

    assert (ran.code, "Put the earlier key back" in ran.err) == (2, True)
