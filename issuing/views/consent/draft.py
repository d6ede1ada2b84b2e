"""An answer that is being recorded question by question: what was typed so far, put by for an hour."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from issuing.models import User
from issuing.services.consent import shelf


@dataclass(slots=True)
class Draft:
    """What somebody typed about one answer; nobody else can open it, and it is nobody else's answer.

    Args:
        token (UUID): names it in addresses, and becomes the record's identity, so that it is recorded once.
        whose (str): whom it is about, as addresses name them.
        typed (dict[str, str]): by the fields' names.
        seen (set[str]): the questions that were sent, whether or not they were answered.
    """

    token: UUID
    by: User
    whose: str
    typed: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, token: UUID, by: User, whose: str) -> Self:
        """The draft as it was kept; an empty one where it never was, or its hour is over."""
        draft = cls(token, by, whose)
        if kept := shelf.look(draft._name):
            told = json.loads(kept)
            draft.typed, draft.seen = told["typed"], set(told["seen"])
        return draft

    def take(self, data: Mapping[str, str], names: Iterable[str]) -> None:
        """Keep what these fields hold now."""
        self.typed |= {name: data.get(name, "") for name in names}
        shelf.put(self._name, json.dumps({"typed": self.typed, "seen": sorted(self.seen)}).encode())

    def drop(self) -> None:
        shelf.drop(self._name)

    @property
    def _name(self) -> str:
        return f"consent-draft-{self.token}-{self.by.uuid}-{self.whose}"
