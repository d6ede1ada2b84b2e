"""Workbooks, read by a child process that may die of them in our place."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final

from issuing.exceptions import SheetError
from issuing.sheets.faults import fault
from issuing.sheets.shape import Reading
from issuing.sheets.table import MAX_BYTES, MAX_COLUMNS, MAX_ROWS

_CHILD: Final = Path(__file__).with_name("child.py")
_PASSED_ON: Final = ("LD_LIBRARY_PATH", "SYSTEMROOT")
_SIGNALS: Final = {
    signal.SIGXCPU: "took_too_long",
    # Rust aborts when the memory it may use runs out, the kernel kills when the machine's does.
    signal.SIGABRT: "unpacks_too_big",
    signal.SIGKILL: "unpacks_too_big",
}


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What the child may use: bytes of memory, CPU seconds, rows below the headings, columns, bytes of output."""

    memory: int = 1024 * 1024 * 1024
    seconds: int = 20
    rows: int = MAX_ROWS
    columns: int = MAX_COLUMNS
    output: int = 8 * MAX_BYTES


def read_workbook(
    content: bytes,
    *,
    kind: str = "xlsx",
    sheet: str | None = None,
    limits: ChildLimits | None = None,
    wall_seconds: float = 30.0,
) -> tuple[Reading, Iterator[tuple[int, list[str]]]]:
    """The first visible sheet with anything in it, or the one that was chosen, and its records with their row numbers.

    Formulas come as their last value. Hidden sheets are left out, hidden rows and columns are not.

    Args:
        kind (str): what the file is, for the reading; the reader finds out for itself.
        sheet (str | None): name of the sheet staff chose.

    Raises:
        SheetError: whatever the child did; no other exception comes of a file.
    """
    output = _run(content, limits or ChildLimits(), wall_seconds, sheet or "")
    lines = _lines(output)
    if lines and isinstance(lines[-1], dict) and "fault" in lines[-1]:
        raise _fault_named(lines[-1]["fault"], sheet or "")
    if len(lines) < 2 or lines[-1] != "end":
        raise fault("damaged")
    said = lines[0]
    reading = Reading(kind=kind, sheet=said["sheet"], other_sheets=tuple(said["others"]))
    return reading, ((number, cells) for number, cells in lines[1:-1])


def _lines(output: bytes) -> list[Any]:
    try:
        lines: list[Any] = json.loads(b"[" + b",".join(output.splitlines()) + b"]")
    except ValueError as error:
        raise fault("damaged") from error
    return lines


def _run(content: bytes, limits: ChildLimits, wall_seconds: float, sheet: str) -> bytes:
    # -I: neither the environment nor our own packages lie on its path. preexec_fn is not safe beside threads,
    # so the child limits itself.
    command = [sys.executable, "-I", "-B", str(_CHILD), *map(str, astuple(limits)), sheet.replace("\0", "")]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd="/",
            timeout=wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise fault("took_too_long") from error
    except OSError as error:
        raise fault("reader_failed") from error
    if done.returncode < 0:
        raise fault(_SIGNALS.get(signal.Signals(-done.returncode), "damaged"))
    if done.returncode > 0:
        raise fault("damaged")
    return done.stdout


def _environment() -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {"PATH": os.defpath, "LANG": "C.UTF-8", **passed_on}


def _fault_named(name: str, sheet: str) -> SheetError:
    limits = {"too_many_rows": f"{MAX_ROWS:,}", "too_many_columns": MAX_COLUMNS}
    return fault(name, limit=limits.get(name, ""), sheet=sheet[:60])
