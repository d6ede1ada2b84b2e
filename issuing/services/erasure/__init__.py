"""Erases learners everywhere, remembers who was, and keeps what they asked for by right."""

from issuing.services.erasure.erasing import MAX_NOTE, Erased, check_settled, erase
from issuing.services.erasure.foreseeing import Foreseen, foresee
from issuing.services.erasure.lapsing import lapse
from issuing.services.erasure.lists import beside, lines, missing, take_in
from issuing.services.erasure.reapplying import Reapplied, reapply
from issuing.services.erasure.requests import close, due_on, note
from issuing.services.erasure.sweeping import checkpoint, tidy

__all__ = [
    "MAX_NOTE",
    "Erased",
    "Foreseen",
    "Reapplied",
    "beside",
    "check_settled",
    "checkpoint",
    "close",
    "due_on",
    "erase",
    "foresee",
    "lapse",
    "lines",
    "missing",
    "note",
    "reapply",
    "take_in",
    "tidy",
]
