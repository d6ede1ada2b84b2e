"""What a name, an e-mail address and a web address must look like. Pure; nothing is looked up on the network."""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

import idna
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from issuing.exceptions import InvalidInput

MAX_NAME: Final = 100
MAX_EMAIL: Final = 254
MAX_STUDENT_NUMBER: Final = 50
MAX_URL: Final = 2000

# Joiners mean something between letters of other scripts (Persian, Hindi); all else of category Cf is dirt.
_JOINERS: Final = "\u200c\u200d"
# What people write where there is no student number.
_NO_NUMBER: Final = frozenset({"-", "–", "—", "0", "n/a", "na", "none", "null", "nil", "tbc", "unknown", "?"})
# Excel's way of keeping a number as text in a CSV file: ="00123".
_KEPT_AS_TEXT: Final = re.compile(r'="([^"]*)"')
# With the letters that look like a space and are none to Python.
_SPACES: Final = re.compile(r"(?:[^\S\n]|[\u115f\u1160\u2800\u3164\uffa0])+")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_DISPLAY_NAME: Final = re.compile(r"\A[^<>]*<\s*([^<>\s]+)\s*>\Z")
_SEVERAL: Final = re.compile(r"@[^@]*[;,\s][^@]*@")
_ATOM: Final = r"[a-z0-9_+'-]+"
_LABEL: Final = r"[a-z0-9](?:-?[a-z0-9]){0,30}"
_PLAIN_EMAIL: Final = re.compile(
    rf"(?=[^@]{{1,64}}@)({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.){{1,4}}([a-z]{{2,20}}))", re.IGNORECASE | re.ASCII
)
_SPECIAL_TLDS: Final = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
_HOST: Final = re.compile(r"[^\s.\\]+(\.[^\s.\\]+)+")


class InvalidValue(InvalidInput):
    """One value cannot be used as it is.

    Args:
        code (str): stable name of the fault, e.g. `missing`, `not_an_address`.
        message (str): what is wrong and what to do, in words for staff.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def clean_text(value: str) -> str:
    """Text without what nobody sees: invisible characters, odd spaces, space around it; in Unicode form NFC.

    Line breaks inside the text become `\\n` and stay; other control characters stay, so that a check can name them.
    """
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    value = _LINE_ENDS.sub("\n", value)
    value = "".join(char for index, char in enumerate(value) if _is_visible(value, index))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", value)).strip()


def clean_name(value: str, *, label: str = "first name", required: bool = True) -> str:
    """A person's name as it will be sent.

    Args:
        value (str): what was typed.
        label (str): what the name is called in the sentence.
        required (bool): whether a blank is refused.

    Raises:
        InvalidValue: `missing`, `too_long`, `control_characters` or `looks_like_address`.
    """
    name = clean_text(value)
    if not name and required:
        raise InvalidValue("missing", f"The {label} is missing.")
    if len(name) > MAX_NAME:
        raise InvalidValue("too_long", f"The {label} is longer than {MAX_NAME} characters.")
    if has_control_characters(name):
        raise InvalidValue("control_characters", f"The {label} holds a line break or another character no name has.")
    if "@" in name or name.lower().startswith(("http:", "https:", "www.")):
        raise InvalidValue("looks_like_address", f"The {label} looks like an address. Are two columns swapped?")
    return name


def clean_student_number(value: str) -> str:
    """A student number as text, its leading zeros kept; empty where there is none, also where words say so.

    Raises:
        InvalidValue: `too_long` or `control_characters`.
    """
    kept = _KEPT_AS_TEXT.fullmatch(value.strip())
    number = clean_line(kept[1] if kept else value, label="student number", most=MAX_STUDENT_NUMBER)
    return "" if number.casefold() in _NO_NUMBER else number


def clean_line(value: str, *, label: str, most: int) -> str:
    """One line of text that may be empty.

    Args:
        value (str): what was typed.
        label (str): what it is called in the sentence.
        most (int): characters it may have.

    Raises:
        InvalidValue: `too_long` or `control_characters`.
    """
    text = clean_text(value)
    if len(text) > most:
        raise InvalidValue("too_long", f"The {label} is longer than {most} characters.")
    if has_control_characters(text):
        raise InvalidValue("control_characters", f"The {label} holds a line break or another character it cannot have.")
    return text


def has_control_characters(value: str) -> bool:
    """Whether the text holds line breaks, control characters or halves of characters."""
    return not value.isprintable() and any(unicodedata.category(char) in {"Cc", "Cs"} for char in value)


def normalise_email(value: str) -> str:
    """One e-mail address as it will be sent, taken out of `Name <address>` or `mailto:` where it stands so.

    The part before the @ keeps its capitals; the domain is in small letters.

    Raises:
        InvalidValue: `missing`, `several_addresses` or `not_an_address`.
    """
    text = _bare_address(value)
    if len(text) > MAX_EMAIL * 2:
        raise InvalidValue("too_long", f"The e-mail address is longer than {MAX_EMAIL} characters.")
    plain = _PLAIN_EMAIL.fullmatch(text)
    if plain and len(text) <= MAX_EMAIL and plain[3].lower() not in _SPECIAL_TLDS:
        local = plain[1].lower() if plain[1].lower() in CASE_INSENSITIVE_MAILBOX_NAMES else plain[1]
        return f"{local}@{plain[2].lower()}"
    if not text:
        raise InvalidValue("missing", "The e-mail address is missing.")
    if _SEVERAL.search(text):
        raise InvalidValue("several_addresses", "There is more than one e-mail address here. Keep one.")
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidValue("not_an_address", f"This is not an e-mail address: {_reason(error)}") from error


def email_lookup_form(address: str) -> str:
    """The form of an address by which two spellings are one person; nothing is sent to it.

    All small letters, NFC, the domain in its ASCII form. Plus tags and dots stay: only the mail's owner knows
    whether they matter. Never fails; what is no address comes back in small letters.
    """
    text = _small(clean_text(address))
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{_ascii_domain(domain)}"


def search_form(text: str) -> str:
    """Text as it is searched for: small letters without accents, so that "Nunez" finds "Núñez"."""
    letters = unicodedata.normalize("NFKD", clean_text(text).casefold().replace("’", "'"))
    return " ".join("".join(char for char in letters if not unicodedata.combining(char)).split())


def check_url(value: str) -> str:
    """A web address that may be sent as evidence.

    Raises:
        InvalidValue: `too_long` or `not_a_url`; a blank is not a URL.
    """
    url = clean_text(value)
    if len(url) > MAX_URL:
        raise InvalidValue("too_long", f"The web address is longer than {MAX_URL} characters.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        raise InvalidValue("not_a_url", "The web address must begin with https:// or http:// and name a site.")
    if " " in url or not url.isprintable():
        raise InvalidValue("not_a_url", "The web address holds a space or a line break.")
    return url


def _is_visible(text: str, index: int) -> bool:
    if unicodedata.category(text[index]) != "Cf":
        return True
    inside = 0 < index < len(text) - 1
    return (
        inside and text[index] in _JOINERS and _is_other_script(text[index - 1]) and _is_other_script(text[index + 1])
    )


def _is_other_script(char: str) -> bool:
    return char > "\u0370" and unicodedata.category(char)[0] in "LM"


def _bare_address(value: str) -> str:
    text = clean_text(value)
    if not text.isascii():
        text = "".join(char for char in text if char not in _JOINERS)
    if "<" in text and (inner := _DISPLAY_NAME.match(text)):
        text = inner[1]
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    return text.strip(" \n;,'\"<>")


def _reason(error: EmailNotValidError) -> str:
    words = " ".join(clean_text(str(error)).split())[:200]
    return words if words.endswith(".") else f"{words}."


def _small(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return domain
