"""The rule and the query that mirrors it say the same of any records."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from issuing import queries
from issuing.enums import ConsentState, Decision, Giver, Route
from issuing.models import Badge, ConsentRecord, ConsentText, Learner
from issuing.workflow.consent import Fact, current, giver_key
from tests.factories import make_badge, make_learner, make_provider, make_text

NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
HOURS = st.sampled_from([-48, -24, -1])
ENDS = st.sampled_from([None, None, -1, 0, 1])
YOUNG = st.sampled_from([False, False, False, True])
INVALIDATED = st.sampled_from([False, False, False, True])
LEARNER = (Giver.LEARNER, "")
GIVERS = st.sampled_from([LEARNER, (Giver.GUARDIAN, "Ann Lee"), (Giver.DEPUTY, "Ann Lee"), (Giver.GUARDIAN, "Bo Ng")])


@dataclass(frozen=True)
class Words:
    """A text, and what the rule is to make of it for the badge in question."""

    text: ConsentText | None
    bears: bool
    superseded: bool = False


@pytest.fixture
def words() -> tuple[Badge, list[Words]]:
    """A badge, and every kind of wording that may or may not bear on it; the first is none at all."""
    provider, stranger = make_provider(), make_provider(navigatr_id=13)
    badge, other = make_badge(provider), make_badge(provider, navigatr_id=52)
    return badge, [
        Words(None, bears=True),
        Words(make_text(provider), bears=True),
        Words(make_text(provider, version=2, superseded_at=NOW), bears=True, superseded=True),
        Words(make_text(provider, badge=badge), bears=True),
        Words(make_text(provider, badge=badge, version=2, superseded_at=NOW), bears=True, superseded=True),
        Words(make_text(provider, badge=other), bears=False),
        Words(make_text(stranger), bears=False),
    ]


Drawn = tuple[int, Decision, tuple[Giver, str], int, int | None, bool]
RECORDS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(Decision), GIVERS, HOURS, ENDS, INVALIDATED), max_size=7
)


def built(learner: Learner, drawn: Drawn, words: list[Words]) -> tuple[ConsentRecord, Words]:
    index, decision, (giver, name), hours, ends, invalidated = drawn
    chosen = words[max(index, 1) if decision == Decision.GIVEN else index]
    record = ConsentRecord(
        learner=learner,
        decision=decision,
        text=chosen.text,
        route=Route.PAPER,
        giver=giver,
        giver_name=name,
        giver_key=giver_key(giver, name),
        decided_at=NOW + timedelta(hours=hours),
        recorded_at=NOW,
        ends_at=NOW + timedelta(hours=ends) if ends is not None and decision == Decision.GIVEN else None,
        invalidated_at=NOW if invalidated else None,
    )
    return record, chosen


def fact(record: ConsentRecord, words: Words) -> Fact:
    return Fact(
        id=record.pk,
        giver=record.giver_key,
        decision=Decision(record.decision),
        decided_at=record.decided_at,
        bears_on_badge=words.bears,
        superseded=words.superseded,
        ends_at=record.ends_at,
        invalidated=record.invalidated_at is not None,
    )


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(everybody=[(False, [(1, Decision.GIVEN, LEARNER, -1, 0, False)])])  # a yes that ends this moment
@example(everybody=[(True, [(1, Decision.GIVEN, LEARNER, -1, None, False)]), (True, [])])  # too young, whoever agreed
@given(everybody=st.lists(st.tuples(YOUNG, RECORDS), min_size=1, max_size=5))
def test_consent_states_says_what_the_rule_says_when_records_are_any(
    words: tuple[Badge, list[Words]], everybody: list[tuple[bool, list[Drawn]]]
) -> None:
    badge, kinds = words
    ruled = {}
    for under_13, records in everybody:
        learner = make_learner(under_13_since=NOW if under_13 else None)
        made = [built(learner, drawn, kinds) for drawn in records]
        ConsentRecord.objects.bulk_create([record for record, _ in made])
        ruled[learner.pk] = current([fact(*pair) for pair in made], now=NOW, under_13=under_13)
    asked = queries.consent_states(Learner.objects.filter(pk__in=ruled), badge, now=NOW)

    assert {pk: asked.get(pk, ConsentState.NONE) for pk in ruled} == {pk: one.state for pk, one in ruled.items()}
    assert {pk: queries.consent_of(pk, badge, now=NOW) for pk in ruled} == ruled
