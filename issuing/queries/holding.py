"""Who has a badge already, had it, or is being sent it: one rule, for rosters and for single badges."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from issuing.enums import IssuanceStatus
from issuing.models import Assertion, Badge, Issuance, Learner
from issuing.queries.plans import Unhelped
from issuing.workflow.steps import LIVE, OPEN

T = TypeVar("T")
ENDED = ("revoked", "failed", "expired")
"""Navigatr's last word of a badge that nobody has any more."""


@dataclass(frozen=True, slots=True)
class Ours:
    """A live issuance of the badge."""

    pk: int
    email_key: str
    learner_id: int
    status: str
    reissue_no: int
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class Record:
    """What Navigatr said last of one of its records of the badge."""

    pk: int
    email_key: str
    issuance_id: int | None
    status: str
    time_created: datetime | None

    @property
    def is_over(self) -> bool:
        return self.status.casefold() in ENDED


@dataclass(frozen=True, slots=True)
class Holding:
    """What is known of one person and one badge.

    Args:
        email_key (str): of the address they would be sent it at.
        ours (tuple[Ours, ...]): our live issuances to that address, and to whatever address they had before.
        records (tuple[Record, ...]): Navigatr's records of that address, and of our issuances.
    """

    email_key: str = ""
    ours: tuple[Ours, ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def statuses(self) -> set[str]:
        """In which statuses our issuances stand."""
        return {one.status for one in self.ours}

    @property
    def is_open(self) -> bool:
        """Whether one is under way of which nobody knows the end yet."""
        return any(one.status in OPEN for one in self.ours)

    @property
    def is_held(self) -> bool:
        """Whether they have it, as far as is known; what was sent and has no record at Navigatr yet counts."""
        if any(not record.is_over for record in self.records):
            return True
        recorded = {record.issuance_id for record in self.records}
        return any(one.pk not in recorded for one in self._sent)

    @property
    def ended(self) -> str:
        """Navigatr's last word, where they had it and have it no more; else empty."""
        if not self.records or self.is_held:
            return ""
        return max(self.records, key=lambda record: record.pk).status

    @property
    def known(self) -> int:
        """How many badges of theirs are known, sent by us or recorded at Navigatr: more, once there is another."""
        return len(self._sent) + len(self.records)

    @property
    def next_number(self) -> int:
        """The reissue number under which it may be sent to the address: the first, where it was never sent there."""
        numbers = [one.reissue_no for one in self._sent if one.email_key == self.email_key]
        return max(numbers) + 1 if numbers else 0

    @property
    def latest(self) -> Ours | None:
        """The last that we sent."""
        return max(self._sent, key=lambda one: one.pk, default=None)

    @property
    def since(self) -> datetime | None:
        """When the last one was sent, by whomever; None where that is not known."""
        times = [one.issued_at for one in self._sent] + [record.time_created for record in self.records]
        return max((time for time in times if time), default=None)

    @property
    def _sent(self) -> list[Ours]:
        return [one for one in self.ours if one.status == IssuanceStatus.ISSUED]


NOTHING = Holding()
_OURS = ("pk", "email_key", "learner_id", "status", "reissue_no", "issued_at")
_RECORD = ("pk", "email_key", "issuance_id", "status", "time_created")


def holding(badge: Badge, email_key: str, learner_id: int | None) -> Holding:
    """What is known of one person, who would be sent the badge at this address."""
    return holdings(badge, {email_key: learner_id}).get(email_key, Holding(email_key))


def holdings(badge: Badge, people: Mapping[str, int | None]) -> dict[str, Holding]:
    """What is known of each person, by e-mail key; those of whom nothing is known are left out.

    Args:
        people (Mapping[str, int | None]): by e-mail key, the learner who has the address, if one has.
    """
    keys_of: dict[int, list[str]] = defaultdict(list)
    for key, learner_id in people.items():
        if learner_id is not None:
            keys_of[learner_id].append(key)
    for erased_id, learner_id in _came_from(list(keys_of)):
        keys_of[erased_id] += keys_of[learner_id]
    # Looked up by the person: where a badge was sent to very many, SQLite would go through all of them each time.
    live = Issuance.objects.alias(stands=Unhelped("status"), of=Unhelped("badge")).filter(stands__in=LIVE)
    by_address = _ours(live.filter(badge=badge), "email_key", people)
    by_learner = _ours(live.filter(of=badge.pk), "learner_id", keys_of)
    ours: dict[str, dict[int, Ours]] = defaultdict(dict)
    for one in [*by_address, *by_learner]:
        for key in {one.email_key, *keys_of.get(one.learner_id, ())} & people.keys():
            ours[key][one.pk] = one
    records = _records(badge, people, ours)
    return {
        key: Holding(key, tuple(ours.get(key, {}).values()), tuple(records.get(key, {}).values()))
        for key in [*ours, *(key for key in records if key not in ours)]
    }


def _came_from(learner_ids: Collection[int]) -> Iterator[tuple[int, int]]:
    """Erased entries of these learners, who came back, each with the learner's: what they had they have still."""
    for part in batched(learner_ids):
        yield from Learner.objects.filter(came_back_as__in=part).values_list("pk", "came_back_as_id")


def _ours(live: QuerySet[Issuance], column: str, values: Collection[T]) -> Iterator[Ours]:
    for part in batched(values):
        for row in live.filter(**{f"{column}__in": part}).values_list(*_OURS):
            yield Ours(*row)


def _records(
    badge: Badge, people: Mapping[str, int | None], ours: Mapping[str, Mapping[int, Ours]]
) -> dict[str, dict[int, Record]]:
    """By e-mail key and their own ids; those of our issuances whatever address they show."""
    found: dict[str, dict[int, Record]] = defaultdict(dict)
    for record in _read(badge, "email_key", people):
        found[record.email_key][record.pk] = record
    keys_of: dict[int, list[str]] = defaultdict(list)
    for key, several in ours.items():
        for one in several.values():
            if one.status == IssuanceStatus.ISSUED:
                keys_of[one.pk].append(key)
    for record in _read(badge, "issuance_id", keys_of):
        for key in keys_of[record.issuance_id or 0]:
            found[key][record.pk] = record
    return found


def _read(badge: Badge, column: str, values: Collection[T]) -> Iterator[Record]:
    of_badge = Assertion.objects.filter(badge=badge)
    for part in batched(values):
        for row in of_badge.filter(**{f"{column}__in": part}).values_list(*_RECORD):
            yield Record(*row)


def batched(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """The values in lists no longer than a database takes as parameters."""
    every = list(values)
    return (every[start : start + size] for start in range(0, len(every), size))
