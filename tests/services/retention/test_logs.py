"""Log files hold nothing older than is said, and no address."""

import logging
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import Task
from pytest_django import Settings

from issuing.logs import HideLinks
from issuing.services import retention
from issuing.services.retention import logs
from tests.services.retention.olden import days, remove

TODAY = date(2026, 11, 24)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    (tmp_path / "log").mkdir()
    return tmp_path / "log"


def write(path: Path, day: str, text: str = "INFO all well") -> Path:
    path.write_text(f"{day} 14:02:11,120 {text}\n")
    return path


@pytest.mark.django_db
def test_old_log_files_and_ended_tasks_go_and_one_in_use_is_emptied(folder: Path) -> None:
    aside = write(folder / "worker.log.1", "2026-08-20")
    used, fresh = write(folder / "web.log", "2026-08-25"), write(folder / "web.log.2026-11-20", "2026-11-13")
    for number, at in enumerate((days(91), days(89))):
        Task.objects.create(id=str(number), name="t", func="f", started=at, stopped=at, success=False)
    assert retention.foresee(TODAY).logs.count == 3
    assert remove() == {"logs": 3}
    assert (aside.exists(), used.read_text(), fresh.exists(), Task.objects.count()) == (False, "", True, 1)


def test_log_is_begun_anew_after_a_week_while_its_process_writes_on(folder: Path) -> None:
    path = write(folder / "worker.log", "2026-11-17")
    with path.open("ab") as process:
        logs.begin_anew(TODAY)
        process.write(b"2026-11-24 14:02:12,000 INFO on\n")
    assert path.read_text() == "2026-11-24 14:02:12,000 INFO on\n"
    assert "2026-11-17" in (folder / "worker.log.2026-11-24").read_text()
    logs.begin_anew(TODAY)
    assert len(list(folder.iterdir())) == 2


def test_log_without_a_day_is_as_old_as_it_was_written(folder: Path) -> None:
    path = folder / "web.log.1"
    path.write_text("no day at all\n")
    then = (datetime(2026, 8, 1, tzinfo=UTC)).timestamp()
    os.utime(path, (then, then))
    since = timezone.make_aware(datetime(2026, 8, 26))
    assert logs.old_files(since) == [path]
    assert logs.old_files(since - timedelta(days=60)) == []


def test_log_of_another_user_is_theirs_to_remove(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, _ours = (write(folder / name, "2020-01-01") for name in ("a.log", "b.log"))
    monkeypatch.setattr(os, "access", lambda path, mode: path != theirs)
    logs.begin_anew(TODAY)
    assert logs.remove(timezone.now()) == 1
    assert [path.name for path in folder.iterdir() if path.stat().st_size] == ["a.log"]


def test_no_folder_of_logs_is_no_trouble(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "none"
    logs.begin_anew(TODAY)
    assert logs.old_files(timezone.now()) == []


def test_addresses_are_left_out_of_what_is_logged() -> None:
    told = ("zoe@example.org", "a.b+c@x.co.uk")
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "Refused for %s: <%s>.", told, None)
    assert HideLinks().filter(record)
    assert record.getMessage() == "Refused for (address): <(address)>."
