"""A whole instance for one test: its own database, the practice server, commands and workers as real processes."""

import base64
import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from issuing.practice import PracticeServer

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "practice-pat-owner"
PATIENCE = 60.0
# In one process: each that starts costs the better part of a second.
CONNECT = """
import os
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("staff_reset", "ann")
call_command("connect", "--name", "Example", "--base-url", os.environ["BASE_URL"])
call_command("sync_badges")
call_command("publish_statement")
call_command("collectstatic", interactive=False, verbosity=0)
"""


class World:
    """One instance. `run` runs a command to its end; `worker` starts a cluster that is gone when the world ends."""

    def __init__(self, folder: Path, practice: PracticeServer, database_url: str, rate: str, **settings: str) -> None:
        self.folder = folder
        self.practice = practice
        self.address = ""
        self.outputs: list[str] = []
        self._workers: list[subprocess.Popen[bytes]] = []
        self.environment = {
            "PATH": os.environ["PATH"],
            "MODE": "test",
            "VAR_DIR": str(folder / "var"),
            "DATABASE_URL": database_url,
            "SECRET_KEY": secrets.token_urlsafe(40),
            "ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "NAVIGATR_HOSTS": f"{practice.host}:{practice.port}",
            "NAVIGATR_RATE": rate,
            "WORKERS": "2",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }

    def run(self, *arguments: str, expect: int = 0, **environment: str) -> str:
        """Run a management command; what it wrote to standard output. Its exit code must be the expected one."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )
        self.outputs += [done.stdout, done.stderr]
        assert done.returncode == expect, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def json(self, *arguments: str, expect: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", expect=expect))

    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.json("issuing_status")["counts"]
        return counts

    def connect(self) -> None:
        """A migrated database, a member of staff, an account, its badges and the wording; the static files."""
        self.run("shell", "--no-imports", "-c", CONNECT, NAVIGATR_PAT=TOKEN, BASE_URL=self.practice.base_url)

    def agreed(self, emails: Sequence[str], last_names: Sequence[str] = ()) -> Path:
        """A file of people whose consent is on record."""
        path = self.file("people.csv", people(emails, last_names))
        evidence = ("--route", "paper", "--by", "ann", "--decided-on", "2026-09-14", "--evidence", "Forms in room 12")
        self.run("record_consent", str(path), *evidence, "--all-agreed")
        return path

    def file(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content)
        return path

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database holds, asked without Django."""
        url = self.environment["DATABASE_URL"]
        if url.startswith("postgres"):
            with psycopg.connect(url) as server:
                return server.execute(statement.encode()).fetchall()
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as file:
            return file.execute(statement).fetchall()

    def change(self, statement: str) -> None:
        """Change what the database holds, without Django."""
        url = self.environment["DATABASE_URL"]
        if url.startswith("postgres"):
            with psycopg.connect(url) as server:
                server.execute(statement.encode())
            return
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as file, file:
            file.execute(statement)

    def statuses(self) -> dict[str, int]:
        """How many issuances have each status; quicker than `counts`, and without those that none has."""
        return dict(self.sql("SELECT status, count(*) FROM issuing_issuance GROUP BY status"))

    def worker(self, command: str = "qcluster") -> "subprocess.Popen[bytes]":
        """Start a cluster in a session of its own; its words go to `worker.log`."""
        return self._start(["manage.py", command], "worker.log")

    def command(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Begin a management command, beside others."""
        return self._start(["manage.py", *arguments], "command.out")

    def doomed(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a cluster that kills itself where `tests.faults.worker` is told to."""
        return self._start(["-m", "tests.faults.worker", *arguments], "worker.log")

    def later(self, *seconds: float, command: Sequence[str]) -> None:
        """Run a management command as if it were so many seconds later, once for each."""
        arguments = ["-m", "tests.faults.later", *map(str, seconds), "--", *command]
        with (self.folder / "later.log").open("ab") as log:
            subprocess.run(
                [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log, check=True
            )

    def _start(self, arguments: Sequence[str], log_name: str) -> "subprocess.Popen[bytes]":
        with (self.folder / log_name).open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._workers.append(process)
        return process

    def web(self) -> str:
        """Start the pages, and return their address."""
        port = free_port()
        self.environment |= {"SITE_URL": f"http://127.0.0.1:{port}", "PORT": str(port)}
        self.collect()
        options = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8", "--no-control-socket"]
        self._start(["-m", "gunicorn", "navigatr_admin.wsgi", *options], "web.log")
        until(lambda: _answers(port))
        return f"http://127.0.0.1:{port}"

    def collect(self) -> None:
        """Have the static files where the pages find them."""
        if not Path(self.environment["VAR_DIR"], "static").exists():
            self.run("collectstatic", "--noinput", "--verbosity=0")

    def copy(self, folder: Path, practice: PracticeServer) -> "World":
        """Another instance with the same keys and a copy of the SQLite database, connected to another practice server.

        Its own: workers of an instance that has just ended may have a last call to make.
        """
        made = World(folder, practice, f"sqlite:///{folder / 'db.sqlite3'}", self.environment["NAVIGATR_RATE"])
        own = ("VAR_DIR", "DATABASE_URL", "NAVIGATR_HOSTS")
        made.environment = self.environment | {name: made.environment[name] for name in own}
        Path(folder, "var").mkdir()
        Path(folder, "var", "static").symlink_to(Path(self.environment["VAR_DIR"], "static"))
        source, target = self.folder / "db.sqlite3", folder / "db.sqlite3"
        with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
            old.backup(new)
            host = f"{practice.host}:{practice.port}"
            new.execute("UPDATE issuing_connection SET host = ?, base_url = ?", (host, practice.base_url))
            new.commit()
        return made

    def shell(self, code: str) -> str:
        """Run a few lines of Python inside the instance; what they printed."""
        return self.run("shell", "--no-imports", "-c", code)

    def kill(self, worker: "subprocess.Popen[bytes]") -> None:
        """SIGKILL to every process of a worker's group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def emails(self) -> dict[str, int]:
        """How many e-mails the practice server sent to each address."""
        recipients: dict[str, int] = self.practice.practice.summary()["recipients"]
        return recipients

    def close(self) -> None:
        for worker in self._workers:
            self.kill(worker)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    return False


def people(emails: Sequence[str], last_names: Sequence[str] = ()) -> str:
    """A roster as CSV; all are called Ng where no names are given."""
    named = zip(emails, last_names or ["Ng"] * len(emails), strict=True)
    rows = [f"Ana,{last_name},{email}" for email, last_name in named]
    return "\n".join(["First name,Last name,Email", *rows]) + "\n"


def until(happened: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait for something that must happen; fails when it has not within `patience` seconds."""
    deadline = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.02)


@contextlib.contextmanager
def world(
    folder: Path, *, rate: str = "5/2", limit: str = "", latency: float = 0.0, **settings: str
) -> Iterator[World]:
    """A world with an empty database of the kind the tests run on.

    Args:
        rate (str): what our side keeps to.
        limit (str): what the practice server allows; the same where it is empty.
    """
    server = PracticeServer(folder / "ledger.sqlite3", latency=latency, rate=limit or rate)
    with database_url(folder) as url, server:
        made = World(folder, server, url, rate, **settings)
        try:
            yield made
        finally:
            made.close()


@contextlib.contextmanager
def database_url(folder: Path) -> Iterator[str]:
    """An empty database: a file, or on the server that DATABASE_URL names one of its own, dropped afterwards."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    name = f"world_{secrets.token_hex(6)}"
    _at_server(given, f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    finally:
        _at_server(given, f"DROP DATABASE {name} WITH (FORCE)")


def _at_server(url: str, statement: str) -> None:
    """By a connection of its own: the server may be ended and started again while a world lasts."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(statement.encode())
