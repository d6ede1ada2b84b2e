"""Rosters: read and check uploaded files, issue their ready rows, keep the run under control."""

from issuing.services.rosters.agreeing import MOST_AT_ONCE, Held, LeftOut, foresee_yes, record_yes
from issuing.services.rosters.changing import (
    accept,
    correct,
    decide,
    delete,
    forget_original,
    keep_original,
    original_of,
    refresh,
    taken_sentence,
    use_suggestions,
)
from issuing.services.rosters.checking import Checked, CheckedRow, as_issued_again, check, check_again, named_counts
from issuing.services.rosters.downloads import used_fields
from issuing.services.rosters.reading import HowToRead, ReadFile, read
from issuing.services.rosters.ready import ready_by_now
from issuing.services.rosters.renewing import Foreseen, clean_reason, foresee_again, issue_again, leave_out_holders
from issuing.services.rosters.running import confirm, confirm_more, pause, pause_runs_of, resume, stop
from issuing.services.rosters.uploading import (
    check_kept,
    is_unread,
    read_again,
    save,
    try_again,
    upload,
    wake_unread,
)

__all__ = [
    "MOST_AT_ONCE",
    "Checked",
    "CheckedRow",
    "Foreseen",
    "Held",
    "HowToRead",
    "LeftOut",
    "ReadFile",
    "accept",
    "as_issued_again",
    "check",
    "check_again",
    "check_kept",
    "clean_reason",
    "confirm",
    "confirm_more",
    "correct",
    "decide",
    "delete",
    "foresee_again",
    "foresee_yes",
    "forget_original",
    "is_unread",
    "issue_again",
    "keep_original",
    "leave_out_holders",
    "named_counts",
    "original_of",
    "pause",
    "pause_runs_of",
    "read",
    "read_again",
    "ready_by_now",
    "record_yes",
    "refresh",
    "resume",
    "save",
    "stop",
    "taken_sentence",
    "try_again",
    "upload",
    "use_suggestions",
    "used_fields",
    "wake_unread",
]
