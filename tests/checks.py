"""All checks, in parts: `python -m tests.checks`, or with pytest's arguments only those tests, on both databases.

Stops at the first part that fails. The last line says how many tests passed and failed on both databases together.
"""

import base64
import concurrent.futures
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from tests.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
LAYERS_0_TO_4 = [
    "enums.py", "exceptions.py", "workflow", "validators.py", "fields.py", "sheets",
    "models", "navigatr", "enqueue.py", "permissions.py", "queries", "services",
]  # fmt: skip
ENVIRONMENT = {
    "MODE": "test",
    "DEBUG": "off",
    "SECRET_KEY": "for tests only",
    "ENCRYPTION_KEYS": base64.urlsafe_b64encode(bytes(32)).decode(),
}
PROCESSES = "2"
PLACES = {"processes": ["tests/faults", "tests/commands", "tests/test_dev.py"], "chromium": ["tests/journeys"]}
"""Where tests with these marks are: the rest of the tests need not be read for them."""
TEMPLATES = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]


class Failed(Exception):
    """A part did not pass; what it printed has been shown."""


def main(arguments: list[str]) -> int:
    """Run the parts; 0 when all passed, 1 otherwise."""
    counts = {"passed": 0, "failed": 0}
    began = time.monotonic()
    failed = next((name for name, part in parts(arguments, counts).items() if not passes(name, part)), None)
    if failed:
        print(f"Failed: {failed}")
        counts["failed"] = max(1, counts["failed"])
    print(f"== all: {time.monotonic() - began:.1f} s")
    if not arguments and not chromium():
        print("Journeys: NOT RUN")
    print(f"{counts['passed']} passed, {counts['failed']} failed", flush=True)
    return 1 if failed else 0


def parts(arguments: list[str], counts: dict[str, int]) -> dict[str, Callable[[], None]]:
    """What to run, in order; the tests that start real worker processes are the faults part, with a time of its own."""
    runners: dict[str, list[str]] = {"SQLite": [], "PostgreSQL": ["-m", "tests.postgres", "--", PYTHON]}
    if arguments:
        return {f"tests on {name}": partial(tests, runner, arguments, counts) for name, runner in runners.items()}
    found: dict[str, Callable[[], None]] = {"static": static, "migrations": migrations}
    quick = "not processes and not chromium and not slow_faults"
    for kind, marker, places in (("tests", quick, []), ("faults", "processes", PLACES["processes"])):
        for name, runner in runners.items():
            # What asks no database has run on the first of them.
            chosen = marker if name == "SQLite" else f"{marker} and database"
            found[f"{kind} on {name}"] = partial(tests, runner, ["-n", PROCESSES, "-m", chosen, *places], counts)
    found["journeys"] = partial(journeys, counts)
    return found


def journeys(counts: dict[str, int]) -> None:
    """The pages in a real browser; without one they are NOT RUN, which is a failure where REQUIRE_BROWSER is set."""
    if not chromium():
        print("Journeys: NOT RUN, there is no Chromium (Debian: apt install chromium).", flush=True)
        if os.environ.get("REQUIRE_BROWSER"):
            raise Failed
        return
    tests([], ["-n", PROCESSES, "--dist", "loadfile", "-m", "chromium", *PLACES["chromium"]], counts)


def passes(name: str, part: Callable[[], None]) -> bool:
    """Run one part and print its time."""
    print(f"== {name}", flush=True)
    began = time.monotonic()
    try:
        part()
    except Failed:
        return False
    finally:
        print(f"== {name}: {time.monotonic() - began:.1f} s", flush=True)
    return True


def static() -> None:
    layers = [f"issuing/{name}" for name in LAYERS_0_TO_4 if (ROOT / "issuing" / name).exists()]
    imports = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    commands = {
        "ruff check": [PYTHON, "-m", "ruff", "check", "."],
        "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "imports": [PYTHON, "-c", imports],
        "mypy": [PYTHON, "-m", "mypy", *layers],
        "djade": [str(Path(PYTHON).with_name("djade")), "--check", "--target-version", "5.2", *TEMPLATES],
    }
    with concurrent.futures.ThreadPoolExecutor(len(commands)) as threads:
        outcomes = list(threads.map(quietly, commands.keys(), commands.values()))
    if not all(outcomes):
        raise Failed


def migrations() -> None:
    if not quietly("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]):
        raise Failed


def quietly(name: str, command: list[str]) -> bool:
    """Run it; its output is shown, in one piece, only when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    says = f"{name}: {time.monotonic() - began:.1f} s"
    print(f"{done.stdout}{says}, FAILED" if done.returncode else f"{says}, ok", flush=True)
    return done.returncode == 0


def tests(runner: list[str], arguments: list[str], counts: dict[str, int]) -> None:
    """Run pytest, which shows what it does, and add what it counted."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [PYTHON, *runner, "-m", "pytest", f"--junitxml={report}", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment(), check=False)
        if report.exists():
            count(ElementTree.parse(report), counts)
    if done.returncode:
        raise Failed


def count(report: ElementTree.ElementTree, counts: dict[str, int]) -> None:
    for suite in report.iter("testsuite"):
        ran, failures, errors, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
        counts["failed"] += failures + errors
        counts["passed"] += ran - failures - errors - skipped


def environment() -> dict[str, str]:
    """This process's, without what would point the tests at somebody's real instance, or slow them."""
    dropped = (
        "DATABASE_URL",
        "REDIS_URL",
        "SITE_URL",
        "PUBLIC_URL",
        "ALLOWED_HOSTS",
        "EMAIL_",
        "NAVIGATR_",
        "VAR_DIR",
        # Here so many processes start that each would pay for compiling everything anew.
        "PYTHONDONTWRITEBYTECODE",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, **ENVIRONMENT}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
