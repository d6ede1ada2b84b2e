"""What learners' records say about a badge: one by one, and as one query."""

from datetime import datetime

from django.db.models import Case, F, QuerySet, When, Window
from django.db.models.functions import RowNumber

from issuing.enums import ConsentState, Decision
from issuing.models import Badge, ConsentRecord, Learner
from issuing.workflow import consent as rule


def consent_of(learner_id: int, badge: Badge, *, now: datetime) -> rule.Verdict:
    """What one learner's records say about a badge at `now`; lock the learner in an earlier statement to rely on it."""
    records = ConsentRecord.objects.filter(learner=learner_id).select_related("text__statement")
    return rule.current([_fact(record, badge) for record in records], now=now)


def _fact(record: ConsentRecord, badge: Badge) -> rule.Fact:
    statement = record.text.statement if record.text else None
    covers = statement is None or (
        statement.badge_id == badge.pk if statement.badge_id is not None else statement.provider_id == badge.provider_id
    )
    return rule.Fact(
        id=record.pk,
        giver=record.giver_key,
        decision=Decision(record.decision),
        decided_at=record.decided_at,
        bears_on_badge=covers,
        superseded=statement is not None and statement.superseded_at is not None,
        ends_at=record.ends_at,
        invalidated=record.invalidated_at is not None,
    )


def consent_states(learners: QuerySet[Learner], badge: Badge, *, now: datetime) -> dict[int, ConsentState]:
    """The same rule as one query: the state of each of these learners who has any; the others' is `NONE`."""
    place = Window(
        RowNumber(),
        partition_by=[F("learner"), F("giver_key")],
        order_by=[F("decided_at").desc(), Case(When(decision=Decision.GIVEN, then=1), default=0), F("pk").desc()],
    )
    latest = (
        ConsentRecord.objects.bearing_on(badge)
        .filter(learner__in=learners, invalidated_at=None)
        .annotate(place=place)
        .filter(place=1)
        .order_by("decided_at", "pk")
    )
    states: dict[int, ConsentState] = {}
    agreed: set[int] = set()
    columns = ("learner_id", "decision", "ends_at", "text__statement__superseded_at")
    for learner_id, decision, ends_at, superseded_at in latest.values_list(*columns):
        if decision != Decision.GIVEN:
            states[learner_id] = ConsentState(decision)
        elif superseded_at is None and (ends_at is None or ends_at > now):
            agreed.add(learner_id)
    for learner_id in agreed:
        states[learner_id] = ConsentState.CONFLICT if learner_id in states else ConsentState.GIVEN
    return states
