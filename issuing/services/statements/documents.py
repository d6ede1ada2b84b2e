"""What is known of words that were used elsewhere: from when to when, and the file they stand in."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final

from issuing.exceptions import InvalidInput

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_NAME: Final = 200
IN_FILE: Final = "The words stand in the file “{name}”."


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF that holds the words as they were shown."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where and when words of another form were used.

    Args:
        document (Document | None): the file; the words typed beside it only say what it is.
    """

    used_from: date | None = None
    used_until: date | None = None
    document: Document | None = None


OURS: Final = Elsewhere()


def check_elsewhere(found: Elsewhere) -> None:
    """Refuse what cannot be kept.

    Raises:
        InvalidInput: the last day lies before the first, or the file is no PDF or too large.
    """
    if found.used_from and found.used_until and found.used_until < found.used_from:
        raise InvalidInput("The last day of use lies before the first; nothing was published.")
    if found.document is None:
        return
    if not found.document.content.startswith(b"%PDF-"):
        raise InvalidInput("The words can be typed or stand in a PDF; this file is none. Nothing was published.")
    if len(found.document.content) > MAX_BYTES:
        raise InvalidInput("This file is larger than 5 MB; nothing was published.")
