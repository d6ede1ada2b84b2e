"""Each system check lets good settings pass and refuses, by its id, those that would break a promise."""

import copy
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection as database
from pytest_django import Settings

KEY = "A" * 43 + "="


@pytest.fixture(autouse=True)
def _shared_cache(settings: Settings, tmp_path: Path) -> None:
    """As in earnest; the other tests have one of their own."""
    kind = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": kind, "LOCATION": tmp_path}}


def ids(**options: Any) -> list[str | None]:
    return [message.id for message in run_checks(**options) if str(message.id).startswith("issuing.")]


def change(settings: Settings, name: str, **more: Any) -> None:
    """A setting that is a mapping, with some of its entries different."""
    setattr(settings, name, {**copy.deepcopy(getattr(settings, name)), **more})


@pytest.mark.django_db
def test_checks_find_nothing_when_the_settings_are_the_usual_ones() -> None:
    assert ids(databases=["default"]) == []


@pytest.mark.parametrize("keys", [[], ["short"], [KEY, "not a key"], ["ä" * 44]])
def test_keys_refuses_what_is_no_fernet_key(settings: Settings, keys: list[str]) -> None:
    settings.ENCRYPTION_KEYS = keys
    assert ids() == ["issuing.E001"]


def test_keys_only_warns_when_there_are_none(settings: Settings) -> None:
    settings.SECRET_KEY = "keyless"
    settings.ENCRYPTION_KEYS = ["keyless"]
    assert ids() == ["issuing.W001"]


@pytest.mark.parametrize(
    ("timeout", "retry", "read", "expected"),
    [
        (180, 541, 60.0, []),
        (179, 600, 60.0, ["issuing.E002"]),
        (180, 600, 61.0, ["issuing.E002"]),
        (400, 1201, 280.0, []),
        (180, 540, 60.0, ["issuing.E003"]),
    ],
)
def test_task_times_refuses_what_would_cut_off_or_deliver_twice(
    settings: Settings, timeout: int, retry: int, read: float, expected: list[str]
) -> None:
    change(settings, "Q_CLUSTER", timeout=timeout, retry=retry)
    settings.NAVIGATR_READ_TIMEOUT = read
    assert ids() == expected


@pytest.mark.parametrize(
    ("hosts", "seconds", "expected"),
    [
        (["api.navigatr.app"], 240.0, []),
        (["api.navigatr.app"], 239.0, ["issuing.E004"]),
        (["127.0.0.1:8765", "localhost:80", "[::1]:8765"], 1.0, []),
        (["127.0.0.1:8765", "stagapi.navigatr.app"], 1.0, ["issuing.E004"]),
        (["127.0.0.1.example.net:80"], 1.0, ["issuing.E004"]),
    ],
)
def test_settle_time_may_be_short_on_loopback_only(
    settings: Settings, hosts: list[str], seconds: float, expected: list[str]
) -> None:
    settings.NAVIGATR_HOSTS = hosts
    settings.NAVIGATR_SETTLE_SECONDS = seconds
    assert ids() == expected


@pytest.mark.parametrize(("rate", "expected"), [("5/2", []), ("10", [])] + [
    (text, ["issuing.E005"]) for text in ("", "five", "0/2", "5/0", "5/-1", "-5/2", "5/nan", "5/inf", "1.5/2")
])  # fmt: skip
def test_rate_refuses_what_is_no_limit(settings: Settings, rate: str, expected: list[str]) -> None:
    settings.NAVIGATR_RATE = rate
    assert ids() == expected


def test_email_rate_and_reminders_refuse_what_is_none(settings: Settings) -> None:
    settings.EMAIL_RATE, settings.CONSENT_REMINDER_DAYS = "0/60", [7, 7]
    assert sorted(ids()) == ["issuing.E011", "issuing.E012"]
    settings.EMAIL_RATE, settings.CONSENT_REMINDER_DAYS = "1/1", []
    assert ids() == []


@pytest.mark.parametrize(("number", "expected"), [(2, []), (1, ["issuing.E006"]), (0, ["issuing.E006"])])
def test_workers_are_two_at_least(settings: Settings, number: int, expected: list[str]) -> None:
    settings.WORKERS = number
    assert ids() == expected


def test_database_kind_refuses_another_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(database.settings_dict, "ENGINE", "django.db.backends.mysql")
    assert ids() == ["issuing.E007"]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"},
        {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA synchronous=FULL"},
        {"transaction_mode": "DEFERRED", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"},
    ],
)
def test_sqlite_options_refuses_what_could_lose_a_claim(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, str]
) -> None:
    monkeypatch.setitem(database.settings_dict, "ENGINE", "django.db.backends.sqlite3")
    monkeypatch.setitem(database.settings_dict, "OPTIONS", options)
    assert ids() == ["issuing.E008"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(database.vendor != "sqlite", reason="SQLite's own")
@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF"])
def test_sqlite_in_force_refuses_what_the_file_was_not_granted(pragma: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
    found = ids(databases=["default"])
    database.close()  # the next connection asks anew
    assert found == ["issuing.E009"]


@pytest.mark.parametrize("kind", ["locmem.LocMemCache", "dummy.DummyCache"])
def test_shared_cache_refuses_one_that_no_other_process_sees(settings: Settings, kind: str) -> None:
    change(settings, "CACHES", default={"BACKEND": f"django.core.cache.backends.{kind}"})
    assert ids() == ["issuing.E010"]


def test_a_command_does_not_run_when_a_check_refuses(settings: Settings) -> None:
    settings.WORKERS = 1
    with pytest.raises(SystemCheckError, match="One is kept free of sending"):
        call_command("supervise", skip_checks=False)


def test_every_message_has_a_hint(settings: Settings) -> None:
    settings.NAVIGATR_RATE, settings.WORKERS, settings.NAVIGATR_SETTLE_SECONDS = "", 0, 0.0
    settings.NAVIGATR_HOSTS = ["api.navigatr.app"]
    settings.ENCRYPTION_KEYS = []
    change(settings, "Q_CLUSTER", timeout=1, retry=1)
    found = [message for message in run_checks() if str(message.id).startswith("issuing.")]
    assert sorted(str(message.id)[-4:] for message in found) == ["E001", "E002", "E003", "E004", "E005", "E006"]
    assert [message for message in found if not message.hint] == []
