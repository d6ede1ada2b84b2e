"""`dev.py` as it behaves: real processes, loopback ports, temporary folders; nothing is installed."""

import ast
import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet

import dev

KEYS = {"SECRET_KEY", "ENCRYPTION_KEYS"}
WEB = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]
WORKER = """
import os, pathlib, signal, subprocess, sys, time
def end(*_):
    time.sleep({grace})
    print("calls ended", flush=True)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep({child})"], start_new_session=True)
pathlib.Path({ready!r}).touch()
while True:
    time.sleep(0.05)
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "log").mkdir()
    yield tmp_path
    dev.kill_marked(tmp_path)


def command_line(folder: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """`dev.py` with its `var` in another folder."""
    program = f"import sys, pathlib, dev; dev.VAR = pathlib.Path({str(folder)!r}); sys.exit(dev.main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, cwd=dev.ROOT, env={**os.environ, **env}, capture_output=True, text=True, timeout=20, check=False
    )


def start(data: Path, port: int, worker: str) -> "subprocess.Popen[str]":
    """`dev.run` in a process of its own, with a stub for the web server and this worker."""
    programs = {"web": [*WEB, str(port)], "worker": [sys.executable, "-c", worker]}
    env = {**os.environ, "PORT": str(port), dev.MARK: str(data)}
    program = f"import sys, pathlib, dev; sys.exit(dev.run({programs!r}, pathlib.Path({str(data)!r}), {env!r}))"
    return subprocess.Popen([sys.executable, "-c", program], cwd=dev.ROOT, stdout=subprocess.PIPE, text=True)


def started(data: Path, port: int, *, grace: float, child: float) -> "subprocess.Popen[str]":
    ready = data / "ready"
    process = start(data, port, WORKER.format(grace=grace, child=child, ready=str(ready)))
    assert process.stdout
    assert process.stdout.readline() == f"Navigatr admin is ready: http://127.0.0.1:{port}/\n"
    wait_for(ready.exists)
    return process


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# Refusals: one clear line each


def test_python_problem_names_the_version_when_too_old() -> None:
    assert "3.11 or newer is needed, and this is 3.9.2" in dev.python_problem((3, 9, 2))
    assert dev.python_problem((3, 11, 0)) == ""
    assert dev.python_problem((3, 13, 1), "nt") == "Linux, macOS or WSL is needed."


def test_old_pythons_can_read_the_file_up_to_the_refusal() -> None:
    ast.parse(Path(dev.__file__).read_text(), feature_version=(3, 6))


def test_run_says_which_port_is_in_use(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        done = command_line(tmp_path, "run", PORT=str(port))
    assert done.returncode == 2
    assert done.stderr == f"Port {port} is in use. Choose another one with PORT={port + 10}.\n"


def test_run_refuses_a_port_that_is_none(tmp_path: Path) -> None:
    done = command_line(tmp_path, "run", PORT="http")
    assert (done.returncode, done.stderr) == (2, "PORT=http is not a port number.\n")


def test_run_keeps_its_folder_from_other_users(tmp_path: Path) -> None:
    command_line(tmp_path, "run", PORT="http")
    assert stat.S_IMODE((tmp_path / "practice").stat().st_mode) == 0o700


def test_run_refuses_a_second_copy(tmp_path: Path) -> None:
    (tmp_path / "practice").mkdir()
    with dev.exclusive(tmp_path / "practice" / "dev.lock"):
        done = command_line(tmp_path, "run")
    assert done.returncode == 2
    assert done.stderr == f"It is running already (process {os.getpid()}); stop that first.\n"


def test_check_space_refuses_when_the_disk_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**30, 2**30 - 2**24, 2**24))
    with pytest.raises(dev.Problem, match="nearly full: 16 MB are free"):
        dev.check_space(tmp_path)


def test_checked_says_that_the_disk_is_full_when_that_is_why() -> None:
    with pytest.raises(dev.Problem, match=r"^Installing failed: the disk is full\.$"):
        dev.checked(["sh", "-c", "echo '[Errno 28] No space left on device'; exit 1"], "Installing")


def test_checked_shows_the_last_lines_of_what_failed() -> None:
    with pytest.raises(
        dev.Problem, match=r"^Installing failed \(exit code 3\). Its last lines:\n    3\n(.*\n)*    10$"
    ):
        dev.checked(["sh", "-c", "seq 10; exit 3"], "Installing")


def test_main_says_what_it_can_do_when_asked_for_something_else() -> None:
    done = command_line(Path("unused"), "fly")
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (2, 1, "")


# Keys and environment


def test_write_env_makes_keys_that_only_the_owner_reads(tmp_path: Path) -> None:
    dev.write_env(tmp_path / ".env")
    values = dev.read_env(tmp_path / ".env")
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert set(values) == KEYS
    assert len(values["SECRET_KEY"]) > 50
    assert Fernet(values["ENCRYPTION_KEYS"])


def test_write_env_leaves_an_existing_file_alone(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY=mine\n")
    dev.write_env(tmp_path / ".env")
    assert (tmp_path / ".env").read_text() == "SECRET_KEY=mine\n"


def test_practice_env_knows_nothing_of_the_live_instance(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = {"DATABASE_URL": "postgres://live", "NAVIGATR_HOSTS": "api.navigatr.app", "SECRET_KEY": "live"}
    for name, value in {**live, "EMAIL_URL": "smtp://mail", "PRACTICE_PORT": "9999"}.items():
        monkeypatch.setenv(name, value)
    env = dev.practice_env(data)
    assert env["DATABASE_URL"] == f"sqlite:///{data}/db.sqlite3"
    assert (env["NAVIGATR_HOSTS"], env["EMAIL_URL"]) == ("127.0.0.1:9999", "consolemail://")
    assert (env["SECRET_KEY"] == "live", env) == (False, dev.read_env(data / ".env"))


def test_practice_env_keeps_its_keys_when_a_port_changes(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dev.practice_env(data)
    monkeypatch.setenv("PORT", "8010")
    after = dev.practice_env(data)
    assert {name: after[name] for name in KEYS} == {name: before[name] for name in KEYS}
    assert (before["PORT"], dev.read_env(data / ".env")["PORT"]) == ("8000", "8010")
    assert stat.S_IMODE((data / ".env").stat().st_mode) == 0o600


def test_practice_env_says_what_to_do_when_its_keys_are_gone(data: Path) -> None:
    (data / ".env").write_text("PORT=8000\n")
    with pytest.raises(dev.Problem, match=r"has lost its keys\. Delete .* to practise anew\.$"):
        dev.practice_env(data)


def manage(data: Path, program: str, **env: str) -> str:
    """What a program prints that runs with the settings of the practice instance in this folder."""
    command = [sys.executable, "-c", f"from navigatr_admin import settings\n{program}"]
    env = {**os.environ, "MODE": "practice", "VAR_DIR": str(data), **env}
    return subprocess.run(command, cwd=dev.ROOT, env=env, capture_output=True, text=True, check=True).stdout.strip()


def test_practice_settings_know_nothing_of_the_live_instance(data: Path) -> None:
    dev.practice_env(data)
    program = "print(settings.DATABASES['default']['NAME'], settings.NAVIGATR_HOSTS, settings.EMAIL_BACKEND)"
    live = {"DATABASE_URL": "postgres://live", "NAVIGATR_HOSTS": "api.navigatr.app", "EMAIL_URL": "smtp://mail"}
    mail = "django.core.mail.backends.filebased.EmailBackend"
    assert manage(data, program, **live) == f"{data}/db.sqlite3 ['127.0.0.1:8765'] {mail}"


def test_practice_settings_reach_loopback_only_whatever_is_written(data: Path) -> None:
    hosts = "127.0.0.1:80,127.0.0.1.example.net:80,api.navigatr.app,localhost:81,[::1]:82"
    keys = f"SECRET_KEY=x\nENCRYPTION_KEYS={Fernet.generate_key().decode()}\n"
    (data / ".env").write_text(f"{keys}NAVIGATR_HOSTS={hosts}\n")
    assert manage(data, "print(*settings.NAVIGATR_HOSTS)") == "127.0.0.1:80 localhost:81 [::1]:82"


# Doing only what has changed


def test_is_installed_only_while_the_lock_file_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path)
    (tmp_path / "requirements").mkdir()
    for name in ("base", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(name)
    assert not dev.is_installed("base")
    dev.write_stamp("base")
    assert (dev.is_installed("base"), dev.is_installed("dev")) == (True, False)
    dev.write_stamp("dev")
    assert (dev.is_installed("base"), dev.is_installed("dev")) == (True, True)
    (tmp_path / "requirements" / "base.txt").write_text("another release")
    assert (dev.is_installed("base"), dev.is_installed("dev")) == (False, True)


def test_once_runs_again_only_when_the_state_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []
    monkeypatch.setattr(dev, "checked", lambda command, what, env: ran.append(what))
    for state in ("a", "a", "b", "b"):
        dev.once(tmp_path / "stamp", lambda state=state: state, f"to {state}", [], {})
    assert ran == ["to a", "to b"]


def test_applied_differs_each_time_when_the_database_cannot_be_read(tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}
    assert dev.applied(env) != dev.applied(env)
    assert not (tmp_path / "none.sqlite3").exists()


# The first account


@pytest.mark.processes
@pytest.mark.once
def test_first_account_shows_its_password_when_there_is_none(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "PYTHON", sys.executable)
    env = {**os.environ, **dev.practice_env(data), "MODE": "practice", "VAR_DIR": str(data)}
    dev.checked([sys.executable, "manage.py", "migrate", "--verbosity=0"], "Preparing", env)
    dev.first_account("practice", env)
    assert "\nSign in as practice with the password " in capsys.readouterr().out
    dev.first_account("practice", env)
    assert (dev.has_account(env), capsys.readouterr().out) == (True, "")


def test_has_account_asks_when_the_database_is_no_file(tmp_path: Path) -> None:
    assert dev.has_account({"DATABASE_URL": "postgres://somewhere"}) is False
    assert dev.has_account({"DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}) is False


# Filling the practice instance


def database(data: Path, *verbs: str) -> dict[str, str]:
    """An SQLite file with these audit events."""
    path = data / "db.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE IF NOT EXISTS issuing_auditevent (verb text)")
        file.executemany("INSERT INTO issuing_auditevent VALUES (?)", [(verb,) for verb in verbs])
    return {"DATABASE_URL": f"sqlite:///{path}"}


def test_practice_instance_is_filled_once(data: Path) -> None:
    assert dev.is_filled(database(data)) is False
    assert dev.is_filled(database(data, "practise")) is True


@pytest.mark.parametrize(("code", "said"), [(0, "60 invented learners"), (3, "ended by itself (exit code 3)")])
def test_filling_says_how_it_ended(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int, said: str
) -> None:
    filling(data, monkeypatch, f"print('60 invented learners'); raise SystemExit({code})")
    dev.fill({}, data, dict(os.environ), SimpleNamespace(count=0))
    assert said in capsys.readouterr().out


def test_filling_ends_when_asked_to_stop(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filling(data, monkeypatch, "import time; time.sleep(60)")
    began = time.monotonic()
    dev.fill({}, data, {**os.environ, dev.MARK: str(data)}, SimpleNamespace(count=1))
    wait_for(lambda: dev.marked(data) == [])
    assert time.monotonic() - began < 10


def filling(data: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Have `dev.fill` run this instead."""
    script = data / "python"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{program}"\n')
    script.chmod(0o755)
    monkeypatch.setattr(dev, "PYTHON", str(script))


# Starting and stopping


def test_run_waits_for_calls_in_flight_when_stopped_once(data: Path, port: int) -> None:
    process = started(data, port, grace=0.5, child=0)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "waiting for calls in flight to end" in said
    assert (data / "log" / "worker.log").read_text() == "calls ended\n"
    assert dev.marked(data) == []


def test_run_kills_everything_when_stopped_twice(data: Path, port: int) -> None:
    process = started(data, port, grace=60, child=60)
    assert len(dev.marked(data)) == 3
    process.send_signal(signal.SIGINT)
    assert process.stdout
    wait_for(lambda: "waiting for calls" in process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=5)
    assert "Killing what is left." in said
    assert dev.marked(data) == []


def test_run_names_the_process_that_ended_by_itself(data: Path, port: int) -> None:
    process = start(data, port, "import time; time.sleep(0.5); raise SystemExit('no such table')")
    said, _ = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "The worker process ended by itself (exit code 1)." in said
    assert "    no such table\n" in said
    assert dev.marked(data) == []


def test_kill_left_over_ends_what_a_killed_start_left(data: Path, port: int) -> None:
    process = started(data, port, grace=0, child=60)
    process.kill()
    process.communicate()
    assert len(dev.marked(data)) == 3
    dev.kill_left_over(data)
    assert dev.marked(data) == []
    with contextlib.closing(socket.socket()) as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
