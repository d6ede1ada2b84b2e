"""What erasing a learner would do, to be shown before it is done."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from issuing.enums import Effect, IssuanceStatus
from issuing.models import Attempt, ConsentEvidence, ConsentRecord, Issuance, Learner, Roster, RosterRow
from issuing.queries import personal
from issuing.services.erasure import files
from issuing.services.erasure.erasing import ON_THE_WAY, names_of

MOST_ALIKE = 20


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What goes, and what is in the way.

    Args:
        on_the_way (list[Issuance]): badges whose end must be known first.
        waiting (int): badges that would be cancelled.
        sent (list[Issuance]): badges that Navigatr has a record of, or may have.
        answers (int): recorded answers that stay without names and notes.
        rows (int): rows of class lists that would be blanked.
        files (list[Roster]): class lists whose uploaded file is kept and would be removed.
        unread (list[Roster]): uploads that would go whole.
        shared (list[ConsentEvidence]): files that prove answers of others too, and stay with theirs.
        alike (list[RosterRow]): rows of the same name that are not known to be theirs, and would stay.
    """

    on_the_way: list[Issuance]
    waiting: int
    sent: list[Issuance]
    answers: int
    rows: int
    files: list[Roster]
    unread: list[Roster]
    shared: list[ConsentEvidence]
    alike: list[RosterRow]


def foresee(*, learner: Learner) -> Foreseen:
    """What erasing this learner would do now. Reads uploads that have no rows yet."""
    badges = (learner.issuances.all() | personal.sent_elsewhere(learner)).order_by("pk")
    badges = badges.select_related("badge__provider").prefetch_related("assertions")
    waiting = (IssuanceStatus.QUEUED, IssuanceStatus.REJECTED)
    return Foreseen(
        on_the_way=list(badges.filter(status__in=ON_THE_WAY)),
        waiting=badges.filter(status__in=waiting).count(),
        sent=list(badges.filter(_sent()).distinct()),
        answers=learner.consent_records.count(),
        rows=personal.rows_about(learner).count(),
        files=list(files.with_rows(learner).filter(original__isnull=False).order_by("pk")),
        unread=files.unread_naming(names_of(learner)),
        shared=list(_shared(learner)),
        alike=list(_alike(learner)),
    )


def _sent() -> Q:
    """Also one that was stopped, but of which a call was answered with a yes."""
    accepted = Exists(Attempt.objects.filter(issuance=OuterRef("pk"), effect=Effect.ONE))
    was_sent = Q(status=IssuanceStatus.ISSUED) | Q(perhaps_twice_since__isnull=False) | Q(accepted)
    return was_sent | Q(assertions__isnull=False)


def _shared(learner: Learner) -> QuerySet[ConsentEvidence]:
    others = ConsentRecord.objects.filter(shared_evidence=OuterRef("pk")).exclude(learner=learner)
    found = ConsentEvidence.objects.filter(Exists(others), shared_by__learner=learner)
    return found.defer("sealed").order_by("pk").distinct()


def _alike(learner: Learner) -> list[RosterRow]:
    same = RosterRow.objects.filter(first_name__iexact=learner.first_name, last_name__iexact=learner.last_name)
    others = same.filter(learner=None).exclude(pk__in=personal.rows_about(learner).values("pk"))
    return list(others.select_related("roster").order_by("pk")[:MOST_ALIKE])
