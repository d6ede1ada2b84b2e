"""Whatever happens in whatever order: the query says what the rule says, and nothing is claimed without consent."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuing import queries
from issuing.enums import ConsentState, Decision, Giver, IssuanceStatus, Route, StatusReason
from issuing.exceptions import AlreadyTaken
from issuing.models import Badge, ConsentRecord, ConsentText, Issuance, Learner, Pace
from issuing.services import consent, issuances, learners, statements
from issuing.services.consent import Answer
from issuing.workflow.consent import Fact, current
from issuing.workflow.pace import Wait
from tests.factories import make_badge, make_issuance, make_learner, make_user

S = IssuanceStatus
GIVERS = [(Giver.LEARNER, ""), (Giver.GUARDIAN, "Ann Lee")]
PLAIN = ["ends", "invalidate", "reword", "hold", "release", "young", "grown", "confirm", "claim"]
HOURS = st.sampled_from([1, 2, 48])
ANSWERS = st.tuples(st.just("answer"), st.sampled_from(Decision), st.sampled_from(GIVERS), HOURS, st.booleans())
EVENTS = st.lists(st.one_of(ANSWERS, st.tuples(st.sampled_from(PLAIN))), min_size=4, max_size=10)


@dataclass
class Told:
    """What was recorded, as the test itself remembers it; the answers are told to the rule, not read back."""

    facts: list[Fact] = field(default_factory=list)
    young: bool = False


@dataclass
class Course:
    """One learner and one badge, and everything that may happen to them."""

    badge: Badge
    learner: Learner
    told: Told = field(default_factory=Told)

    def __post_init__(self) -> None:
        self.by = make_user()
        self.text = self._published()

    def _published(self) -> ConsentText:
        body = f"We send version {uuid.uuid4()}."
        return statements.publish(provider=self.badge.provider, texts={"en": body}, by=self.by).texts.get()

    def answer(
        self, decision: Decision, giver: tuple[Giver, str], hours: int, to_words: bool, ends: bool = False
    ) -> None:
        now, (kind, name) = timezone.now(), giver
        at, ends_at = now - timedelta(hours=hours), now if ends else None
        text = self.text if decision == Decision.GIVEN or to_words else None
        said = Answer(decision, Route.PAPER, at, text, giver=kind, giver_name=name, ends_at=ends_at)
        record = consent.record(learner=self.learner, answer=said, by=self.by).records[0]
        self.told.facts.append(Fact(record.pk, record.giver_key, decision, at, ends_at=ends_at))

    def ends(self) -> None:
        self.answer(Decision.GIVEN, GIVERS[0], 1, True, ends=True)

    def invalidate(self) -> None:
        record = ConsentRecord.objects.filter(learner=self.learner, invalidated_at=None).order_by("pk").last()
        if record:
            consent.invalidate(record=record, note="A slip", by=self.by)
            self._change(lambda fact: fact.id == record.pk, invalidated=True)

    def reword(self) -> None:
        before = ConsentRecord.objects.filter(learner=self.learner, text__isnull=False).values_list("pk", flat=True)
        self.text = self._published()
        replaced = set(before)
        self._change(lambda fact: fact.id in replaced, superseded=True)

    def _change(self, which: Callable[[Fact], bool], **change: bool) -> None:
        self.told.facts = [replace(fact, **change) if which(fact) else fact for fact in self.told.facts]

    def hold(self) -> None:
        self._if_possible(lambda: learners.hold(learner=self.learner, note="", by=self.by))

    def release(self) -> None:
        self._if_possible(lambda: learners.release(learner=self.learner, by=self.by))

    def young(self) -> None:
        consent.note_under_13(learner_ids=[self.learner.pk], by=self.by)
        self.told.young = True

    def grown(self) -> None:
        self._if_possible(lambda: consent.note_13(learner=self.learner, reason="A passport", by=self.by))
        self.told.young = False

    def _if_possible(self, act: Callable[[], object]) -> None:
        with suppress(AlreadyTaken):
            act()

    def confirm(self) -> None:
        """As an earlier press left it, whatever was said since: the claim has to look for itself."""
        if not Issuance.objects.filter(learner=self.learner, status__in=[S.QUEUED, S.SENDING]).exists():
            make_issuance(self.badge, self.learner, reissue_no=Issuance.objects.count(), reissue_reason="again")

    def claim(self) -> None:
        """Claimed is exactly what may be sent; what waits without consent is stopped, and a hold only waits."""
        waiting = Issuance.objects.filter(learner=self.learner, status=S.QUEUED).first()
        allowed = current(self.told.facts, now=timezone.now(), under_13=self.told.young)
        Pace.objects.update(next_slot=0.0)
        found = issuances.claim(self.badge.provider.connection_id, worker="test")
        while found == Wait(0.0):
            found = issuances.claim(self.badge.provider.connection_id, worker="test")
        self.learner.refresh_from_db()
        may = waiting is not None and allowed.state == ConsentState.GIVEN and not self.learner.on_hold_since
        assert isinstance(found, issuances.Claimed) == may
        if waiting and not self.learner.on_hold_since:
            waiting.refresh_from_db()
            ended = (S.SENDING, allowed.allowed_by) if may else (S.CANCELLED, None)
            assert (waiting.status, waiting.allowed_by_id) == ended
        if may:
            Issuance.objects.filter(status=S.SENDING).update(status=S.ISSUED, issued_at=timezone.now())

    def check(self) -> None:
        """The rule over what was told, each query over what is kept: all the same."""
        now = timezone.now()
        ruled = current(self.told.facts, now=now, under_13=self.told.young)
        kept = queries.consent_states(Learner.objects.filter(pk=self.learner.pk), self.badge, now=now)
        assert queries.consent_of(self.learner.pk, self.badge, now=now) == ruled
        assert kept.get(self.learner.pk, ConsentState.NONE) == ruled.state


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_nothing_is_claimed_without_consent_whatever_happens_before(badge: Badge, events: list[Any]) -> None:
    Issuance.objects.filter(status=S.QUEUED).update(status=S.CANCELLED, reason=StatusReason.STOPPED_BY_STAFF)
    course = Course(badge, make_learner())
    course.confirm()
    for name, *rest in [*events, ("confirm",), ("claim",)]:
        getattr(course, name)(*rest)
        course.check()
    assert not Issuance.objects.filter(status=S.SENDING).exists()
