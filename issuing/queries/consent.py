"""What learners' records say about a badge: one by one, and as one query."""

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber

from issuing.enums import ConsentState, Decision, IssuanceStatus, StatementKind
from issuing.models import Badge, ConsentRecord, ConsentText, Issuance, Learner, Provider
from issuing.workflow import consent as rule

_PROPOSED = sys.maxsize


def consent_of(learner_id: int, badge: Badge, *, now: datetime) -> rule.Verdict:
    """What one learner's records say about a badge at `now`; lock the learner in an earlier statement to rely on it."""
    records = ConsentRecord.objects.filter(learner=learner_id).select_related("text__statement")
    facts = [_fact(record, badge.provider_id, badge.pk) for record in records]
    return rule.current(facts, now=now, under_13=_is_under_13(learner_id))


def refusals(issuances: Iterable[Issuance], *, now: datetime) -> dict[int, rule.Refusal]:
    """Of badges, with `badge` loaded, those that no consent allows, and why, by their ids; three queries for all."""
    every = list(issuances)
    learner_ids = {one.learner_id for one in every}
    told: dict[int, list[ConsentRecord]] = defaultdict(list)
    for record in ConsentRecord.objects.filter(learner__in=learner_ids).select_related("text__statement"):
        told[record.learner_id].append(record)
    young = set(Learner.objects.filter(pk__in=learner_ids, under_13_since__isnull=False).values_list("pk", flat=True))
    found = {}
    for one in every:
        facts = [_fact(record, one.badge.provider_id, one.badge_id) for record in told[one.learner_id]]
        under_13 = one.learner_id in young
        if rule.current(facts, now=now, under_13=under_13).state != ConsentState.GIVEN:
            found[one.pk] = rule.refusal(facts, now=now, under_13=under_13)
    return found


def refusal_of(learner_id: int, badge: Badge, *, now: datetime) -> rule.Refusal:
    """Why `consent_of` allows nothing, for somebody for whom it does not."""
    records = ConsentRecord.objects.filter(learner=learner_id).select_related("text__statement")
    facts = [_fact(record, badge.provider_id, badge.pk) for record in records]
    return rule.refusal(facts, now=now, under_13=_is_under_13(learner_id))


def _is_under_13(learner_id: int | None) -> bool:
    if learner_id is None:
        return False
    return Learner.objects.filter(pk=learner_id, under_13_since__isnull=False).exists()


def _fact(record: ConsentRecord, provider_id: int, badge_id: int | None) -> rule.Fact:
    statement = record.text.statement if record.text else None
    covers = statement is None or (
        statement.badge_id == badge_id if statement.badge_id is not None else statement.provider_id == provider_id
    )
    return rule.Fact(
        id=record.pk or _PROPOSED,
        giver=record.giver_key,
        decision=Decision(record.decision),
        decided_at=record.decided_at,
        bears_on_badge=covers,
        superseded=statement is not None and statement.superseded_at is not None,
        ends_at=record.ends_at,
        invalidated=record.invalidated_at is not None,
        void_since=record.invalidated_at or (statement.superseded_at if statement else None),
    )


@dataclass(frozen=True, slots=True)
class ConsentStanding:
    """What a learner's records come to for a badge, or for all badges of a provider without answers of their own.

    Args:
        badge (Badge | None): None: all of the provider's badges.
        records (list[ConsentRecord]): those that decide, one of each giver, the latest decided first.
    """

    provider: Provider
    badge: Badge | None
    verdict: rule.Verdict
    records: list[ConsentRecord]

    @property
    def allows(self) -> bool:
        return self.verdict.state == ConsentState.GIVEN


def consent_standing(
    learner_id: int | None, badge: Badge, *, now: datetime, proposed: ConsentRecord | None = None
) -> ConsentStanding:
    """How one learner stands to a badge, with the records that say so.

    Args:
        learner_id (int | None): None for somebody who is not known yet.
        proposed (ConsentRecord | None): not saved; taken as if it were.
    """
    records = _records_of(learner_id, proposed)
    return _standing(badge.provider, badge, records, now, under_13=_is_under_13(learner_id))


def consent_standings(
    learner_id: int | None, *, now: datetime, proposed: ConsentRecord | None = None
) -> list[ConsentStanding]:
    """How one learner stands to everything: each provider as a whole, then those of its badges that differ.

    Args: as for `consent_standing`.
    """
    records, under_13 = _records_of(learner_id, proposed), _is_under_13(learner_id)
    told = [record.text.statement for record in records if record.text]
    wanted = Q(pk__in={one.provider_id for one in told}) | Exists(
        Badge.objects.issuable().filter(provider=OuterRef("pk"))
    )
    badges = {one.badge.pk: one.badge for one in told if one.badge}
    found = []
    for provider in Provider.objects.filter(wanted).order_by("name", "pk"):
        whole = _standing(provider, None, records, now, under_13=under_13)
        theirs = [badge for badge in badges.values() if badge.provider_id == provider.pk]
        own = [_standing(provider, badge, records, now, under_13=under_13) for badge in theirs]
        found += [whole, *(one for one in own if one.records != whole.records)]
    return found


def _records_of(learner_id: int | None, proposed: ConsentRecord | None) -> list[ConsentRecord]:
    records = ConsentRecord.objects.filter(learner=learner_id) if learner_id else ConsentRecord.objects.none()
    whole = records.select_related("text__statement__provider", "text__statement__badge", "recorded_by")
    return [*whole.order_by("pk"), *([proposed] if proposed else [])]


def _standing(
    provider: Provider, badge: Badge | None, records: list[ConsentRecord], now: datetime, *, under_13: bool
) -> ConsentStanding:
    facts = [_fact(record, provider.pk, badge.pk if badge else None) for record in records]
    by_id = {fact.id: record for fact, record in zip(facts, records, strict=True)}
    deciding = [by_id[fact.id] for fact in rule.deciding(facts)]
    return ConsentStanding(provider, badge, rule.current(facts, now=now, under_13=under_13), deciding)


def texts_on_offer(badge: Badge | None = None) -> list[ConsentText]:
    """The words an answer can be to, for one badge or for all: those in force first, and newer before older."""
    texts = ConsentText.objects.select_related("statement__provider", "statement__badge")
    if badge is not None:
        whole = Q(statement__provider=badge.provider_id, statement__badge=None)
        texts = texts.filter(whole | Q(statement__badge=badge))
    order = ("statement__superseded_at", "statement__provider__name", "statement__badge__name", "-statement__version")
    found = texts.filter(statement__retired_at=None).order_by(*order, "language")
    return sorted(found, key=lambda text: text.statement.superseded_at is not None)


def consent_states(learners: QuerySet[Learner], badge: Badge, *, now: datetime) -> dict[int, ConsentState]:
    """The same rule as one query: the state of each of these learners who has any; the others' is `NONE`."""
    found = _states(ConsentRecord.objects.bearing_on(badge).filter(learner__in=learners), now)
    return found | _too_young(learners)


def _too_young(learners: QuerySet[Learner]) -> dict[int, ConsentState]:
    young = learners.filter(under_13_since__isnull=False).order_by().values_list("pk", flat=True)
    return dict.fromkeys(young, ConsentState.UNDER_13)


def scope_states(
    learners: Iterable[Learner], provider: Provider, badge: Badge | None, *, now: datetime
) -> dict[int, ConsentState]:
    """The same for all of a provider's badges, or for one badge."""
    wanted = Learner.objects.filter(pk__in=[learner.pk for learner in learners])
    return _states(_bearing_on(provider, badge).filter(learner__in=wanted), now) | _too_young(wanted)


def standing_on(learner_id: int, provider: Provider, badge: Badge | None, *, now: datetime) -> ConsentStanding:
    """How one learner stands to all of a provider's badges, or to one badge."""
    records = _records_of(learner_id, None)
    return _standing(provider, badge, records, now, under_13=_is_under_13(learner_id))


def refusers_in(provider: Provider, learner_ids: Iterable[int]) -> set[int]:
    """Of these learners those of whom a no counts for anything a provider's words as a whole are about too.

    Said to one of its badges, to all of them, or to everything: of each giver and each of these the latest counts.
    """
    bearing = ConsentRecord.objects.filter(Q(text=None) | Q(text__statement__provider=provider))
    about = _latest(bearing.filter(learner__in=list(learner_ids)), F("text__statement__badge"))
    return set(about.exclude(decision=Decision.GIVEN).values_list("learner", flat=True))


def answered_after(badge: Badge, learner_ids: Iterable[int], giver_key: str, decided_at: datetime) -> set[int]:
    """Of these learners those of whom this giver decided about the badge after this moment."""
    later = ConsentRecord.objects.bearing_on(badge).filter(giver_key=giver_key, decided_at__gt=decided_at)
    found = later.filter(invalidated_at=None, learner__in=list(learner_ids))
    return set(found.values_list("learner", flat=True))


def _bearing_on(provider: Provider, badge: Badge | None) -> QuerySet[ConsentRecord]:
    if badge is not None:
        return ConsentRecord.objects.bearing_on(badge)
    whole = Q(text=None) | Q(text__statement__provider=provider, text__statement__badge=None)
    return ConsentRecord.objects.filter(whole)


def _states(bearing: QuerySet[ConsentRecord], now: datetime) -> dict[int, ConsentState]:
    latest = _latest(bearing).order_by("decided_at", "pk")
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


def _latest(bearing: QuerySet[ConsentRecord], *apart: F) -> QuerySet[ConsentRecord]:
    """Of each learner's givers the one record that decides, among records that bear on the same; one for each value of
    what they are told apart by."""
    place = Window(
        RowNumber(),
        partition_by=[F("learner"), F("giver_key"), *apart],
        order_by=[F("decided_at").desc(), Case(When(decision=Decision.GIVEN, then=1), default=0), F("pk").desc()],
    )
    return bearing.filter(invalidated_at=None).annotate(place=place).filter(place=1)


@dataclass(frozen=True, slots=True)
class Ending:
    """What a new major version would end.

    Args:
        learners (int): whose yes is to words that it replaces.
        waiting (int): badges that wait for them.
    """

    learners: int
    waiting: int


def ends_with_new_words(provider: Provider, badge: Badge | None, *, now: datetime) -> Ending:
    """What a major version of ours would end, for a provider as a whole or for one badge's own wording."""
    bearing = _bearing_on(provider, badge)
    replaced = Q(text__statement__provider=provider, text__statement__badge=badge, text__statement__superseded_at=None)
    ours = replaced & Q(text__statement__kind=StatementKind.OURS)
    unended = Q(ends_at=None) | Q(ends_at__gt=now)
    # In a query of its own: a condition beside a window would be applied before it.
    deciding = ConsentRecord.objects.filter(pk__in=_latest(bearing).values("pk"))
    whom = deciding.filter(ours, unended, decision=Decision.GIVEN).values("learner")
    queued = Issuance.objects.filter(status=IssuanceStatus.QUEUED, badge__provider=provider, learner__in=whom)
    waiting = queued.filter(badge=badge) if badge else queued
    return Ending(whom.distinct().count(), waiting.count())
