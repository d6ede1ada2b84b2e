"""What a column may mean, and the headings that say so."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """What a column may mean."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    STUDENT_NUMBER = "student_number"
    ORGANISATION = "organisation"
    ISSUE_DATE = "issue_date"
    END_DATE = "end_date"
    EVIDENCE_TEXT = "evidence_text"
    EVIDENCE_URL = "evidence_url"
    FULL_NAME = "full_name"
    SORTABLE_NAME = "sortable_name"


PERSON_FIELDS: Final = tuple(field for field in Field if field not in (Field.FULL_NAME, Field.SORTABLE_NAME))
"""The fields that are attributes of `PersonRow`; the others are split into first and last name."""


NAMES: Final[Mapping[Field, str]] = {
    Field.FIRST_NAME: "the first name",
    Field.LAST_NAME: "the last name",
    Field.EMAIL: "the e-mail address",
    Field.STUDENT_NUMBER: "the student number",
    Field.ORGANISATION: "the organisation",
    Field.ISSUE_DATE: "the issue date",
    Field.END_DATE: "the expiry date",
    Field.EVIDENCE_TEXT: "the evidence text",
    Field.EVIDENCE_URL: "the evidence URL",
    Field.FULL_NAME: "the whole name",
    Field.SORTABLE_NAME: "the whole name, last name first",
}

_WHO: Final = ("", "student ", "learner ", "pupil ", "recipient ", "participant ", "user ", "candidate ", "your ")


def _of_someone(*headings: str) -> tuple[str, ...]:
    """Each heading alone and as somebody's: "email", "student email" and so on."""
    return tuple(who + heading for heading in headings for who in _WHO)


# To add a heading, write it here: capitals, spaces and punctuation do not matter. What is sent to Navigatr beyond names
# and address has few aliases on purpose: a course's "End date" is no badge's expiry, a column "Notes" is no evidence.
ALIASES: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.FIRST_NAME: (
        *_of_someone("first name", "first names", "forename", "forenames", "forename(s)", "given name", "given names"),
        *("first", "first name(s)", "preferred first name", "preferred forename", "known as first name"),
    ),
    Field.LAST_NAME: (
        *_of_someone("last name", "last names", "surname", "surnames", "family name", "family names"),
        *("last", "surname(s)", "last name(s)", "preferred surname", "preferred last name", "legal surname"),
    ),
    Field.EMAIL: (
        *_of_someone("email", "e-mail", "email address", "e-mail address", "mail"),
        *("mail address", "email id", "contact email", "primary email", "school email", "college email"),
        *("university email", "institution email", "school email address", "college email address"),
        *("university email address", "institutional email", "work email", "your e-mail address"),
    ),
    Field.STUDENT_NUMBER: (
        *("student number", "student no", "student no.", "student id", "student id number", "student ref"),
        *("student reference", "student reference number", "student ref no", "student code"),
        *("learner number", "learner no", "learner id", "learner ref", "learner ref no", "learner reference"),
        *("learner reference number", "learn ref number", "unique learner number", "LRN", "ULN"),
        *("pupil number", "pupil id", "unique pupil number", "UPN", "admission number", "candidate number"),
        *("enrolment number", "person code", "sis id", "sis user id"),
    ),
    Field.ORGANISATION: tuple(
        who + word + name
        for who in ("", "recipient ")
        for word in ("organisation", "organization")
        for name in ("", " name")
    ),
    Field.ISSUE_DATE: ("issue date", "issued on", "date issued", "date of issue", "badge issue date"),
    Field.END_DATE: (
        *("expiry date", "expiry", "expires", "expires on", "expiration date", "date of expiry"),
        *("badge expiry date", "badge end date"),
    ),
    Field.EVIDENCE_TEXT: ("evidence text", "evidence description", "evidence narrative"),
    Field.EVIDENCE_URL: (
        "evidence url",
        "evidence link",
        "evidence web address",
        "link to evidence",
        "url of evidence",
    ),
}

# Navigatr's own headings, the ones to suggest.
EXAMPLES: Final[Mapping[Field, str]] = {
    Field.FIRST_NAME: "First Name",
    Field.LAST_NAME: "Last Name",
    Field.EMAIL: "Email",
}
