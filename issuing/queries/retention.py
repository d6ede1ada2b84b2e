"""What goes next because the time is over for which it is kept."""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from issuing.enums import Decision, Effect, IssuanceStatus, RosterStatus, StatusReason
from issuing.models import (
    Attempt,
    AuditEvent,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    Issuance,
    Learner,
    RetentionRule,
    RetentionRun,
    RightsRequest,
    Roster,
    RosterRow,
)
from issuing.models.learner import LearnerQuerySet
from issuing.workflow import keeping
from issuing.workflow.keeping import LIMITS, RULE_OF, Kind, Rule
from issuing.workflow.mailing import ON_ITS_WAY

S = IssuanceStatus
OPEN = (S.QUEUED, S.SENDING, S.UNCONFIRMED)
UNCONFIRMED = (RosterStatus.UPLOADED, RosterStatus.CHECKED)
Amounts = Mapping[str, int]


def amounts() -> dict[str, int]:
    """How long what is kept, by rule, as of now."""
    said = dict(RetentionRule.objects.values_list("rule", "amount"))
    return {rule.value: said.get(rule.value, limit.default) for rule, limit in LIMITS.items()}


def kept_since(rule: Rule, day: date, by: Amounts) -> datetime:
    """The moment since which everything is still kept on that day."""
    return _midnight(keeping.kept_since(rule, by[rule.value], day))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def due(kind: Kind, day: date, by: Amounts) -> QuerySet[Any]:
    """What a removal of this kind takes on that day: rosters, attempts or learners; of `LOGS` no row is here."""
    return _DUE[kind](kept_since(RULE_OF[kind], day, by), day, by)


def latest_night() -> date | None:
    """The day of the last removal by night; None before the first."""
    return RetentionRun.objects.filter(started_by=None).order_by("-day").values_list("day", flat=True).first()


def next_day(now: datetime) -> date:
    """The day for which is removed next."""
    return keeping.next_day(latest_night(), timezone.localtime(now, timezone.get_default_timezone()))


# Class lists


def _unread(since: datetime, _day: date, _by: Amounts) -> QuerySet[Roster]:
    return Roster.objects.filter(status=RosterStatus.UPLOADED, uploaded_at__lt=since)


def _files(since: datetime, _day: date, _by: Amounts) -> QuerySet[Roster]:
    return Roster.objects.filter(status=RosterStatus.CHECKED, uploaded_at__lt=since, original__isnull=False)


def _ended_files(since: datetime, _day: date, _by: Amounts) -> QuerySet[Roster]:
    return _ended(since).filter(original__isnull=False)


def _rows(since: datetime, _day: date, _by: Amounts) -> QuerySet[Roster]:
    unconfirmed = Q(status=RosterStatus.CHECKED, uploaded_at__lt=since)
    # Also those that a removal before this one began with.
    has_rows = Q(Exists(RosterRow.objects.filter(roster=OuterRef("pk"))))
    return Roster.objects.filter(has_rows, unconfirmed | Q(pk__in=_ended(since).values("pk")))


def _ended(since: datetime) -> QuerySet[Roster]:
    """Runs of which nothing is open, and nothing moved since; that a learner was erased is no move.

    Open is also what was possibly sent twice, whatever became of it, until a person has looked.
    """
    badges = Issuance.objects.filter(roster=OuterRef("pk"))
    twice = badges.filter(perhaps_twice_since__isnull=False)
    moved = badges.filter(changed_at__gte=since).exclude(reason=StatusReason.LEARNER_ERASED)
    confirmed = Roster.objects.exclude(status__in=UNCONFIRMED).filter(confirmed_at__lt=since)
    return confirmed.filter(~Exists(badges.filter(status__in=OPEN)), ~Exists(moved), ~Exists(twice))


# Calls and learners


def _calls(since: datetime, _day: date, _by: Amounts) -> QuerySet[Attempt]:
    told = Attempt.objects.filter(ended_at__lt=since).exclude(detail="", answer__isnull=True)
    # While it is not known how a call ended, or whether two did, all that is known of it is needed.
    unknown = Q(issuance__status__in=[S.SENDING, S.UNCONFIRMED]) | Q(issuance__perhaps_twice_since__isnull=False)
    return told.exclude(unknown)


def _unissued(since: datetime, day: date, _by: Amounts) -> QuerySet[Learner]:
    never = Learner.objects.filter(~Exists(_issued()), ~Exists(_accepted()))
    return _quiet(never, since, day)


def _issued_long_ago(since: datetime, day: date, by: Amounts) -> QuerySet[Learner]:
    """Where somebody shows signs of life later than that, they are kept to the end of that academic year."""
    was_issued = Exists(_issued()) | Exists(_accepted())
    lately = _issued().filter(issued_at__gte=since)
    accepted = _accepted(ended_at__gte=since)
    withdrew = ConsentRecord.objects.filter(learner=OuterRef("pk"), decision=Decision.WITHDRAWN)
    withdrew = withdrew.filter(Q(decided_at__gte=since) | Q(recorded_at__gte=since))
    long_ago = Learner.objects.filter(~Exists(lately), was_issued, ~Exists(accepted), ~Exists(withdrew))
    return _quiet(long_ago, kept_since(Rule.YEAR_END, day, by), day)


def _issued() -> QuerySet[Issuance]:
    # By its time, which a constraint ties to the status: by that SQLite would look among all that were ever issued.
    return Issuance.objects.filter(learner=OuterRef("pk"), issued_at__isnull=False)


def _accepted(**when: Any) -> QuerySet[Issuance]:
    """Badges of the learner for which Navigatr took a call, wherever they stand."""
    # Asked for badge by badge: joined, SQLite walks every call there is for each learner.
    calls = Attempt.objects.filter(issuance=OuterRef("pk"), effect=Effect.ONE, **when)
    return Issuance.objects.filter(Exists(calls), learner=OuterRef("pk"))


def _quiet(among: LearnerQuerySet, since: datetime, day: date) -> QuerySet[Learner]:
    """Those without a sign of life since, for whom nothing waits: no badge, no question, no answer of ours.

    Of `among` most learners are not: what is asked of each is asked in the order in which it is written.
    """
    own = partial(Q, learner=OuterRef("pk"))
    waits = Q(status__in=OPEN) | Q(perhaps_twice_since__isnull=False) | Q(changed_at__gte=since)
    lists = Roster.objects.filter(Q(uploaded_at__gte=since) | Q(confirmed_at__gte=since))
    asked = (
        Q(asked_at__gte=since) | Q(answered_at__gte=since) | Q(answer="", stopped_at=None, ends_at__gte=_midnight(day))
    )
    signs: list[QuerySet[Any]] = [
        Issuance.objects.filter(own(), waits),
        ConsentRecord.objects.filter(
            own(), Q(decided_at__gte=since) | Q(recorded_at__gte=since) | Q(invalidated_at__gte=since)
        ),
        ConsentRequest.objects.filter(own(), asked),
        ConsentMail.objects.filter(own(), Q(status__in=ON_ITS_WAY) | Q(due_at__gte=since)),
        RightsRequest.objects.filter(own(), Q(closed_at=None) | Q(noted_at__gte=since)),
        RosterRow.objects.filter(own(), Exists(lists.filter(pk=OuterRef("roster")))),
        AuditEvent.objects.filter(subject="learner", subject_uuid=OuterRef("uuid"), at__gte=since),
    ]
    # A row under their number and another address is nobody's until staff decide. One set for all, which is quick.
    undecided = RosterRow.objects.filter(learner=None, roster__in=lists).exclude(student_number="")
    found = among.present().filter(created_at__lt=since)
    found = found.exclude(student_number__in=undecided.values("student_number"))
    return found.filter(*(~Exists(sign) for sign in signs))


def _none(_since: datetime, _day: date, _by: Amounts) -> QuerySet[Roster]:
    return Roster.objects.none()


_DUE: Mapping[Kind, Any] = {
    Kind.UNREAD: _unread,
    Kind.FILE: _files,
    Kind.ENDED_FILE: _ended_files,
    Kind.CALLS: _calls,
    Kind.UNISSUED: _unissued,
    Kind.ISSUED: _issued_long_ago,
    Kind.ROWS: _rows,
    Kind.LOGS: _none,
}
