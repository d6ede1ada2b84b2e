"""What must be true after every run, whatever was killed in it.

`found` reads it from the practice server's ledger, the database and what workers wrote; `broken` is pure and says
what is wrong in sentences. `prove` is both.
"""

import base64
import binascii
import contextlib
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from issuing.practice.rate import Rate, busiest
from tests.world import TOKEN, World

ISSUED = "issued"
OPEN = ("sending", "unconfirmed")
LATE = 0.1
"""Seconds from a call's slot until the server looks at it, on a busy machine; the call itself knows of few of them."""
WITHOUT_EFFECT = ("queued", "rejected", "cancelled")

ROWS = """
SELECT i.id, b.navigatr_id, i.email, i.status FROM issuing_issuance i JOIN issuing_badge b ON b.id = i.badge_id
"""
IDS = """
SELECT issuance_id, assertion_id FROM issuing_attempt WHERE assertion_id <> ''
UNION SELECT issuance_id, navigatr_id FROM issuing_assertion WHERE issuance_id IS NOT NULL
"""
SLOTS = "SELECT slot_at FROM issuing_attempt"
PAYLOADS = {
    "django_q_ormq": "SELECT payload FROM django_q_ormq",
    "django_q_task": "SELECT name, func, args, kwargs, result FROM django_q_task",
    "django_q_schedule": "SELECT args, kwargs FROM django_q_schedule",
}


@dataclass(frozen=True)
class Row:
    """One issuance, with Navigatr's ids that are on file for it."""

    badge: int
    email: str
    status: str
    ids: frozenset[str] = frozenset()

    @property
    def person(self) -> tuple[int, str]:
        return self.badge, self.email.casefold()


@dataclass(frozen=True)
class Effect:
    """One badge that Navigatr really issued, and its e-mail."""

    badge: int
    email: str
    assertion_id: str

    @property
    def person(self) -> tuple[int, str]:
        return self.badge, self.email.casefold()


@dataclass(frozen=True)
class Found:
    """What a run left behind.

    Args:
        arrivals (Sequence[float]): when each call came in, on the server's monotonic clock.
        slots (Sequence[float]): when each call for a badge was to leave, by the database's clock.
        written (Mapping[str, bytes]): logs, and what tasks carried, unpacked.
    """

    rows: Sequence[Row]
    effects: Sequence[Effect]
    arrivals: Sequence[float] = ()
    slots: Sequence[float] = ()
    written: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """What was asked for.

    Args:
        people (Collection[str]): the addresses that were confirmed.
        rate (str): the most calls in any window.
        settled (bool): whether nothing may be open any more.
        undecided (Collection[str]): addresses of which the server's lists do not tell the truth: they may stay open.
        without_id (Collection[str]): addresses whose answer showed no id of its own.
        secrets (Collection[str]): what may be written nowhere, besides the addresses.
    """

    people: Collection[str]
    rate: str
    settled: bool = True
    undecided: Collection[str] = ()
    without_id: Collection[str] = ()
    secrets: Collection[str] = (TOKEN,)


def prove(here: World, expected: Expected) -> None:
    """Fail with everything that is wrong after a run."""
    wrong = broken(found(here), expected)
    assert not wrong, "\n".join(wrong)


def broken(run: Found, expected: Expected) -> list[str]:
    """Everything that is wrong, a sentence each; nothing where all is well."""
    rules = (_twice, _lost, _issued, _without_effect, _unknown_to_us, _still_open, _too_fast, _leaks)
    return [sentence for rule in rules for sentence in rule(run, expected)]


def _twice(run: Found, _: Expected) -> Iterator[str]:
    for (badge, email), count in Counter(effect.person for effect in run.effects).items():
        if count > 1:
            yield f"TWICE: {email} was sent badge {badge} {count} times."


def _lost(run: Found, expected: Expected) -> Iterator[str]:
    rows, people = Counter(row.email for row in run.rows), Counter(expected.people)
    yield from (f"LOST: {email} has no row." for email in people - rows)
    yield from (f"ADDED: {email} has a row too many." for email in rows - people)
    counted = Counter(row.status for row in run.rows)
    strange = counted.keys() - {ISSUED, *OPEN, *WITHOUT_EFFECT}
    yield from (f"STATUS: {counted[status]} rows are {status!r}." for status in strange)


def _issued(run: Found, expected: Expected) -> Iterator[str]:
    """Each issued row has its effect, under the id on file."""
    real = {(effect.person, effect.assertion_id) for effect in run.effects}
    people = {effect.person for effect in run.effects}
    for row in run.rows:
        if row.status != ISSUED:
            continue
        if row.person not in people:
            yield f"NOT SENT: {row.email} is issued, and was sent nothing."
        elif not row.ids and row.email not in expected.without_id:
            yield f"NO ID: {row.email} is issued without Navigatr's id."
        yield from (
            f"WRONG ID: {row.email} has {one}, which is not theirs." for one in row.ids if (row.person, one) not in real
        )


def _without_effect(run: Found, _: Expected) -> Iterator[str]:
    people = {effect.person for effect in run.effects}
    for row in run.rows:
        if row.status in WITHOUT_EFFECT and row.person in people:
            yield f"FORGOTTEN: {row.email} is {row.status}, and was sent the badge."


def _unknown_to_us(run: Found, _: Expected) -> Iterator[str]:
    """Each effect belongs to a row that is issued or still open."""
    known = {row.person for row in run.rows}
    for effect in run.effects:
        if effect.person not in known:
            yield f"UNASKED: {effect.email} was sent badge {effect.badge}, which nobody asked for."


def _still_open(run: Found, expected: Expected) -> Iterator[str]:
    if not expected.settled:
        return
    for row in run.rows:
        if row.status in OPEN and row.email not in expected.undecided:
            yield f"OPEN: {row.email} is still {row.status}."


def _too_fast(run: Found, expected: Expected) -> Iterator[str]:
    """Of slots no window holds too many; of arrivals none that is shorter by what a busy machine makes of them."""
    rate = Rate.parse(expected.rate)
    for name, moments, window in (("slots", run.slots, rate.seconds), ("calls", run.arrivals, rate.seconds - LATE)):
        most = busiest(moments, window)
        if most > rate.calls:
            yield f"TOO FAST: {most} {name} in {window:g} s; {rate.calls} are allowed."


def _leaks(run: Found, expected: Expected) -> Iterator[str]:
    for name, text in run.written.items():
        lower = text.lower()
        for word in (*expected.secrets, *expected.people):
            if word.lower().encode() in lower:
                yield f"LEAK: {word} is written in {name}."


def found(here: World) -> Found:
    """What a run left behind; workers may still run."""
    ids: dict[int, set[str]] = {}
    for issuance_id, assertion_id in here.sql(IDS):
        ids.setdefault(issuance_id, set()).add(assertion_id)
    rows = [Row(badge, email, status, frozenset(ids.get(key, ()))) for key, badge, email, status in here.sql(ROWS)]
    ledger = here.practice.practice.ledger
    effects = [Effect(one["badge_id"], one["email"], str(one["assertion_id"])) for one in ledger.outbox()]
    slots = [_epoch(slot) for (slot,) in here.sql(SLOTS)]
    return Found(rows, effects, ledger.arrivals(), slots, _written(here))


def _epoch(moment: datetime | str) -> float:
    """SQLite keeps texts, in UTC."""
    return (moment if isinstance(moment, datetime) else datetime.fromisoformat(f"{moment}+00:00")).timestamp()


def _written(here: World) -> dict[str, bytes]:
    logs = {path.name: path.read_bytes() for path in here.folder.glob("*.log")}
    return logs | {name: _unpacked(here.sql(statement)) for name, statement in PAYLOADS.items()}


def _unpacked(rows: Sequence[Sequence[Any]]) -> bytes:
    return b"\n".join(unpacked(str(value)) for row in rows for value in row if value is not None)


def unpacked(text: str) -> bytes:
    """A text, and what is in it where it is a signed package of django-q2's or a pickled field."""
    packed = text.partition(":")[0]
    padding = "=" * (-len(packed.lstrip(".")) % 4)
    inner = b""
    with contextlib.suppress(binascii.Error, ValueError):
        inner = base64.b64decode(packed.lstrip(".") + padding, altchars=b"-_" if ":" in text else None, validate=True)
        inner = zlib.decompress(inner) if packed.startswith(".") else inner
    return text.encode() + b"\n" + inner
