"""Which noes must be said again when two entries of one person become one: any no wins. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One consent record that was not made in error, as far as joining two histories looks at it.

    Args:
        giver (str): equal for the same giver.
        provider, badge (int | None): what its words cover: one badge, all of a provider's, or without both everything.
    """

    id: int
    giver: str
    is_no: bool
    decided_at: datetime
    provider: int | None = None
    badge: int | None = None

    @property
    def rank(self) -> tuple[datetime, bool, int]:
        return self.decided_at, self.is_no, self.id

    def covers(self, other: "Said") -> bool:
        """Whether its words cover all that the other's cover."""
        if self.badge is not None:
            return self.badge == other.badge
        return self.provider is None or self.provider == other.provider


def noes_to_repeat(one: Sequence[Said], other: Sequence[Said]) -> list[tuple[int, int]]:
    """The noes that one history would lose to a later yes of the other: the no, and the record whose scope is narrower.

    A no that its own history had overridden already is none to keep.
    """
    found = {**_lost(one, other), **_lost(other, one)}
    return sorted(found.values())


def _lost(mine: Sequence[Said], theirs: Sequence[Said]) -> dict[tuple[str, int | None, int | None], tuple[int, int]]:
    found = {}
    for no in (said for said in mine if said.is_no):
        for yes in _later_yeses(no, theirs):
            narrower = no if yes.covers(no) else yes
            if not any(own.covers(narrower) for own in _later_yeses(no, mine)):
                found[(no.giver, narrower.provider, narrower.badge)] = (no.id, narrower.id)
    return found


def _later_yeses(no: Said, history: Iterable[Said]) -> list[Said]:
    """Yeses of the same giver that outrank the no and touch what it covers."""
    return [
        said
        for said in history
        if not said.is_no and said.giver == no.giver and said.rank > no.rank and (said.covers(no) or no.covers(said))
    ]
