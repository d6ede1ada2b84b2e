"""Records what learners said, one by one or from a file, and stops what a no forbids."""

from issuing.services.consent import evidence, shelf
from issuing.services.consent.ageing import came_of_age, note_13, note_under_13
from issuing.services.consent.answering import NoSuchLink, Reply, WordsChanged, answer
from issuing.services.consent.asking import (
    Ask,
    Asked,
    ask,
    ask_roster,
    foresee_asking,
    foresee_roster,
    is_set_up,
    mail_receipt,
    why_not,
)
from issuing.services.consent.deciding import arrived, pause, resume, send_again, stop, stop_of_roster, undelivered
from issuing.services.consent.files import AnswerFile, Reading, import_once, imported, keep, kept, read_as, uploaded
from issuing.services.consent.importing import Imported, foresee, import_answers
from issuing.services.consent.letters import example
from issuing.services.consent.links import Holder, ask_for_link, holder, link_of, url_of
from issuing.services.consent.mailing import reap, send_due, wake_due
from issuing.services.consent.planning import ImportOptions, answers_in
from issuing.services.consent.records import (
    MAX_CONTACT,
    MAX_NOTE,
    MAX_REASON,
    Answer,
    Recorded,
    invalidate,
    proposed,
    record,
    record_for_person,
    record_many,
)
from issuing.services.consent.stopping import Stopped
from issuing.services.consent.stranded import mail_again, mail_undelivered, set_aside

__all__ = [
    "MAX_CONTACT",
    "MAX_NOTE",
    "MAX_REASON",
    "Answer",
    "AnswerFile",
    "Ask",
    "Asked",
    "Holder",
    "ImportOptions",
    "Imported",
    "NoSuchLink",
    "Reading",
    "Recorded",
    "Reply",
    "Stopped",
    "WordsChanged",
    "answer",
    "answers_in",
    "arrived",
    "ask",
    "ask_for_link",
    "ask_roster",
    "came_of_age",
    "evidence",
    "example",
    "foresee",
    "foresee_asking",
    "foresee_roster",
    "holder",
    "import_answers",
    "import_once",
    "imported",
    "invalidate",
    "is_set_up",
    "keep",
    "kept",
    "link_of",
    "mail_again",
    "mail_receipt",
    "mail_undelivered",
    "note_13",
    "note_under_13",
    "pause",
    "proposed",
    "read_as",
    "reap",
    "record",
    "record_for_person",
    "record_many",
    "resume",
    "send_again",
    "send_due",
    "set_aside",
    "shelf",
    "stop",
    "stop_of_roster",
    "undelivered",
    "uploaded",
    "url_of",
    "wake_due",
    "why_not",
]
