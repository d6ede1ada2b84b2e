"""What each row of a roster may expect: one set of questions to the database, whatever the number of rows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from issuing import queries
from issuing.enums import ConsentState, Disposition, IssuanceStatus
from issuing.models import Badge, Learner

D = Disposition


@dataclass(frozen=True, slots=True)
class Facts:
    """One row, as far as its disposition depends on it.

    Args:
        email_key (str): empty where the row has no usable address.
        has_problems (bool): whether something in it keeps it from being used.
    """

    row_no: int
    first_name: str
    last_name: str
    email_key: str
    student_number: str
    has_problems: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """What a row may expect, and the learner it is about where they are known."""

    disposition: Disposition
    learner_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """All that the database says of the people of a roster, each a look-up by e-mail key."""

    standings: dict[str, set[str]]
    holders: set[str]
    learners: dict[str, Learner]
    numbers: dict[str, Learner]
    consent: dict[int, ConsentState]


def place(badge: Badge, rows: Sequence[Facts], *, now: datetime) -> list[Placed]:
    """The disposition of every row, in their order: the first that applies, in the order of `Disposition`."""
    keys = {row.email_key for row in rows if row.email_key}
    known = _look_up(badge, keys, {row.student_number for row in rows if row.student_number}, now)
    seen: set[str] = set()
    placed = []
    for row in rows:
        placed.append(_place(row, known, seen))
        if not row.has_problems:
            seen.add(row.email_key)
    return placed


def _look_up(badge: Badge, keys: Collection[str], numbers: Collection[str], now: datetime) -> _Known:
    learners = {one.email_key: one for one in _learners("email_key", keys)}
    consent: dict[int, ConsentState] = {}
    for part in queries.batched(keys):
        consent |= queries.consent_states(Learner.objects.filter(email_key__in=part), badge, now=now)
    return _Known(
        standings=queries.standings(badge, keys),
        holders=queries.holders(badge, keys),
        learners=learners,
        numbers={one.student_number: one for one in _learners("student_number", numbers)},
        consent=consent,
    )


def _learners(field: str, values: Collection[str]) -> Iterable[Learner]:
    for part in queries.batched(values):
        yield from Learner.objects.filter(**{f"{field}__in": part})


def _place(row: Facts, known: _Known, seen: Collection[str]) -> Placed:
    if row.has_problems:
        return Placed(D.INVALID)
    if row.email_key in seen:
        return Placed(D.REPEATED)
    learner = known.learners.get(row.email_key)
    learner_id = learner.pk if learner else None
    return Placed(_taken(row, known) or _doubtful(row, learner, known) or _consent(learner_id, known), learner_id)


def _taken(row: Facts, known: _Known) -> Disposition | None:
    statuses = known.standings.get(row.email_key, set())
    if IssuanceStatus.UNCONFIRMED in statuses:
        return D.UNCONFIRMED_EARLIER
    if IssuanceStatus.ISSUED in statuses or row.email_key in known.holders:
        return D.ALREADY_ISSUED
    return D.IN_ANOTHER_RUN if statuses else None


def _doubtful(row: Facts, learner: Learner | None, known: _Known) -> Disposition | None:
    """Like somebody we know: one number with two addresses or the reverse, or one address under another name."""
    by_number = known.numbers.get(row.student_number) if row.student_number else None
    if by_number is not None and by_number.email_key != row.email_key:
        return D.NEEDS_DECISION
    if learner is None:
        return None
    if row.student_number and learner.student_number and row.student_number != learner.student_number:
        return D.NEEDS_DECISION
    names_differ = not _alike(row.first_name, learner.first_name) and not _alike(row.last_name, learner.last_name)
    return D.NEEDS_DECISION if names_differ or learner.on_hold_since else None


def _alike(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _consent(learner_id: int | None, known: _Known) -> Disposition:
    state = known.consent.get(learner_id, ConsentState.NONE) if learner_id else ConsentState.NONE
    if state == ConsentState.GIVEN:
        return D.READY
    return D.NEEDS_CONSENT if state == ConsentState.NONE else D.CONSENT_DECLINED
