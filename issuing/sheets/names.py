"""A whole name as first and last name."""

from dataclasses import dataclass
from typing import Final

from issuing.validators import clean_text

_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "rev"})
_SUFFIXES: Final = frozenset(
    {"jr", "sr", "ii", "iii", "iv", "phd", "md", "ba", "bsc", "ma", "msc", "obe", "mbe", "esq"}
)
# Words with which a last name begins.
_PARTICLES: Final = frozenset(
    {
        *(
            "van",
            "von",
            "vom",
            "zu",
            "zum",
            "der",
            "den",
            "ter",
            "ten",
            "te",
            "de",
            "del",
            "della",
            "dello",
            "di",
            "da",
        ),
        *("do", "dos", "das", "du", "des", "la", "le", "el", "al", "bin", "bint", "binti", "ibn", "abu", "ben", "ap"),
        *(
            "ab",
            "ferch",
            "verch",
            "mac",
            "mc",
            "ó",
            "o",
            "ní",
            "nic",
            "ui",
            "uí",
            "af",
            "av",
            "st",
            "st.",
            "san",
            "santa",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Split:
    """First and last name, and whether somebody should look at them."""

    first: str
    last: str
    guessed: bool


def split_name(cell: str, *, last_first: bool = False) -> Split:
    """A whole name told apart: at its one comma for certain, else by a guess.

    Args:
        last_first (bool): whether the last name comes first where there is no comma.
    """
    text = " ".join(clean_text(cell).split()).strip("\"“”„' ")
    parts = [part.strip() for part in text.split(",")]
    while len(parts) > 1 and (not parts[-1] or _bare(parts[-1]) in _SUFFIXES):
        parts.pop()
    if len(parts) > 1:
        return Split(parts[-1], parts[0], len(parts) > 2 or not all(parts) or len(parts) != text.count(",") + 1)
    words = parts[0].split()
    if len(words) > 2 and _bare(words[0]) in _TITLES:
        words = words[1:]
    while len(words) > 2 and _bare(words[-1]) in _SUFFIXES:
        words.pop()
    if len(words) < 2:
        return Split(" ".join(words), "", bool(words))
    place = _place(words, last_first=last_first)
    return Split(*_told_apart(words, place), True)


def _place(words: list[str], *, last_first: bool) -> int:
    """Where the last name begins; below zero, where it ends before the first name."""
    capitals = [len(word) > 1 and word.isupper() for word in words]
    if capitals[0] and not all(capitals):
        return -capitals.index(False)
    if last_first:
        particles = next(index for index, word in enumerate(words) if index == len(words) - 1 or not _is_particle(word))
        return -min(particles + 1, len(words) - 1)
    begin = (index for index in range(1, len(words) - 1) if _is_particle(words[index]))
    return next(begin, len(words) - 1)


def _told_apart(words: list[str], place: int) -> tuple[str, str]:
    if place < 0:
        return " ".join(words[-place:]), " ".join(words[:-place])
    return " ".join(words[:place]), " ".join(words[place:])


def _is_particle(word: str) -> bool:
    return word.casefold() in _PARTICLES


def _bare(word: str) -> str:
    return word.casefold().replace(".", "").strip()
