"""`manage.py practice_server`: the same server, by Django's command line and without keys."""

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from issuing.practice import PracticeServer
from tests.practice.wire import ANA, api

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def keyless(var: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process whose environment holds no keys; `.env` fills in none that is set to nothing."""
    env = {**os.environ, "SECRET_KEY": "", "ENCRYPTION_KEYS": "", "VAR_DIR": str(var)}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "practice_server", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_command_serves_without_keys_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with keyless(tmp_path, "--port", "0", "--rate", "1/60") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        server = PracticeServer(tmp_path, int(re.findall(r"127\.0\.0\.1:(\d+) ", line)[0]))
        assert [api(server, "PUT", "/badge/51/issue", ANA).status for _ in range(2)] == [200, 429]
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")
    assert (tmp_path / "ledger.sqlite3").exists()


def test_command_says_one_line_when_the_port_is_taken(practice: PracticeServer, tmp_path: Path) -> None:
    with keyless(tmp_path, "--port", str(practice.port)) as process:
        out, err = process.communicate(timeout=20)
    line = f"CommandError: Port {practice.port} is already in use: stop what uses it or choose another.\n"
    assert (process.returncode, out, err) == (2, "", line)


def test_command_keeps_its_ledger_where_it_is_told_when_it_cannot_start(
    practice: PracticeServer, tmp_path: Path
) -> None:
    ledger = tmp_path / "elsewhere.sqlite3"
    with pytest.raises(CommandError) as caught:
        call_command("practice_server", "--port", str(practice.port), "--ledger", str(ledger))
    assert (caught.value.returncode, ledger.exists()) == (2, False)


@pytest.mark.parametrize("arguments", [("--rate", "none"), ("--latency", "-1"), ("--host", "0.0.0.0")])
def test_command_refuses_its_arguments_when_one_is_wrong(arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=arguments[0]):
        call_command("practice_server", *arguments)


def test_command_says_where_it_listens_when_it_is_called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {}

    def serve(**options: object) -> None:
        given.update(options)
        given.pop("ready")(PracticeServer(tmp_path, 8123))  # type: ignore[operator]

    monkeypatch.setattr("issuing.practice.options.serve", serve)
    written = io.StringIO()
    call_command("practice_server", "--latency", "0.3", "--ledger", str(tmp_path / "ledger"), stdout=written)
    assert given == {"port": 8099, "ledger": tmp_path / "ledger", "latency": 0.3, "rate": "5/2", "quiet": True}
    line = "Practice Navigatr listens on http://127.0.0.1:8123 (API below http://127.0.0.1:8123/v1)\n"
    assert written.getvalue() == line
