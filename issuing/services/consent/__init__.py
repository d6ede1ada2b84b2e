"""Records what learners said, one by one or from a file, and stops what a no forbids."""

from issuing.services.consent.files import AnswerFile, import_once, imported, keep, kept
from issuing.services.consent.importing import Imported, ImportOptions, answers_in, foresee, import_answers
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
    "AnswerFile",
    "ImportOptions",
    "Imported",
    "Recorded",
    "Stopped",
    "answers_in",
    "foresee",
    "import_answers",
    "import_once",
    "imported",
    "invalidate",
    "keep",
    "kept",
    "proposed",
    "record",
    "record_for_person",
    "record_many",
]
