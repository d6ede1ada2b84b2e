"""Rosters: read and check uploaded files, issue their ready rows, keep the run under control."""

from issuing.services.rosters.changing import (
    correct,
    decide,
    delete,
    forget_original,
    original_of,
    read_again,
    refresh,
    taken_sentence,
)
from issuing.services.rosters.checking import Checked, CheckedRow, check, check_again, named_counts, save
from issuing.services.rosters.downloads import used_fields
from issuing.services.rosters.running import confirm, confirm_more, pause, pause_runs_of, resume, stop

__all__ = [
    "Checked",
    "CheckedRow",
    "check",
    "check_again",
    "confirm",
    "confirm_more",
    "correct",
    "decide",
    "delete",
    "forget_original",
    "named_counts",
    "original_of",
    "pause",
    "pause_runs_of",
    "read_again",
    "refresh",
    "resume",
    "save",
    "stop",
    "taken_sentence",
    "used_fields",
]
