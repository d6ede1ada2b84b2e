"""What a column may mean."""

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


WHOLE_NAMES: Final = (Field.SORTABLE_NAME, Field.FULL_NAME)
"""Names that are split into first and last name, the surer first."""
NAME_FIELDS: Final = frozenset({Field.FIRST_NAME, Field.LAST_NAME, *WHOLE_NAMES})
PERSON_FIELDS: Final = tuple(field for field in Field if field not in WHOLE_NAMES)
"""The fields that are attributes of `PersonRow`; the others are split into two of them."""

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

# Navigatr's own headings, the ones to suggest.
EXAMPLES: Final[Mapping[Field, str]] = {
    Field.FIRST_NAME: "First Name",
    Field.LAST_NAME: "Last Name",
    Field.EMAIL: "Email",
}
