"""Set up, run and check: `python3 dev.py` or `make` with: run live test faults bench screenshots translations lock.

Standard library only, and syntax that Python 3.6 can read: an old Python gets a sentence, not a traceback.
"""

import base64
import contextlib
import errno
import hashlib
import http.client
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

try:
    import fcntl
except ImportError:
    fcntl = None


def python_problem(version, platform="posix"):  # noqa: ANN001, ANN201, RUF100 - read by old Pythons
    """What is wrong with this Python, in one line; empty when it will do."""
    if tuple(version[:2]) < (3, 11):
        this = ".".join(str(part) for part in version[:3])
        return f"Python 3.11 or newer is needed, and this is {this}. If you have one: make run PYTHON=python3.11"
    return "" if platform == "posix" else "Linux, macOS or WSL is needed."


if __name__ == "__main__" and python_problem(sys.version_info, os.name):
    sys.stderr.write(python_problem(sys.version_info, os.name) + "\n")
    sys.exit(2)

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
VAR = ROOT / "var"
LOOPBACK = "127.0.0.1"
FREE_BYTES = 200 * 1024 * 1024
START_SECONDS = 60
CALLS_SECONDS = 175  # supervise itself gives calls in flight 150, and a locked database may keep it for 20
WEB_SECONDS = 15
MARK = "NAVIGATR_ADMIN_RUN"


class Problem(Exception):
    """Why it cannot go on, in one line for the person who started it."""


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone; stopping goes on
        print(text, flush=True)


# Dependencies


LOCKS = ["base", "dev", "bench"]


def install(lock: str) -> None:
    """Make `.venv` hold what `requirements/<lock>.txt` names, exactly; nothing to do when its stamp says so."""
    VAR.mkdir(exist_ok=True)
    with exclusive(VAR / "install.lock", wait=True):
        if not Path(PYTHON).exists():
            say("Making .venv …")
            make_venv()
        if is_installed(lock):
            return
        say(f"Installing requirements/{lock}.txt into .venv …")
        pip("--require-hashes", "-r", f"requirements/{lock}.txt")
        pip("--no-deps", "-e", ".")
        write_stamp(lock)


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip"):
        checked([sys.executable, "-m", "venv", "--clear", str(VENV)], "Making .venv")
    elif importlib.util.find_spec("pip"):
        checked([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], "Making .venv")
    else:
        raise Problem("This Python has neither ensurepip nor pip. On Debian: apt install python3-venv")


def pip(*arguments: str) -> None:
    own = any(VENV.glob("lib/*/site-packages/pip"))
    program = [PYTHON, "-m", "pip"] if own else [sys.executable, "-m", "pip", "--python", PYTHON]
    options = ["install", "--quiet", "--disable-pip-version-check", "--no-input"]
    checked([*program, *options, *arguments], "pip install " + " ".join(arguments))


def stamp(lock: str) -> str:
    return f"{lock} {hashlib.sha256((ROOT / 'requirements' / f'{lock}.txt').read_bytes()).hexdigest()}"


def is_installed(lock: str) -> bool:
    path = VENV / ".installed"
    return path.exists() and stamp(lock) in path.read_text().splitlines()


def write_stamp(lock: str) -> None:
    """Each lock file holds all of those before it, so it vouches for them too."""
    vouched = LOCKS[: LOCKS.index(lock) + 1]
    (VENV / ".installed").write_text("".join(stamp(name) + "\n" for name in vouched))


# What must hold before anything starts


@contextlib.contextmanager
def exclusive(path: Path, *, wait: bool = False):  # noqa: ANN201, RUF100
    """Hold a lock that ends with this process; `Problem` names the process that has it."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            file.seek(0)
            raise Problem(f"It is running already (process {file.read().strip() or '?'}); stop that first.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def check_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        raise Problem(f"The disk is nearly full: {free // 2**20} MB are free below {folder}, and 200 MB are needed.")


def port_from(text: str, variable: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise Problem(f"{variable}={text} is not a port number.")
    return int(text)


def check_port(port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            why = "in use" if error.errno == errno.EADDRINUSE else f"not to be had ({error.strerror})"
            raise Problem(f"Port {port} is {why}. Choose another one with {variable}={port + 10}.") from None


def checked(command: "list[str]", what: str, env: "dict[str, str] | None" = None) -> str:
    """Run it silently and return what it said; `Problem` with the last lines of that when it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        return done.stdout
    if re.search("No space left on device|database or disk is full", done.stdout):
        raise Problem(f"{what} failed: the disk is full.")
    last = "\n".join("    " + line for line in done.stdout.strip().splitlines()[-8:])
    raise Problem(f"{what} failed (exit code {done.returncode}). Its last lines:\n{last}")


# Keys and environment


def write_env(path: Path) -> None:
    """Write fresh keys; an existing file is left as it is."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fernet_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    write_lines(path, {"SECRET_KEY": secrets.token_urlsafe(50), "ENCRYPTION_KEYS": fernet_key})
    say(f"Wrote new keys to {path.relative_to(ROOT) if ROOT in path.parents else path}.")


def write_lines(path: Path, values: "dict[str, str]") -> None:
    """The whole file or, on a full disk, none of it; the owner alone reads it."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("# Keep a copy in a safe place: without these keys the stored tokens cannot be read.\n")
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def read_env(path: Path) -> "dict[str, str]":
    found = re.findall(r"^(?:export )?([A-Z_]+)=(.*)$", path.read_text() if path.exists() else "", re.MULTILINE)
    return {name: value.strip().strip("'\"") for name, value in found}


def practice_env(data: Path) -> "dict[str, str]":
    """Nothing of the live instance, wherever it was set: own keys and database, loopback only, mail to the log.

    All of it is written to the instance's own `.env` too, for `MODE=practice python manage.py …` beside the servers.
    """
    port = port_from(os.environ.get("PORT", "8000"), "PORT")
    practice_port = port_from(os.environ.get("PRACTICE_PORT", "8765"), "PRACTICE_PORT")
    write_env(data / ".env")
    written = read_env(data / ".env")
    if not (written.get("SECRET_KEY") and written.get("ENCRYPTION_KEYS")):
        raise Problem(f"{data / '.env'} has lost its keys. Delete {data} to practise anew.")
    site = f"http://{LOOPBACK}:{port}"
    env = {
        "SECRET_KEY": written["SECRET_KEY"],
        "ENCRYPTION_KEYS": written["ENCRYPTION_KEYS"],
        "DATABASE_URL": f"sqlite:///{data / 'db.sqlite3'}",
        "NAVIGATR_HOSTS": f"{LOOPBACK}:{practice_port}",
        "NAVIGATR_PROXY": "",
        "EMAIL_URL": "consolemail://",
        "REDIS_URL": "",
        "ALLOWED_HOSTS": f"{LOOPBACK},localhost",
        "SITE_URL": site,
        "PUBLIC_URL": site,
        "PORT": str(port),
        "PRACTICE_PORT": str(practice_port),
    }
    if {**written, **env} != written:
        write_lines(data / ".env", {**written, **env})
    return env


def live_env(data: Path) -> "dict[str, str]":
    write_env(ROOT / ".env")
    given = {**read_env(ROOT / ".env"), **os.environ}
    port = port_from(given.get("PORT", "8000"), "PORT")
    return {"DATABASE_URL": given.get("DATABASE_URL") or f"sqlite:///{data / 'db.sqlite3'}", "PORT": str(port)}


# Preparing: as little as has changed


def prepare(data: Path, env: "dict[str, str]") -> None:
    """Migrate and collect static files; both are skipped when neither code nor database has changed since."""
    code = fingerprint(ROOT / "issuing", ROOT / "navigatr_admin", ROOT / "templates", VENV / ".installed")
    once(data / ".migrated", lambda: code + applied(env), "Preparing the database", ["migrate", "--verbosity=0"], env)
    assets = code + fingerprint(ROOT / "static")
    static = ["collectstatic", "--noinput", "--verbosity=0"]
    once(data / ".collected", lambda: assets, "Collecting static files", static, env)


def once(path: Path, state, what: str, command: "list[str]", env: "dict[str, str]") -> None:  # noqa: ANN001, RUF100
    if path.exists() and path.read_text() == state() != "":
        return
    say(f"{what} …")
    checked([PYTHON, "manage.py", *command], what, env)
    path.write_text(state())


def fingerprint(*paths: Path) -> str:
    digest = hashlib.sha256()
    for top in paths:
        for path in sorted([top, *top.rglob("*")]):
            if path.is_file() and path.suffix != ".pyc":
                status = path.stat()
                digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def applied(env: "dict[str, str]") -> str:
    """Which migrations an SQLite file has had; a new word each time for any other database, so that it is asked."""
    path = sqlite_path(env)
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return repr(database.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall())
    except sqlite3.Error:
        return secrets.token_hex()


def first_account(mode: str, env: "dict[str, str]") -> None:
    """Make the first account and show its password, once; nothing where there is any account."""
    if has_account(env):
        return
    name = "practice" if mode == "practice" else "manager"
    command = [PYTHON, "manage.py", "staff_reset", name, "--manager", "--if-none"]
    if mode == "practice":
        command += ["--email", "pat@example.org", "--first-name", "Pat", "--last-name", "Practice"]
    said = checked(command, "Making the first account", env)
    if f"Sign in as {name}" in said:
        say(said.strip())


def has_account(env: "dict[str, str]") -> bool:
    """Whether an SQLite file has an account; False for any other database, so that it is asked."""
    return has_row(env, "SELECT 1 FROM issuing_user LIMIT 1")


def has_row(env: "dict[str, str]", query: str) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(f"file:{sqlite_path(env)}?mode=ro", uri=True)) as database:
            return bool(database.execute(query).fetchall())
    except sqlite3.Error:
        return False


def sqlite_path(env: "dict[str, str]") -> "Path | None":
    kind, _, path = env["DATABASE_URL"].partition(":///")
    return ROOT / path if kind == "sqlite" else None


# Running


class Server:
    """One child process, the leader of a session of its own: a Ctrl-C in the terminal reaches only `dev.py`."""

    def __init__(self, name: str, command: "list[str]", data: Path, env: "dict[str, str]") -> None:
        self.name = name
        self.log = data / "log" / f"{name}.log"
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        # At its end, wherever that is: what is kept no longer is cut off while it is written.
        with self.log.open("ab") as output:
            streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, **streams)

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def terminate(self) -> None:
        """To the main process only: it ends its own, in the right order."""
        if not self.has_ended():
            self.process.terminate()

    def what_happened(self) -> str:
        tail = self.log.read_text(errors="replace").strip().splitlines()[-12:]
        lines = "\n".join("    " + line for line in tail)
        return (
            f"The {self.name} process ended by itself (exit code {self.process.returncode}). {self.log} ends:\n{lines}"
        )


class Signals:
    """How often somebody asked it to stop, by Ctrl-C, `kill` or closing the terminal."""

    def __init__(self) -> None:
        self.count = 0
        signal.signal(signal.SIGINT, self.received)
        signal.signal(signal.SIGTERM, self.received)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # `nohup` stays in force
            signal.signal(signal.SIGHUP, self.received)

    def received(self, *_: object) -> None:
        self.count += 1


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def serve(mode: str) -> int:
    """Start everything, wait for the end, stop everything. The exit code."""
    data = VAR / mode
    (data / "log").mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)  # learners' names are in it
    check_space(data)
    with exclusive(data / "dev.lock"):
        env = {**os.environ, **(practice_env(data) if mode == "practice" else live_env(data))}
        env.update(MODE=mode, VAR_DIR=str(data), PYTHONUNBUFFERED="1", **{MARK: str(data)})
        kill_left_over(data)
        check_port(int(env["PORT"]), "PORT")
        if mode == "practice":
            check_port(int(env["PRACTICE_PORT"]), "PRACTICE_PORT")
        install("base")
        prepare(data, env)
        first_account(mode, env)
        return run(commands(mode, data, env), data, env)


def commands(mode: str, data: Path, env: "dict[str, str]") -> "dict[str, list[str]]":
    workers, threads = ("1", "8") if sqlite_path(env) else ("2", "4")
    web = ["-m", "gunicorn", "navigatr_admin.wsgi", "--bind", f"{LOOPBACK}:{env['PORT']}", "--no-control-socket"]
    web += ["--worker-class", "gthread", "--workers", workers, "--threads", threads, "--graceful-timeout", "10"]
    all_of_them = {"web": [PYTHON, *web], "worker": [PYTHON, "manage.py", "supervise"]}
    if mode == "practice":
        ledger = str(data / "ledger.sqlite3")
        practice = ["-m", "issuing.practice", "--port", env["PRACTICE_PORT"], "--ledger", ledger]
        all_of_them["practice"] = [PYTHON, *practice]
    return all_of_them


def run(programs: "dict[str, list[str]]", data: Path, env: "dict[str, str]") -> int:
    signals = Signals()
    servers = {}
    try:
        for name, command in programs.items():
            servers[name] = Server(name, command, data, env)
        wait_for_answers(servers, env, signals)
        if not signals.count:
            say(address(env, "practice" in servers))
        if "practice" in servers and not is_filled(env):
            fill(servers, data, env, signals)
        while not signals.count and not any(server.has_ended() for server in servers.values()):
            time.sleep(0.1)
        ended = [server for server in servers.values() if server.has_ended()]
        if ended and not signals.count:
            say("\n".join(server.what_happened() for server in ended))
        stop(servers, signals)
        return 1 if ended and not signals.count else 0
    finally:
        kill(servers, data)
        say("Stopped.")


def is_filled(env: "dict[str, str]") -> bool:
    """Whether an SQLite file has had its invented learners; False for any other database, so that it is asked."""
    return has_row(env, "SELECT 1 FROM issuing_auditevent WHERE verb = 'practise' LIMIT 1")


def fill(servers: "dict[str, Server]", data: Path, env: "dict[str, str]", signals: Signals) -> None:
    """Put invented learners into the practice instance, while it runs already; what goes wrong there ends nothing."""
    say("Filling in invented learners; sign in meanwhile, it takes about half a minute …")
    filling = Server("filling", [PYTHON, "manage.py", "practice_data"], data, env)
    while not filling.has_ended() and not signals.count and not any(one.has_ended() for one in servers.values()):
        time.sleep(0.05)
    if not filling.has_ended():
        filling.process.kill()  # the next start finishes it
        filling.process.wait()
    elif filling.process.returncode:
        say(filling.what_happened())
    else:
        say(filling.log.read_text(errors="replace").strip())


def wait_for_answers(servers: "dict[str, Server]", env: "dict[str, str]", signals: Signals) -> None:
    waiting = {"web": (int(env["PORT"]), "/healthz")}
    if "practice" in servers:
        waiting["practice"] = (int(env["PRACTICE_PORT"]), "/")
    deadline = time.monotonic() + START_SECONDS
    while waiting and not signals.count and not any(server.has_ended() for server in servers.values()):
        waiting = {name: where for name, where in waiting.items() if not answers(*where)}
        if waiting and time.monotonic() > deadline:
            name = next(iter(waiting))
            raise Problem(f"The {name} process did not answer within {START_SECONDS} s. See {servers[name].log}")
        time.sleep(0.05)


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        return connection.getresponse().status < 500
    return False


def address(env: "dict[str, str]", practice: bool) -> str:
    lines = [f"Navigatr admin is ready: http://{LOOPBACK}:{env['PORT']}/"]
    if practice:
        lines.append(
            f"Practice only, no badge leaves this machine. The practice server: http://{LOOPBACK}:{env['PRACTICE_PORT']}/"
        )
    return "\n".join([*lines, "Ctrl-C stops it."])


def stop(servers: "dict[str, Server]", signals: Signals) -> None:
    """Web and worker first, the practice server last: calls in flight need it. One more signal ends the wait."""
    seen = max(1, signals.count)
    say("\nStopping; waiting for calls in flight to end. Ctrl-C again kills everything at once.")
    practice = [server for name, server in servers.items() if name == "practice"]
    others = [server for server in servers.values() if server not in practice]
    for group, seconds in ((others, CALLS_SECONDS), (practice, WEB_SECONDS)):
        end(group, seconds, hurried=lambda: signals.count > seen)
    if signals.count > seen:
        say("Killing what is left.")
        end(others, 1, hurried=lambda: False)  # told twice, supervise kills its own


def end(group: "list[Server]", seconds: float, *, hurried) -> None:  # noqa: ANN001, RUF100
    for server in group:
        server.terminate()
    deadline = time.monotonic() + seconds
    while not (hurried() or time.monotonic() > deadline or all(server.has_ended() for server in group)):
        time.sleep(0.05)


def kill(servers: "dict[str, Server]", data: Path) -> None:
    """End what is still there: every session it started and, on Linux, whatever else bears this run's mark."""
    for server in servers.values():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(server.process.pid, signal.SIGKILL)
    kill_marked(data)
    for server in servers.values():
        server.process.wait()


def kill_left_over(data: Path) -> None:
    """What a start left behind that was itself killed outright."""
    count = kill_marked(data)
    if count:
        say(f"The last start was killed; ended {count} processes it had left behind.")


def kill_marked(data: Path) -> int:
    """Until none is found: one may be about to start another. How many there were."""
    killed = set()
    while True:
        found = [pid for pid in marked(data) if pid != os.getpid()]
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not found:
            return len(killed)
        killed.update(found)
        time.sleep(0.02)


def marked(data: Path) -> "list[int]":
    mark = f"{MARK}={data}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return found


# Checks and the rest


def test(*arguments: str) -> int:
    """All checks; with pytest's arguments only those tests."""
    install("dev")
    return call("-m", "tests.checks", *arguments)


def faults(*arguments: str) -> int:
    """Long runs in which workers, databases and Navigatr die again and again; with pytest's arguments some of them."""
    install("dev")
    return call("-m", "tests.checks", "-m", "slow_faults or once", *(arguments or ["tests"]))


def bench(*arguments: str) -> int:
    if not (ROOT / "tests" / "benchmarks").exists():
        raise Problem("There are no benchmarks yet.")
    install("bench")
    return call("-m", "tests.benchmarks", *arguments)


def screenshots() -> int:
    """Write the pictures of README and docs anew, from a fresh practice instance."""
    install("dev")
    return call("-m", "tests.screenshots")


def translations(*languages: str) -> int:
    """Bring locale/ up to date with what learners' pages and e-mails say, and compile it; a language named is begun."""
    install("dev")
    return call("-m", "tests.translations", *languages)


def lock() -> int:
    """Write the lock files anew from requirements/*.in; neither an index nor a local path gets into them."""
    install("dev")
    for name in LOCKS:
        options = ["--quiet", "--generate-hashes", "--universal", "--python-version", "3.11"]
        options += ["--custom-compile-command", "make lock", "-o", f"requirements/{name}.txt"]
        checked([PYTHON, "-m", "uv", "pip", "compile", *options, f"requirements/{name}.in"], f"Locking {name}")
    return 0


def call(*command: str) -> int:
    """Run it to its end, also through a Ctrl-C, which it gets itself."""
    with subprocess.Popen([PYTHON, *command], cwd=ROOT) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            raise


COMMANDS = {
    "run": lambda: serve("practice"),
    "live": lambda: serve("live"),
    "test": test,
    "faults": faults,
    "bench": bench,
    "screenshots": screenshots,
    "translations": translations,
    "lock": lock,
}


def main(arguments: "list[str]") -> int:
    """The exit code: 2 and one line when it cannot do what was asked."""
    if not arguments or arguments[0] not in COMMANDS:
        say(__doc__.splitlines()[0])
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        return COMMANDS[arguments[0]](*arguments[1:])
    except Problem as problem:
        return refuse(str(problem))
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return refuse("The disk is full.")
        return refuse(f"{error.strerror}: {error.filename}")


def refuse(why: str) -> int:
    sys.stderr.write(why + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
