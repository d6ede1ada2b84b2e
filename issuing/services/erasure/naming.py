"""Whether a text names a person. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from issuing.validators import search_form

SHORTEST_NUMBER = 4
"""A shorter student number stands in many texts that are not about anybody."""


@dataclass(frozen=True, slots=True)
class Names:
    """What one person is called, in the form in which text is searched.

    Args:
        pairs (frozenset): first and last name, under which they are or were known.
        exact (frozenset[str]): addresses and student numbers.
    """

    pairs: frozenset[tuple[str, str]]
    exact: frozenset[str]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], exact: Iterable[str]) -> "Names":
        """Of names, addresses and numbers as they were typed; what is empty names nobody."""
        found = ((search_form(first), search_form(last)) for first, last in pairs)
        marks = (search_form(text) for text in exact)
        return cls(
            frozenset(pair for pair in found if any(pair)),
            frozenset(mark for mark in marks if "@" in mark or len(mark) >= SHORTEST_NUMBER),
        )

    def are_in(self, text: str) -> bool:
        """Whether the text is about this person: their address or number, or both names together."""
        text = search_form(text)
        return self._exact_in(text) or any(all(_has(text, name) for name in pair) for pair in self.pairs)

    def touch(self, text: str) -> bool:
        """Whether the text holds as much as one of their names."""
        text = search_form(text)
        return self._exact_in(text) or any(name and _has(text, name) for pair in self.pairs for name in pair)

    def without(self, value: Any) -> Any:
        """A JSON value without the texts that touch them: in a list they are left out, elsewhere they are empty."""
        if isinstance(value, str):
            return "" if self.touch(value) else value
        if isinstance(value, list):
            return [self.without(one) for one in value if not (isinstance(one, str) and self.touch(one))]
        if isinstance(value, dict):
            return {name: self.without(one) for name, one in value.items()}
        return value

    def _exact_in(self, text: str) -> bool:
        return any(mark in text if "@" in mark else _has(text, mark) for mark in self.exact)


def _has(text: str, words: str) -> bool:
    """Whether the words stand in the text, not as a part of longer ones."""
    return f" {_spaced(words)} " in f" {_spaced(text)} "


def _spaced(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in text).split())
