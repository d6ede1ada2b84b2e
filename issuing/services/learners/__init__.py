"""Adds learners, finds the one a name and address belong to, corrects, holds and merges them, hands out their data."""

from issuing.services.learners.adding import ADD_AGAIN, Person, add, add_many, asked_to_be_erased, find_or_add
from issuing.services.learners.correcting import Corrected, correct
from issuing.services.learners.exporting import export, held
from issuing.services.learners.holding import hold, release
from issuing.services.learners.locking import lock, lock_many, lock_present
from issuing.services.learners.merging import Merged, merge
from issuing.services.learners.returning import add_again

__all__ = [
    "ADD_AGAIN",
    "Corrected",
    "Merged",
    "Person",
    "add",
    "add_again",
    "add_many",
    "asked_to_be_erased",
    "correct",
    "export",
    "find_or_add",
    "held",
    "hold",
    "lock",
    "lock_many",
    "lock_present",
    "merge",
    "release",
]
