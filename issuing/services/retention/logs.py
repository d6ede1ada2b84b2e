"""The program's log files: begun anew each week, and removed before anything in them is older than it may be."""

import os
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

WEEK = timedelta(days=7)
_DAY = re.compile(rb"\b(20\d\d-\d\d-\d\d)[ T]")
_HEAD = 64 * 1024


def folder() -> Path:
    """Where `dev.py` writes what each process says; other logs are those of whoever starts the program."""
    return Path(settings.VAR_DIR) / "log"


def old_files(since: datetime) -> list[Path]:
    """Log files in which something stands from before that, the one that is being written among them."""
    return [path for path in _ours("*.log*") if _began(path) < _day(since)]


def remove(since: datetime) -> int:
    """Remove them, and empty those that are being written; returns how many."""
    gone = old_files(since)
    for path in gone:
        if path.suffix == ".log":
            _empty(path)
        else:
            path.unlink(missing_ok=True)
    return len(gone)


def begin_anew(today: date) -> None:
    """Put what a log in use holds aside once it began a week ago, under the day on which it ended."""
    for path in _ours("*.log"):
        if path.stat().st_size and today - _began(path) >= WEEK:
            shutil.copy2(path, path.with_name(f"{path.name}.{today:%Y-%m-%d}"))
            _empty(path)


def _ours(pattern: str) -> list[Path]:
    """Those that this process may change: what another user wrote is theirs to remove, and must not stop the rest."""
    found = sorted(folder().glob(pattern))
    return [path for path in found if path.is_file() and os.access(path, os.R_OK | os.W_OK)]


def _empty(path: Path) -> None:
    """Without replacing it: a process writes on to its end, wherever that is."""
    with path.open("r+b") as file:
        file.truncate(0)


def _began(path: Path) -> date:
    """The first day that is named in it, else the one on which it was last written."""
    with path.open("rb") as file:
        found = _DAY.search(file.read(_HEAD))
    try:
        return date.fromisoformat(found[1].decode()) if found else _day(_written(path))
    except ValueError:
        return _day(_written(path))


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_default_timezone())


def _day(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()
