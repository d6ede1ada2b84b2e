"""What each row of a roster may expect: one set of questions to the database, whatever the number of rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from issuing import queries
from issuing.enums import ConsentState, Disposition, IssuanceStatus, NotAgain
from issuing.models import Badge, Learner
from issuing.queries import NOTHING, Holding
from issuing.workflow.likeness import same_name

D = Disposition


@dataclass(frozen=True, slots=True)
class Facts:
    """One row, as far as its disposition depends on it.

    Args:
        email_key (str): empty where the row has no usable address.
        has_problems (bool): whether something in it keeps it from being used.
        same_as (int | None): the learner staff said it is about.
        is_left_out (bool): whether staff left it out.
        reissue_after (int | None): with how many known badges of theirs staff want them to have another.
    """

    row_no: int
    first_name: str
    last_name: str
    email_key: str
    student_number: str
    has_problems: bool
    same_as: int | None = None
    is_left_out: bool = False
    reissue_after: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What a row may expect, and the learner it is about where they are known.

    Args:
        holding (Holding): what is known of them and the badge.
    """

    disposition: Disposition
    learner_id: int | None = None
    holding: Holding = NOTHING


@dataclass(frozen=True, slots=True)
class _Learner:
    """Somebody we know, as far as a row is compared with them; the fields are columns."""

    pk: int
    first_name: str
    last_name: str
    email_key: str
    student_number: str
    on_hold_since: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that the database says of the people of a roster, each a look-up by e-mail key."""

    holdings: Mapping[str, Holding]
    learners: Mapping[str, _Learner]
    numbers: Mapping[str, _Learner]
    consent: Mapping[int, ConsentState]

    def consent_of(self, learner_id: int | None) -> ConsentState:
        return self.consent.get(learner_id, ConsentState.NONE) if learner_id else ConsentState.NONE

    def against_again(self, email_key: str) -> NotAgain | None:
        """Why whoever has this address and the badge cannot be issued it again now; None where they can.

        That they were not asked yet, or that a row is like somebody else, can be seen to from the roster, and is none.
        """
        if self.holdings.get(email_key, NOTHING).is_open:
            return NotAgain.ON_ITS_WAY
        learner = self.learners.get(email_key)
        if learner is None:
            return None
        if learner.erased_at or learner.on_hold_since:
            return NotAgain.ERASED if learner.erased_at else NotAgain.ON_HOLD
        return None if self.consent_of(learner.pk) in (ConsentState.GIVEN, ConsentState.NONE) else NotAgain.SAID_NO


@dataclass(slots=True)
class _Seen:
    """Who came in earlier rows of this file: their keys, and the key behind each student number."""

    keys: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)

    def add(self, row: Facts) -> None:
        self.keys.add(row.email_key)
        if row.student_number:
            self.numbers.setdefault(row.student_number, row.email_key)


def place(badge: Badge, rows: Sequence[Facts], *, now: datetime) -> list[Placed]:
    """The disposition of every row, in their order: the first that applies, in the order of `Disposition`."""
    return place_with(look_up(badge, rows, now=now), rows)


def look_up(badge: Badge, rows: Sequence[Facts], *, now: datetime) -> Known:
    """All that the rows' dispositions depend on, as it is now."""
    usable = [row for row in rows if _is_usable(row)]
    return _look_up(badge, {row.email_key for row in usable}, {row.student_number for row in usable}, now)


def place_with(known: Known, rows: Sequence[Facts]) -> list[Placed]:
    """The same as `place` without a question to the database."""
    seen = _Seen()
    placed = []
    for row in rows:
        placed.append(_place(row, known, seen))
        if _is_usable(row):
            seen.add(row)
    return placed


def _is_usable(row: Facts) -> bool:
    """Whether it could be sent as far as its own values go; of a row that cannot, no other is a repetition."""
    return not (row.has_problems or row.is_left_out)


def _look_up(badge: Badge, keys: Collection[str], numbers: Collection[str], now: datetime) -> Known:
    learners = {one.email_key: one for one in _learners("email_key", keys)}
    consent: dict[int, ConsentState] = {}
    for part in queries.batched([one.pk for one in learners.values()]):
        consent |= queries.consent_states(Learner.objects.filter(pk__in=part), badge, now=now)
    return Known(
        # At whatever address: who was sent it at one they had before is not sent it a second time.
        holdings=queries.holdings(badge, {key: learners[key].pk if key in learners else None for key in keys}),
        learners=learners,
        numbers={one.student_number: one for one in _learners("student_number", set(numbers) - {""})},
        consent=consent,
    )


_COLUMNS = tuple(column.name for column in fields(_Learner))


def _learners(column: str, values: Collection[str]) -> Iterator[_Learner]:
    for part in queries.batched(values):
        found = Learner.objects.filter(**{f"{column}__in": part})
        yield from (_Learner(*row) for row in found.values_list(*_COLUMNS))


def _place(row: Facts, known: Known, seen: _Seen) -> Placed:
    if row.is_left_out:
        return Placed(D.LEFT_OUT)
    if row.has_problems:
        return Placed(D.INVALID)
    if row.email_key in seen.keys:
        return Placed(D.REPEATED)
    learner = known.learners.get(row.email_key)
    learner_id = learner.pk if learner else None
    holding = known.holdings.get(row.email_key, NOTHING)
    taken = _taken(row, holding) if holding is not NOTHING else None
    return Placed(taken or _doubtful(row, known, seen) or _consent(learner_id, known), learner_id, holding)


def _taken(row: Facts, holding: Holding) -> Disposition | None:
    if IssuanceStatus.UNCONFIRMED in holding.statuses:
        return D.UNCONFIRMED_EARLIER
    # Staff decided with what was known to them: once another badge is known, they have to decide anew.
    if holding.is_held and row.reissue_after != holding.known:
        return D.ALREADY_ISSUED
    return D.IN_ANOTHER_RUN if holding.is_open else None


def _doubtful(row: Facts, known: Known, seen: _Seen) -> Disposition | None:
    """Like somebody we know, so that a person must say who it is."""
    learner = known.learners.get(row.email_key)
    if _number_elsewhere(row, known, seen) or (learner is not None and _unlike(row, learner)):
        return D.NEEDS_DECISION
    return None


def _number_elsewhere(row: Facts, known: Known, seen: _Seen) -> bool:
    """Whether the row's student number comes with another address, in our records or earlier in the file."""
    if not row.student_number:
        return False
    owner = known.numbers.get(row.student_number)
    keys = {seen.numbers.get(row.student_number, row.email_key), owner.email_key if owner else row.email_key}
    return keys != {row.email_key}


def _unlike(row: Facts, learner: _Learner) -> bool:
    """Whether the row may be about somebody else than the learner with its address, or that learner may not be used."""
    numbers_differ = "" not in (row.student_number, learner.student_number) and (
        row.student_number != learner.student_number
    )
    if learner.on_hold_since or learner.erased_at:
        return True
    return row.same_as != learner.pk and (numbers_differ or not same_name(row, learner))


def _consent(learner_id: int | None, known: Known) -> Disposition:
    state = known.consent_of(learner_id)
    if state == ConsentState.GIVEN:
        return D.READY
    return D.NEEDS_CONSENT if state == ConsentState.NONE else D.CONSENT_DECLINED
