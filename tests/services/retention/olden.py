"""One thing of each kind whose time is over, and its neighbour whose time is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import QuerySet

from issuing.enums import IssuanceStatus, RosterStatus
from issuing.models import Attempt, Badge, Issuance, Learner, RetentionRun, Roster
from issuing.queries import retention as reads
from issuing.services import retention
from issuing.workflow.keeping import Kind
from tests import factories as make

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
YEAR_BEGAN = datetime(2026, 8, 31, 23, 0, tzinfo=UTC)
"""Midnight of 1 September in London."""


def days(number: float) -> datetime:
    """So many days before the removal's midnight, which is kept by a rule of as many days."""
    return datetime(2026, 11, 24, tzinfo=UTC) - timedelta(days=number)


def old(row: Any, **fields: Any) -> Any:
    """The row, as if it had been written long ago."""
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()
    return row


def learner(since: datetime, **fields: Any) -> Learner:
    """Of whom nothing was heard since."""
    found: Learner = old(make.make_learner(**fields), created_at=since)
    return found


def issued(badge: Badge, at: datetime, **fields: Any) -> Issuance:
    """A badge sent at that time to a learner of their own."""
    status = {"status": IssuanceStatus.ISSUED, "issued_at": at, "changed_at": at, "confirmed_at": at, "attempt_no": 1}
    to = fields.pop("learner", None) or learner(at)
    return make.make_issuance(badge, to, **status | fields)


def called(issuance: Issuance, at: datetime) -> Attempt:
    """An answered call for it, with words of Navigatr's."""
    times = {"claimed_at": at, "slot_at": at, "ended_at": at}
    said = {"outcome": "issued", "effect": "one", "detail": "Welcome Zoë", "answer": {"badge": "for Zoë"}}
    account = issuance.badge.provider.connection
    return Attempt.objects.create(
        issuance=issuance, number=1, connection=account, secret_version=1, worker="w", **times, **said
    )


def checked(badge: Badge, at: datetime, **fields: Any) -> Roster:
    """An upload of that time, with a row."""
    roster = make.make_roster(badge, uploaded_at=at, checked_at=at, **fields)
    make.make_row(roster, "somebody@example.org", row_no=1)
    return roster


def ended(badge: Badge, at: datetime, **fields: Any) -> Roster:
    """A run whose last badge was sent at that time, with two rows, one of which was left out."""
    roster = make.make_running(badge, uploaded_at=at, checked_at=at, confirmed_at=at, **fields)
    to = learner(at)
    row = make.make_row(roster, to.email, row_no=1, learner=to)
    make.make_row(roster, "left-out@example.org", row_no=2, disposition="needs_consent")
    issued(badge, at, roster=roster, row=row, learner=to)
    return roster


@dataclass(frozen=True)
class Olden:
    """By kind, what goes on `DAY` and what stays for one day more."""

    goes: Mapping[Kind, models.Model]
    stays: Mapping[Kind, models.Model]


def make_olden() -> Olden:
    """One of each, by the rules that nobody changed."""
    badge = make.make_badge()
    made = [_one_of_each(badge, timedelta(hours=hours)) for hours in (-2, 2)]
    return Olden(*made)


def _one_of_each(badge: Badge, by: timedelta) -> dict[Kind, models.Model]:
    """Each just before or after the moment since which it is kept, whatever the clocks were turned by."""
    fresh = issued(badge, days(50))
    return {
        Kind.UNREAD: make.make_roster(badge, status=RosterStatus.UPLOADED, uploaded_at=days(7) + by, original=b"1"),
        Kind.FILE: checked(badge, days(7) + by, original=b"2"),
        Kind.ENDED_FILE: ended(badge, days(30) + by, original=b"3", keeps_original=True),
        Kind.CALLS: called(fresh, days(90) + by),
        Kind.UNISSUED: learner(YEAR_BEGAN + by, first_name="Una"),
        Kind.ISSUED: issued(badge, datetime(2020, 11, 24, tzinfo=UTC) + by).learner,
        Kind.ROWS: ended(badge, datetime(2025, 11, 24, tzinfo=UTC) + by),
    }


def due(kind: Kind) -> QuerySet[Any]:
    """What a removal would take on `DAY`."""
    return reads.due(kind, DAY, reads.amounts())


def remove() -> dict[str, int]:
    """Remove everything whose time is over on `DAY`; how much went, by kind."""
    run = RetentionRun.objects.create(day=DAY, amounts=reads.amounts(), started_at=NOW)
    retention.go_on(run.pk)
    run.refresh_from_db()
    assert run.ended_at is not None
    return dict(run.removed)
