"""Records what learners said, one by one or from a file, and stops what a no forbids."""

from issuing.services.consent.importing import Imported, ImportOptions, import_answers
from issuing.services.consent.records import (
    MAX_NOTE,
    Answer,
    Recorded,
    Stopped,
    invalidate,
    proposed,
    record,
    record_for_person,
    record_many,
)

__all__ = [
    "MAX_NOTE",
    "Answer",
    "ImportOptions",
    "Imported",
    "Recorded",
    "Stopped",
    "import_answers",
    "invalidate",
    "proposed",
    "record",
    "record_for_person",
    "record_many",
]
