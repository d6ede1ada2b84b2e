"""Every badge on its way or sent, found by what staff know of it; fast at any depth of a million rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from issuing.enums import IssuanceStatus, StatusReason
from issuing.exceptions import InvalidInput
from issuing.models import Assertion, Issuance, Learner, Roster, email_key
from issuing.models.searching import search_key
from issuing.queries.plans import Unhelped
from issuing.queries.tallies import CLAIMED, NEVER_CLAIMED
from issuing.validators import normalise_email

S = IssuanceStatus
IS_ISSUED: Final = Q(("_status", S.ISSUED))

FEW: Final = 3_000
"""Up to so many rows a name is looked up by its index; one that more have is met soon enough by walking the list.
As far they are counted, and a third as far where each has to be looked at in two tables."""
UNCLAIMED_AFTER: Final = timedelta(days=30)
REVOKED: Final = ("Revoked", "revoked", "REVOKED")
_SLACK: Final = timedelta(hours=1)
"""Longer than any transaction that confirms rows: later than that, keys and times are in the same order."""
_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is None or empty does not matter.

    Args:
        text (str): a name or its beginning, an e-mail address, a student number, or Navigatr's number of a badge sent.
        status (str): one of `STATUSES`.
        group (str): the roster's course or group.
        since, until (datetime | None): confirmed from, and before.
    """

    text: str = ""
    badge_id: int | None = None
    learner_id: int | None = None
    status: str = ""
    group: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The same rows twice, each as the database is quickest with: a page at a time, and counting them.

    Args:
        most (int): how far they are counted; "10,000+" says more of them than anybody needs.
    """

    rows: QuerySet[Issuance]
    countable: QuerySet[Issuance]
    most: int = 10_000


def history(wanted: Wanted, *, now: datetime) -> Found:
    """The badges that fit, in any order; page them by primary key."""
    rows = _narrowed(Issuance.objects.alias(_status=F("status"), _badge=F("badge")), wanted, now)

    def named() -> QuerySet[Issuance]:
        # A name's index holds status and badge too: SQLite would take theirs, and read every row for its name.
        columns = Issuance.objects.alias(_status=Unhelped("status"), _badge=Unhelped("badge"))
        return _narrowed(columns, wanted, now)

    found = _by_text(rows, named, wanted.text)
    if not wanted.text:
        return found
    return replace(found, most=FEW // 3 if wanted.status in OF_RECORDS else FEW)


def _narrowed(rows: QuerySet[Issuance], wanted: Wanted, now: datetime) -> QuerySet[Issuance]:
    """Those that fit but for what was typed; `_status` and `_badge` are the columns as they are to be read."""
    if wanted.badge_id is not None:
        rows = rows.filter(Q(("_badge", wanted.badge_id)))
    if wanted.learner_id is not None:
        rows = rows.filter(learner=wanted.learner_id)
    if wanted.group:
        rows = rows.filter(roster__in=list(Roster.objects.filter(group=wanted.group).values_list("pk", flat=True)))
    if wanted.status:
        rows = STATUSES[wanted.status](rows, now)
    return _between(rows, wanted.since, wanted.until)


# Statuses


def _our(status: S) -> Callable[[QuerySet[Issuance], datetime], QuerySet[Issuance]]:
    return lambda rows, now: rows.filter(Q(("_status", status)))


def _with(statuses: tuple[str, ...]) -> Exists:
    return Exists(Assertion.objects.filter(issuance=OuterRef("pk"), status__in=statuses))


def _unclaimed(rows: QuerySet[Issuance], now: datetime) -> QuerySet[Issuance]:
    beyond = Assertion.objects.filter(issuance=OuterRef("pk")).exclude(status__in=NEVER_CLAIMED)
    return rows.filter(~Exists(beyond), IS_ISSUED)


def _overdue(rows: QuerySet[Issuance], now: datetime) -> QuerySet[Issuance]:
    """Those sent 30 days ago or longer; as nothing is sent before it is confirmed, the newer rows are passed over."""
    before = now - UNCLAIMED_AFTER
    return _unclaimed(_between(rows, None, before).filter(issued_at__lt=before), now)


def _claimed(rows: QuerySet[Issuance], now: datetime) -> QuerySet[Issuance]:
    return rows.filter(_with(CLAIMED), IS_ISSUED)


def _revoked(rows: QuerySet[Issuance], now: datetime) -> QuerySet[Issuance]:
    return rows.filter(pk__in=Assertion.objects.filter(issuance__isnull=False, status__in=REVOKED).values("issuance"))


def _otherwise(rows: QuerySet[Issuance], now: datetime) -> QuerySet[Issuance]:
    others = set(_words()) - {*NEVER_CLAIMED, *CLAIMED, *REVOKED}
    found = Assertion.objects.filter(issuance__isnull=False, status__in=others)
    return rows.filter(pk__in=found.values("issuance"))


def _words() -> Iterator[str]:
    """Every status that our records have, each found by one step in the index: there are few, in many rows."""
    ours = Assertion.objects.filter(issuance__isnull=False).order_by("status").values_list("status", flat=True)
    word = ours.first()
    while word is not None:
        yield word
        word = ours.filter(status__gt=word).first()


STATUSES: Final[Mapping[str, Callable[[QuerySet[Issuance], datetime], QuerySet[Issuance]]]] = {
    "waiting": _our(S.QUEUED),
    "sending": _our(S.SENDING),
    "checking": _our(S.UNCONFIRMED),
    "by-hand": lambda rows, now: rows.filter(status=S.UNCONFIRMED, reason=StatusReason.TO_DECIDE),
    "sent": _our(S.ISSUED),
    "unclaimed": _unclaimed,
    "unclaimed-30-days": _overdue,
    "claimed": _claimed,
    "revoked": _revoked,
    "other": _otherwise,
    "twice": lambda rows, now: rows.filter(perhaps_twice_since__isnull=False),
    "not-sent": _our(S.REJECTED),
    "stopped": _our(S.CANCELLED),
}
OF_RECORDS: Final = frozenset({"unclaimed", "unclaimed-30-days", "claimed"})
"""Statuses that Navigatr's record says, not the badge's own row."""


# Dates


def _between(rows: QuerySet[Issuance], since: datetime | None, until: datetime | None) -> QuerySet[Issuance]:
    """Those confirmed in that time, narrowed by their keys, which grow with it: no list is sorted by time."""
    if since is not None:
        rows = rows.filter(pk__gte=_first_key(since)).alias(_at=Coalesce("confirmed_at", "confirmed_at"))
        rows = rows.filter(_at__gte=since)
    if until is not None:
        rows = rows.filter(pk__lte=_last_key(until)).alias(_before=Coalesce("confirmed_at", "confirmed_at"))
        rows = rows.filter(_before__lt=until)
    return rows


def _first_key(since: datetime) -> int:
    """A key at most that of the first row confirmed from then on; beyond all keys where there is none."""
    later = Issuance.objects.filter(confirmed_at__gte=since).order_by("confirmed_at")
    first = later.values_list("confirmed_at", flat=True).first()
    if first is None:
        return 2**62
    return later.filter(confirmed_at__lte=first + _SLACK).order_by().aggregate(key=Min("pk"))["key"] or 0


def _last_key(until: datetime) -> int:
    earlier = Issuance.objects.filter(confirmed_at__lt=until).order_by("-confirmed_at")
    last = earlier.values_list("confirmed_at", flat=True).first()
    if last is None:
        return 0
    return earlier.filter(confirmed_at__gte=last - _SLACK).order_by().aggregate(key=Max("pk"))["key"] or 0


# What was typed


def _by_text(rows: QuerySet[Issuance], named: Callable[[], QuerySet[Issuance]], text: str) -> Found:
    """Those among the rows that the text means; `named` says the same ones so that a name's index finds them."""
    text = text.strip()
    if not text:
        return Found(rows, rows)
    exact = _by_address(text) if "@" in text else _by_number(text)
    if exact is not None:
        return Found(rows.filter(exact), rows.filter(exact))
    splits = _splits(search_key(text).split()[:_WORDS])
    if not splits:
        return Found(rows.none(), rows.none())
    by_index = _names(splits, "first_key", "last_key")
    keys = list(Issuance.objects.filter(by_index).values_list("pk", flat=True)[: FEW + 1])
    if len(keys) <= FEW:
        return Found(rows.filter(pk__in=keys), rows.filter(pk__in=keys))
    # Put so that no index fits: many have the name, and the page is full after a short walk.
    walked = rows.alias(_first=Coalesce("first_key", "first_key"), _last=Coalesce("last_key", "last_key"))
    return Found(walked.filter(_names(splits, "_first", "_last")), named().filter(by_index))


def _by_address(text: str) -> Q | None:
    """Sent to this address, or to whoever has it now."""
    try:
        key = email_key(normalise_email(text))
    except InvalidInput:
        return Q(pk__in=[])
    learner = Learner.objects.filter(email_key=key).values_list("pk", flat=True).first()
    return Q(email_key=key) | Q(learner=learner) if learner else Q(email_key=key)


def _by_number(text: str) -> Q | None:
    """A student's number, or Navigatr's of a badge; None where the text is neither."""
    learners = list(Learner.objects.filter(student_number=text).values_list("pk", flat=True))
    ours = Assertion.objects.filter(navigatr_id=text, issuance__isnull=False)
    keys = list(ours.values_list("issuance", flat=True))
    found = [Q(learner__in=learners)] * bool(learners) + [Q(pk__in=keys)] * bool(keys)
    return reduce(or_, found) if found else None


def _splits(words: list[str]) -> list[tuple[str, str]]:
    """The ways in which words may be the beginnings of a first and a last name, in either order."""
    cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words) + 1)] if words else []
    return sorted({*cuts, *((last, first) for first, last in cuts)})


def _names(splits: list[tuple[str, str]], first_column: str, last_column: str) -> Q:
    return reduce(
        or_,
        (
            Q(**{f"{column}__begins": start for column, start in ((first_column, first), (last_column, last)) if start})
            for first, last in splits
        ),
    )
