"""The English headings of each field."""

from collections.abc import Mapping
from typing import Final

from issuing.sheets.fields import Field

_WHO: Final = (
    *("", "student ", "student's ", "learner ", "learner's ", "pupil ", "pupil's ", "recipient ", "participant "),
    *("user ", "candidate ", "attendee ", "delegate ", "member ", "your ", "what is your "),
)


def _of_someone(*headings: str) -> tuple[str, ...]:
    """Each heading alone and as somebody's: "email", "student email" and so on."""
    return tuple(who + heading for heading in headings for who in _WHO)


# To add a heading, write it here: capitals, spaces and punctuation do not matter. What is sent to Navigatr beyond names
# and address has few aliases on purpose: a course's "End date" is no badge's expiry, a column "Notes" is no evidence.
ALIASES: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.FIRST_NAME: (
        *_of_someone("first name", "first names", "forename", "forenames", "forename(s)", "given name", "given names"),
        *("first", "first name(s)", "given", "given name(s)", "christian name", "legal first name", "legal forename"),
        *("preferred first name", "preferred forename", "chosen forename", "known as first name"),
    ),
    Field.LAST_NAME: (
        *_of_someone("last name", "last names", "surname", "surnames", "family name", "family names"),
        *("last", "surname(s)", "last name(s)", "preferred surname", "preferred last name", "chosen surname"),
        *("legal surname", "legal last name"),
    ),
    Field.FULL_NAME: (
        *_of_someone("full name", "name in full", "display name"),
        *("name", "your name", "student name", "learner name", "pupil name", "recipient name", "participant name"),
        *("candidate name", "attendee name", "delegate name", "member name", "student's name", "learner's name"),
        *("name of student", "name of learner", "what is your name", "forename and surname", "forename surname"),
        *("student", "first and last name", "first name and surname", "first name last name", "name (original name)"),
    ),
    Field.SORTABLE_NAME: (
        *_of_someone("sortable name", "surname, forename", "surname forename", "last name, first name"),
        *("last, first", "surname and forename", "surname/forename", "family name, given name", "sort name"),
        *("legal surname, legal forename", "preferred surname, preferred forename", "surname, first name"),
        *("surname, forename(s)", "surname, initials", "name (last, first)", "name (surname, forename)"),
    ),
    Field.EMAIL: (
        *_of_someone("email", "e-mail", "email address", "e-mail address", "mail"),
        *("mail address", "email id", "contact email", "primary email", "main email", "email (primary)"),
        *("email (student)", "email of student", "electronic mail", "school email", "college email"),
        *("university email", "institution email", "school email address", "college email address"),
        *("university email address", "institutional email", "work email", "your e-mail address"),
    ),
    Field.STUDENT_NUMBER: (
        *("student number", "student no", "student no.", "student id", "student id number", "student ref"),
        *("student reference", "student reference number", "student ref no", "student code"),
        *("learner number", "learner no", "learner id", "learner ref", "learner ref no", "learner reference"),
        *("learner reference number", "learn ref number", "unique learner number", "LRN", "ULN"),
        *("pupil number", "pupil id", "unique pupil number", "UPN", "admission number", "candidate number"),
        *("enrolment number", "person code", "sis id", "sis user id", "adm no", "adno", "arbor student id"),
        *("learn ref no", "unique learner no", "uci", "registration number", "matriculation number"),
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

# Headings that mean a field only beside another one, which tells the language: (heading, beside any of these, field).
BESIDE: Final[tuple[tuple[str, tuple[str, ...], Field], ...]] = (
    ("name", ("vorname", "vornamen", "rufname"), Field.LAST_NAME),
    ("nom", ("prénom", "prénoms", "prénom(s)", "prenom"), Field.LAST_NAME),
    ("nombre", ("apellido", "apellidos", "apellido(s)"), Field.FIRST_NAME),
    ("nome", ("cognome", "sobrenome", "apelido"), Field.FIRST_NAME),
    ("apelido", ("nome",), Field.LAST_NAME),
    ("naam", ("voornaam", "voornamen", "roepnaam"), Field.LAST_NAME),
    ("enw", ("cyfenw",), Field.FIRST_NAME),
    ("ainm", ("sloinne",), Field.FIRST_NAME),
)
