"""`python -m issuing.practice`, as a process of its own."""

import argparse
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from issuing.practice import PracticeServer
from issuing.practice.__main__ import main
from issuing.practice.options import DEFAULT_PORT, add_options
from issuing.practice.rate import Rate
from tests.practice.wire import ANA, api

ROOT = Path(__file__).resolve().parent.parent.parent


def parse(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_options(parser, ledger=Path("usual"))
    return parser.parse_args(arguments)


def test_options_have_their_usual_values_when_nothing_is_said() -> None:
    assert vars(parse()) == {
        "port": DEFAULT_PORT,
        "latency": 0.0,
        "rate": Rate(5, 2.0),
        "ledger": Path("usual"),
        "verbose": False,
    }


def test_options_are_taken_when_they_are_said() -> None:
    said = parse("--port", "0", "--latency", "0.3", "--rate", "100/1", "--ledger", "here", "--verbose")
    assert vars(said) == {"port": 0, "latency": 0.3, "rate": Rate(100, 1.0), "ledger": Path("here"), "verbose": True}


@pytest.mark.parametrize("wrong", [("--latency", "-1"), ("--latency", "soon"), ("--rate", "5"), ("--port", "x")])
def test_options_are_refused_when_one_is_wrong(wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(*wrong)
    assert (caught.value.code, f"argument {wrong[0]}: " in capsys.readouterr().err) == (2, True)


def test_main_says_one_line_when_the_port_is_taken(
    practice: PracticeServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--port", str(practice.port), "--ledger", str(tmp_path / "other.sqlite3")])
    said = capsys.readouterr()
    line = f"Port {practice.port} is already in use: stop what uses it or choose another.\n"
    assert (code, said.out, said.err) == (2, "", line)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_serves_until_it_is_told_to_stop(number: signal.Signals, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite3"
    command = [sys.executable, "-m", "issuing.practice", "--port", "0", "--ledger", str(ledger), "--verbose"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **streams) as process:  # type: ignore[call-overload]
        line = process.stdout.readline()
        server = PracticeServer(ledger, int(re.findall(r"127\.0\.0\.1:(\d+) ", line)[0]))
        assert api(server, "PUT", "/badge/51/issue", ANA).json["id"] == 8001
        process.send_signal(number)
        _, log = process.communicate(timeout=20)
    assert (process.returncode, line) == (
        0,
        f"Practice Navigatr listens on {server.origin} (API below {server.base_url})\n",
    )
    assert ('"PUT /v1/badge/51/issue HTTP/1.1" 200' in log, "practice-pat" in log) == (True, False)
