"""Writes, publishes, finds and retires the wording that learners agree to."""

from issuing.services.statements.documents import Document, Elsewhere
from issuing.services.statements.drafting import draft_of, drop_draft, save_draft
from issuing.services.statements.finding import find, latest_number, present_version, text_in
from issuing.services.statements.publishing import publish, publish_text, together
from issuing.services.statements.retiring import is_only, retire
from issuing.services.statements.words import (
    BUILT_IN,
    BUILT_IN_LANGUAGE,
    LONGEST,
    built_in_text,
    digest,
    normalised,
)

__all__ = [
    "BUILT_IN",
    "BUILT_IN_LANGUAGE",
    "LONGEST",
    "Document",
    "Elsewhere",
    "built_in_text",
    "digest",
    "draft_of",
    "drop_draft",
    "find",
    "is_only",
    "latest_number",
    "normalised",
    "present_version",
    "publish",
    "publish_text",
    "retire",
    "save_draft",
    "text_in",
    "together",
]
