"""An office that can issue at the practice server: account, badge 51, a member of staff; and a worker in a thread."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection as database
from django_q.models import OrmQ

from issuing.management.commands import _waiting
from issuing.models import Badge, User
from issuing.practice import PracticeServer
from issuing.services import issuances
from tests.factories import make_badge, make_connection, make_provider, make_user

Manage = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Office:
    """What the commands find."""

    badge: Badge
    ann: User
    practice: PracticeServer
    folder: Path

    def file(self, *lines: str, name: str = "people.csv") -> Path:
        path = self.folder / name
        path.write_text("\n".join(["First name,Last name,Email", *lines, ""]), encoding="utf-8")
        return path

    def emails(self) -> dict[str, int]:
        """How many e-mails the practice server sent to each address."""
        return self.practice.practice.ledger.recipients()

    def calls(self) -> int:
        return len(self.practice.practice.ledger.calls())


@pytest.fixture
def office(db: None, practice: PracticeServer, tmp_path: Path) -> Office:
    badge = make_badge(make_provider(make_connection(practice.base_url, name="Example")))
    return Office(badge, make_user("ann", first_name="Ann", last_name="Lee"), practice, tmp_path)


@pytest.fixture
def open_office(transactional_db: None, office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose rows a worker sees."""
    monkeypatch.setattr(_waiting, "POLL_SECONDS", 0.02)
    return office


@pytest.fixture
def worker(open_office: Office) -> Iterator[None]:
    """Sends what it is woken for, in a thread of the test's own."""
    over = threading.Event()

    def work() -> None:
        with contextlib.closing(database):
            while not over.wait(0.02):
                if OrmQ.objects.all().delete()[0]:
                    issuances.send(open_office.badge.provider.connection_id)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def manage(open_office: Office, tmp_path: Path) -> Manage:
    """Runs `manage.py` as a process of its own, on the test's database."""

    def run(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        own = {
            "DATABASE_URL": _database_url(),
            "VAR_DIR": str(tmp_path / "var"),
            "SECRET_KEY": settings.SECRET_KEY,
            "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
            "NAVIGATR_HOSTS": ",".join(settings.NAVIGATR_HOSTS),
            "NAVIGATR_RATE": settings.NAVIGATR_RATE,
        }
        command = [sys.executable, "manage.py", *map(str, arguments)]
        env = {**os.environ, **own, **environment}
        return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)

    return run


def _database_url() -> str:
    to = database.settings_dict
    if database.vendor == "sqlite":
        return f"sqlite:///{to['NAME']}"
    return f"postgres://{to['USER']}:{to['PASSWORD']}@{to['HOST']}:{to['PORT']}/{to['NAME']}"
