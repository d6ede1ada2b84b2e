"""What headings mean, whatever their capitals, punctuation and language."""

import re
from collections.abc import Sequence
from typing import Final

from issuing.sheets.aliases import ALIASES, BESIDE
from issuing.sheets.fields import Field
from issuing.sheets.languages import OTHER_LANGUAGES
from issuing.validators import clean_text

_NOTES: Final = re.compile(
    r"[(\[]\s*(required|optional|mandatory|compulsory|if any|if known|text|"
    r"yyyy[-/]mm[-/]dd|dd[-/]mm[-/]yy(yy)?|mm[-/]dd[-/]yy(yy)?)\s*[)\]]",
    re.IGNORECASE,
)
_LONGEST: Final = 80


def heading_key(heading: str) -> str:
    """A heading by its letters and digits alone, without a note such as "(required)"."""
    return "".join(char for char in _NOTES.sub("", clean_text(heading)).casefold() if char.isalnum())


def fields_of(headings: Sequence[str]) -> list[Field | None]:
    """What each heading says its column is, or None; two may say the same."""
    keys = [heading_key(heading) if len(heading) <= _LONGEST else "" for heading in headings]
    beside = frozenset(keys)
    return [_field_beside(key, beside) or _FIELDS.get(key) for key in keys]


def known_fields(headings: Sequence[str]) -> frozenset[Field]:
    """The fields these headings name."""
    return frozenset(field for field in fields_of(headings) if field)


_FIELDS: Final = {
    heading_key(alias): field
    for fields in (*OTHER_LANGUAGES.values(), ALIASES)
    for field, aliases in fields.items()
    for alias in aliases
}
_BESIDE: Final = {heading_key(word): (frozenset(map(heading_key, others)), field) for word, others, field in BESIDE}


def _field_beside(key: str, beside: frozenset[str]) -> Field | None:
    others, field = _BESIDE.get(key, (frozenset(), None))
    return field if others & beside else None
