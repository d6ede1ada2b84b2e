"""The words themselves: how they are kept and hashed, and those that come with the program."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from issuing.exceptions import InvalidInput
from issuing.models import Badge, Provider
from issuing.validators import clean_text, has_control_characters

LONGEST: Final = 20_000
BUILT_IN_LANGUAGE: Final = "en"

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}")

BUILT_IN: Final = """\
{provider} would like to award you a digital badge through Navigatr (navigatr.app): a record of what you did that you \
can keep and show to others.

To award it we send Navigatr your first name, last name and e-mail address and, where a badge calls for it, a short \
text or link that shows what you did; nothing else. Navigatr e-mails you a link to claim the badge and may remind you. \
If you already have a Navigatr account with this address, the badge is added to your profile at once. Navigatr's own \
privacy notice, which is at navigatr.app, says how it uses your details.

You choose. Saying no changes nothing in your course or its result. You can withdraw at any time, as easily as you \
agree: with the link in the e-mail that asked you, or by telling {provider}. We then send nothing more, and can ask \
Navigatr to revoke what was sent. Ask {provider} to see, correct or erase what it holds about you; you may also \
complain to your data protection authority.

You must be 13 or older.
"""


def built_in_text(provider: Provider) -> str:
    """The wording that comes with the program, in English and in this provider's name."""
    return BUILT_IN.format(provider=provider.name)


def normalised(body: str) -> str:
    """The words as they are kept and hashed: NFC, plain line ends, no byte order mark, no trailing white space."""
    text = unicodedata.normalize("NFC", body.removeprefix("\ufeff"))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip() + "\n"


def digest(body: str) -> str:
    """SHA-256 over the normalised words, 64 hexadecimal digits."""
    return hashlib.sha256(normalised(body).encode()).hexdigest()


def check(provider: Provider, badge: Badge | None, bodies: Mapping[str, str]) -> None:
    for language, body in bodies.items():
        if not _LANGUAGE.fullmatch(language):
            raise InvalidInput(f"“{language[:40]}” is not a language code such as en or cy; nothing was published.")
        if len(body) > LONGEST:
            raise InvalidInput(f"The wording is longer than {LONGEST:,} characters; nothing was published.")
        if has_control_characters(body.replace("\n", "").replace("\t", "")):
            raise InvalidInput("The wording holds a character that is no text; nothing was published.")
    if not bodies or not all(clean_text(body) for body in bodies.values()):
        raise InvalidInput("The wording is empty; nothing was published.")
    if badge is not None and badge.provider_id != provider.pk:
        raise InvalidInput("That badge belongs to another organisation; nothing was published.")
