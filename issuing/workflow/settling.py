"""What looks at Navigatr's list say of a call that got no usable answer. Pure.

A look reads a badge's records newest first, back to before the first call of an issuance that may have had an effect,
and a little further. It proves presence by a record that can be this one only. Absence it proves by a control: a record
of ours on the same list, unredacted, of a call made later, so that the list is known to have come so far.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SKEW = timedelta(minutes=2)
"""By how much Navigatr's clock may differ from ours."""
BETWEEN_LOOKS = timedelta(seconds=60)
OLD_CONTROL_TIMES = 3
"""Settle times after which an older control is enough, for the last rows of a run."""
MOST_SENT_AGAIN = 2
"""How often a row goes back by itself since a person last acted."""


class Verdict(StrEnum):
    """What the looks come to."""

    FOUND = "found"
    """Exactly one record can be this badge: it was issued."""
    ABSENT = "absent"
    """It was not issued, and may be sent again."""
    AGAIN = "again"
    """Look once more, at `Judged.at`."""
    PERSON = "person"
    """A person must look: `Judged.why`."""


class Doubt(StrEnum):
    """Why the looks alone do not say."""

    NONE = ""
    SEVERAL = "several"
    """The address is listed more than once."""
    HIDDEN = "hidden"
    """Addresses are hidden, or names of addresses that we do not know."""
    OTHER_ADDRESS = "other_address"
    """The same name is listed under another address."""
    NO_TIME = "no_time"
    """The address is listed, but not surely since the call."""
    NO_CONTROL = "no_control"
    """Nothing of ours is listed to compare with; as one look's doubt: the list left out something, or may have."""
    TOO_LONG = "too_long"
    """So many were issued since that the list was not read back to the call."""
    RIVAL = "rival"
    """Another row of the same key may be meant."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look saw for one issuance.

    Args:
        began_at (datetime): when the reading began; aware.
        matches (tuple[str, ...]): records of the same address, of its window, linked to no other issuance.
        doubt (Doubt): what keeps this look from being clear, the first that applies.
        newer_control (bool): whether a record of ours for a later call was listed, with its address.
        older_control (bool): the same for an earlier call.
    """

    began_at: datetime
    matches: tuple[str, ...] = ()
    doubt: Doubt = Doubt.NONE
    newer_control: bool = False
    older_control: bool = False

    @property
    def is_clear_absence(self) -> bool:
        return not self.matches and self.doubt == Doubt.NONE


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with what belongs to it."""

    verdict: Verdict
    assertion_id: str = ""
    at: datetime | None = None
    why: Doubt = Doubt.NONE


def judge(looks: Sequence[Seen], *, attempt_at: datetime, settle: timedelta, has_rival: bool) -> Judged:
    """What the looks of one attempt come to, in the order in which they began.

    Args:
        attempt_at (datetime): when the attempt was claimed.
        settle (timedelta): the settle time.
        has_rival (bool): whether another row of the same key may have had an effect and has no record linked.
    """
    if not looks:
        return Judged(Verdict.AGAIN, at=attempt_at + settle)
    last, late = looks[-1], attempt_at + OLD_CONTROL_TIMES * settle
    if len(last.matches) > 1:
        return Judged(Verdict.PERSON, why=Doubt.SEVERAL)
    if last.matches and last.doubt != Doubt.NO_TIME:
        return Judged(Verdict.PERSON, why=Doubt.RIVAL) if has_rival else Judged(Verdict.FOUND, last.matches[0])
    if last.doubt == Doubt.NO_CONTROL and last.began_at < late:
        return Judged(Verdict.AGAIN, at=last.began_at + settle)
    if last.doubt:
        return Judged(Verdict.PERSON, why=last.doubt)
    return _absence(looks, settle, late)


def _absence(looks: Sequence[Seen], settle: timedelta, late: datetime) -> Judged:
    if len(looks) < 2:
        return Judged(Verdict.AGAIN, at=looks[-1].began_at + min(BETWEEN_LOOKS, settle))
    pair = looks[-2:]
    if not all(look.is_clear_absence for look in pair):
        return Judged(Verdict.AGAIN, at=looks[-1].began_at + min(BETWEEN_LOOKS, settle))
    if all(look.newer_control for look in pair):
        return Judged(Verdict.ABSENT)
    if not all(look.newer_control or look.older_control for look in pair):
        return Judged(Verdict.PERSON, why=Doubt.NO_CONTROL)
    return Judged(Verdict.ABSENT) if pair[-1].began_at >= late else Judged(Verdict.AGAIN, at=late)
