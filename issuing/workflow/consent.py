"""Which of a learner's consent records count, now, for one badge: the rule of which `queries` holds the SQL form.

A record bears on a badge when its statement is for the badge, or for the badge's provider as a whole, or when it names
no statement (a no without words is a no to everything). Of each giver the latest decided record that bears on the badge
and was not recorded in error counts; at the same moment a no counts before a yes. A yes counts only while it has not
ended and its words were not replaced by a major version. One no, whoever gave it, outweighs every yes; and nobody's
yes counts for a learner under 13.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from issuing.enums import ConsentState, Decision, Giver, StatusReason
from issuing.exceptions import InvalidInput

_PLAIN: Final = {
    ConsentState.UNDER_13: StatusReason.UNDER_13,
    ConsentState.CONFLICT: StatusReason.CONTRADICTION,
    ConsentState.GIVEN: StatusReason.NO_CONSENT,
}
_NOES: Final = {ConsentState.DECLINED: StatusReason.SAID_NO, ConsentState.WITHDRAWN: StatusReason.WITHDREW}
OLDEST_DAY: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Fact:
    """One consent record, as far as the rule looks at it.

    Args:
        id (int): orders records decided at the same moment with the same decision; the later counts.
        giver (str): who decided; equal for the same person.
        decided_at (datetime): aware.
        bears_on_badge (bool): whether its statement covers the badge.
        superseded (bool): whether a major version has replaced its words.
        ends_at (datetime | None): when a yes runs out.
        invalidated (bool): whether it was recorded in error.
        void_since (datetime | None): when that was noted, or its words were replaced.
    """

    id: int
    giver: str
    decision: Decision
    decided_at: datetime
    bears_on_badge: bool = True
    superseded: bool = False
    ends_at: datetime | None = None
    invalidated: bool = False
    void_since: datetime | None = None

    @property
    def is_no(self) -> bool:
        return self.decision != Decision.GIVEN


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the records say together, and the record that allows a badge to be issued, where one does."""

    state: ConsentState
    allowed_by: int | None = None


def giver_key(kind: Giver, name: str) -> str:
    """The value that is equal for the same giver: guardians differ by name, the learner is one person."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return str(kind) if kind == Giver.LEARNER else f"{kind}:{' '.join(folded.split())}"


def moment_of_day(day: date, decision: Decision, *, zone: tzinfo, now: datetime) -> datetime:
    """When a decision counts as made of which only the day is known; never later than `now`.

    A yes counts from the day's first moment, a no until its last, so that whatever else was said on that day and when,
    the no outweighs the yes, as it does at the same moment.

    Args:
        day (date): by the calendar of `zone`.
        now (datetime): aware.

    Raises:
        InvalidInput: the day has not begun, or is so long ago that it is mistyped.
    """
    if day > now.astimezone(zone).date():
        raise InvalidInput("The decision lies in the future; give the day on which it was made.")
    if day < OLDEST_DAY:
        raise InvalidInput(f"A decision before {OLDEST_DAY.year} is too old; is the day mistyped?")
    if decision == Decision.GIVEN:
        return min(datetime.combine(day, time.min, zone), now)
    return min(datetime.combine(day + timedelta(days=1), time.min, zone) - timedelta(microseconds=1), now)


def is_under_13(born: date, *, today: date) -> bool:
    """Whether somebody born on a day is under 13 today; who was born on 29 February is a year older on 1 March."""
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not had_birthday) < 13


def current(facts: Iterable[Fact], *, now: datetime, under_13: bool = False) -> Verdict:
    """Say what a learner's records come to for one badge; nobody's yes counts for somebody under 13."""
    if under_13:
        return Verdict(ConsentState.UNDER_13)
    latest = deciding(facts)
    noes = [fact for fact in latest if fact.is_no]
    yeses = [fact for fact in latest if not fact.is_no and _counts(fact, now)]
    if noes and yeses:
        return Verdict(ConsentState.CONFLICT)
    if noes:
        return Verdict(ConsentState(noes[0].decision))
    if yeses:
        return Verdict(ConsentState.GIVEN, yeses[0].id)
    return Verdict(ConsentState.NONE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a badge is not sent for want of consent, and when that was said, ended or noted, where it has a time."""

    reason: StatusReason
    at: datetime | None = None


def refusal(facts: Iterable[Fact], *, now: datetime, under_13: bool = False) -> Refusal:
    """Say why a learner's records allow no badge: the no that counts, or the latest end of a yes."""
    known = [fact for fact in facts if fact.bears_on_badge]
    state = current(known, now=now, under_13=under_13).state
    if state in _PLAIN:
        return Refusal(_PLAIN[state])
    if state in _NOES:
        return Refusal(_NOES[state], next(fact.decided_at for fact in deciding(known) if fact.is_no))
    ends = [_end(fact) for fact in known if not fact.is_no and (fact.invalidated or not _counts(fact, now))]
    return max(ends, key=lambda one: (one.at is not None, one.at), default=Refusal(StatusReason.NO_CONSENT))


def _end(fact: Fact) -> Refusal:
    if fact.invalidated:
        return Refusal(StatusReason.RECORDED_IN_ERROR, fact.void_since)
    if fact.superseded:
        return Refusal(StatusReason.WORDS_REPLACED, fact.void_since)
    return Refusal(StatusReason.CONSENT_ENDED, fact.ends_at)


def deciding(facts: Iterable[Fact]) -> list[Fact]:
    """The one fact of each giver that counts for the badge, the latest decided first; a yes among them may have ended
    or been given to words since replaced."""
    latest: dict[str, Fact] = {}
    for fact in facts:
        if fact.bears_on_badge and not fact.invalidated:
            other = latest.get(fact.giver)
            if other is None or _rank(fact) > _rank(other):
                latest[fact.giver] = fact
    return sorted(latest.values(), key=_rank, reverse=True)


def _rank(fact: Fact) -> tuple[datetime, bool, int]:
    return fact.decided_at, fact.is_no, fact.id


def _counts(fact: Fact, now: datetime) -> bool:
    return not fact.superseded and (fact.ends_at is None or fact.ends_at > now)
