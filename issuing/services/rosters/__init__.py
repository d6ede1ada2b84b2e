"""Rosters: read and check uploaded files, issue their ready rows, keep the run under control."""

from issuing.services.rosters.checking import Checked, CheckedRow, check, check_again, named_counts, save
from issuing.services.rosters.running import confirm, pause, resume, stop

__all__ = [
    "Checked",
    "CheckedRow",
    "check",
    "check_again",
    "confirm",
    "named_counts",
    "pause",
    "resume",
    "save",
    "stop",
]
