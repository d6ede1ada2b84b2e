"""Recording what learners said: what is kept, what is refused, and what a no stops."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing import queries
from issuing.enums import ConsentState, Decision, Giver, IssuanceStatus, Route, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, Badge, ConsentRecord, Issuance, Learner
from issuing.services import audit, consent, learners
from issuing.services.consent import Answer, Recorded, Stopped
from tests.factories import LONG_AGO, make_agreed, make_badge, make_issuance, make_learner, make_text, make_user

pytestmark = pytest.mark.django_db

QUEUED, SENDING, CANCELLED = IssuanceStatus.QUEUED, IssuanceStatus.SENDING, IssuanceStatus.CANCELLED
WITHDREW = (CANCELLED, StatusReason.WITHDREW)
SAID = {Decision.DECLINED: StatusReason.SAID_NO, Decision.WITHDRAWN: StatusReason.WITHDREW}


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def learner(badge: Badge) -> Learner:
    return make_agreed(badge)


def said(decision: Decision, **fields: Any) -> Answer:
    return Answer(decision, Route.PHONE, fields.pop("decided_at", timezone.now()), **fields)


def record(learner: Learner, decision: Decision, **fields: Any) -> Recorded:
    return consent.record(learner=learner, answer=said(decision, **fields), by=make_user())


def standing(issuance: Issuance) -> tuple[str, str]:
    return Issuance.objects.values_list("status", "reason").get(pk=issuance.pk)


def events(verb: str) -> list[dict[str, Any]]:
    return list(AuditEvent.objects.filter(verb=verb).values_list("details", flat=True))


def test_record_keeps_who_said_what_and_to_which_words_when_a_guardian_agrees(badge: Badge) -> None:
    text, by = make_text(badge.provider), make_user()
    answer = Answer(
        Decision.GIVEN,
        Route.PAPER,
        LONG_AGO,
        text=text,
        evidence_note=" Form 12, \u200bdrawer 3 ",
        giver=Giver.GUARDIAN,
        giver_name=" Ann  Lee ",
        giver_relation="mother",
        giver_reason="They are 15",
        giver_contact="ann@example.org",
        ends_at=LONG_AGO + timedelta(days=365),
    )

    kept = consent.record(learner=make_learner(), answer=answer, by=by).records[0]

    expected = replace(answer, evidence_note="Form 12, drawer 3", giver_name="Ann Lee")
    names = [name for name in Answer.__slots__ if name != "evidence_file"]
    assert Answer(**{name: getattr(kept, name) for name in names}) == expected
    assert (kept.giver_key, kept.recorded_by, kept.recorded_at > LONG_AGO) == ("guardian:ann lee", by, True)


@pytest.mark.parametrize(
    ("decision", "verb"), [(Decision.GIVEN, "give"), (Decision.DECLINED, "decline"), (Decision.WITHDRAWN, "withdraw")]
)
def test_record_writes_who_did_it_when_anything_is_recorded(badge: Badge, decision: Decision, verb: str) -> None:
    by = make_user()
    answer = said(decision, text=make_text(badge.provider))

    kept = consent.record(learner=make_learner(), answer=answer, by=by).records[0]

    event = AuditEvent.objects.get(subject="consentrecord")
    assert (event.verb, event.actor, event.subject_uuid, event.details) == (verb, by, kept.uuid, {"route": "phone"})


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (said(Decision.GIVEN), "a yes without words cannot be recorded"),
        (said(Decision.DECLINED, decided_at=timezone.now() + timedelta(days=9)), "lies in the future"),
        (said(Decision.DECLINED, giver=Giver.GUARDIAN, giver_name=" "), "The guardian's name is missing"),
        (said(Decision.DECLINED, giver=Giver.GUARDIAN, giver_name="n" * 101), "longer than 100 characters"),
        (said(Decision.DECLINED, giver=Giver.GUARDIAN, giver_name="\ufb03" * 100), "name is too long"),
        (
            said(Decision.DECLINED, giver=Giver.GUARDIAN, giver_name="Ann", giver_relation="r" * 101),
            "relation is longer than 100",
        ),
        (said(Decision.DECLINED, ends_at=timezone.now() + timedelta(days=1)), "Only a yes can end"),
        (said(Decision.DECLINED, evidence_note="n" * 2001), "The note is longer than 2,000 characters"),
        (said(Decision.DECLINED, evidence_note="a\x00b"), "a character that cannot be kept"),
    ],
)
def test_record_refuses_an_answer_when_it_cannot_be_true(learner: Learner, answer: Answer, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        consent.record(learner=learner, answer=answer, by=None)

    assert (ConsentRecord.objects.count(), AuditEvent.objects.count()) == (1, 0)


def test_record_refuses_a_yes_when_it_would_end_before_it_was_given(badge: Badge, learner: Learner) -> None:
    with pytest.raises(InvalidInput, match="only after it was given"):
        record(learner, Decision.GIVEN, text=make_text(badge.provider, version=2), ends_at=LONG_AGO)


@pytest.mark.parametrize("decision", [Decision.DECLINED, Decision.WITHDRAWN])
def test_record_cancels_what_waits_when_the_learner_says_no(learner: Learner, badge: Badge, decision: Decision) -> None:
    mine, other = make_issuance(badge, learner), make_issuance(badge)

    recorded = record(learner, decision)

    assert (standing(mine), standing(other)) == ((CANCELLED, SAID[decision]), (QUEUED, ""))
    assert recorded.stopped == Stopped(cancelled=1, on_the_way=0)


def test_record_says_that_it_is_too_late_when_a_badge_is_on_its_way(learner: Learner, badge: Badge) -> None:
    yes = ConsentRecord.objects.get()
    sent = make_issuance(badge, learner, status=SENDING, attempt_no=1, allowed_by=yes)
    waiting = make_issuance(make_badge(badge.provider, navigatr_id=52), learner)

    recorded = record(learner, Decision.WITHDRAWN)

    assert (standing(sent), standing(waiting)) == ((SENDING, ""), WITHDREW)
    assert recorded.stopped == Stopped(cancelled=1, on_the_way=1)
    assert events("withdraw") == [{"route": "phone", "cancelled": 1, "on_the_way": 1}]


def test_record_cancels_one_badge_when_the_no_is_to_words_for_that_badge(learner: Learner, badge: Badge) -> None:
    other = make_badge(badge.provider, navigatr_id=52)
    rows = [make_issuance(badge, learner), make_issuance(other, learner)]

    record(learner, Decision.WITHDRAWN, text=make_text(badge.provider, badge=badge))

    assert [standing(row) for row in rows] == [WITHDREW, (QUEUED, "")]


def test_record_leaves_what_waits_when_the_no_was_said_before_the_yes(learner: Learner, badge: Badge) -> None:
    row = make_issuance(badge, learner)

    recorded = record(learner, Decision.DECLINED, decided_at=LONG_AGO - timedelta(days=1))

    assert (standing(row), recorded.stopped) == ((QUEUED, ""), Stopped())


def test_record_cancels_what_waits_when_a_later_yes_was_to_words_since_replaced(learner: Learner, badge: Badge) -> None:
    row = make_issuance(badge, learner)
    old = make_text(badge.provider, version=2, superseded_at=timezone.now())

    record(learner, Decision.GIVEN, text=old)

    assert standing(row) == (CANCELLED, StatusReason.WORDS_REPLACED)


def test_record_locks_the_learner_first_and_writes_the_event_last_when_a_no_stops_something(
    learner: Learner, badge: Badge
) -> None:
    make_issuance(badge, learner)
    by = make_user()

    with CaptureQueriesContext(connection) as captured:
        consent.record(learner=learner, answer=said(Decision.WITHDRAWN), by=by)

    statements = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    plain = [sql.removeprefix("1 times: ") for sql in statements if "SELECT" not in sql]
    written = [re.sub(r"\W*issuing_(\w+).*", r" \1", sql, flags=re.DOTALL) for sql in plain]
    assert written == ["INSERT INTO consentrecord", "UPDATE issuance", "INSERT INTO auditevent"]
    assert 'FROM "issuing_learner"' in statements[0]
    assert ("FOR NO KEY UPDATE" in statements[0]) == (connection.vendor == "postgresql")


def test_record_undoes_everything_when_its_audit_event_cannot_be_written(
    learner: Learner, badge: Badge, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make_issuance(badge, learner)
    monkeypatch.setattr(audit, "record_many", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        record(learner, Decision.WITHDRAWN)

    assert (standing(row), ConsentRecord.objects.count()) == ((QUEUED, ""), 1)


def test_invalidate_cancels_what_waits_when_the_yes_was_recorded_in_error(learner: Learner, badge: Badge) -> None:
    row, yes, by = make_issuance(badge, learner), ConsentRecord.objects.get(), make_user()

    stopped = consent.invalidate(record=yes, note=" wrong person ", by=by)

    yes.refresh_from_db()
    assert (standing(row), stopped) == ((CANCELLED, StatusReason.RECORDED_IN_ERROR), Stopped(cancelled=1))
    assert (yes.invalidated_note, yes.invalidated_by, yes.decision) == ("wrong person", by, Decision.GIVEN)
    assert events("invalidate") == [{"cancelled": 1}]


def test_invalidate_brings_the_yes_back_when_the_no_was_recorded_in_error(learner: Learner, badge: Badge) -> None:
    no = record(learner, Decision.WITHDRAWN).records[0]
    before = queries.consent_of(learner.pk, badge, now=timezone.now()).state

    consent.invalidate(record=no, note="wrong person", by=make_user())

    after = queries.consent_of(learner.pk, badge, now=timezone.now()).state
    assert (before, after) == (ConsentState.WITHDRAWN, ConsentState.GIVEN)


def test_invalidate_refuses_when_nobody_says_why_or_it_was_done_before(learner: Learner) -> None:
    yes, by = ConsentRecord.objects.get(), make_user()
    with pytest.raises(InvalidInput, match="Say why"):
        consent.invalidate(record=yes, note="\u200b ", by=by)
    consent.invalidate(record=yes, note="wrong person", by=by)

    with pytest.raises(AlreadyTaken):
        consent.invalidate(record=yes, note="again", by=by)

    assert events("invalidate") == [{}]


def test_record_many_keeps_nothing_when_one_answer_is_refused(learner: Learner) -> None:
    good, bad = said(Decision.DECLINED), said(Decision.GIVEN)

    with pytest.raises(InvalidInput):
        consent.record_many(answers=[(learner, good), (make_learner(), bad)], by=None)

    assert ConsentRecord.objects.count() == 1


def test_record_many_counts_what_was_stopped_when_several_say_no(learner: Learner, badge: Badge) -> None:
    second = make_agreed(badge)
    rows = [make_issuance(badge, one) for one in (learner, second)]

    recorded = consent.record_many(answers=[(one, said(Decision.WITHDRAWN)) for one in (second, learner)], by=None)

    assert ([standing(row) for row in rows], recorded.stopped) == ([WITHDREW, WITHDREW], Stopped(cancelled=2))
    assert [one.learner_id for one in recorded.records] == [learner.pk, second.pk]


def test_record_writes_one_record_when_it_is_asked_for_twice(badge: Badge, learner: Learner) -> None:
    answer, once = said(Decision.DECLINED), uuid4()
    consent.record(learner=learner, answer=answer, by=make_user(), uuid=once)
    with pytest.raises(AlreadyTaken, match="recorded already"):
        consent.record(learner=learner, answer=answer, by=make_user(), uuid=once)
    assert ConsentRecord.objects.filter(uuid=once).count() == 1


@pytest.mark.parametrize("gone", ["merged", "erased"])
def test_record_refuses_when_the_learner_is_gone(badge: Badge, learner: Learner, gone: str) -> None:
    fields = {"merged_into": make_learner()} if gone == "merged" else {"erased_at": timezone.now()}
    Learner.objects.filter(pk=learner.pk).update(**fields)
    with pytest.raises(AlreadyTaken):
        record(learner, Decision.DECLINED)


def test_record_for_person_adds_whoever_is_not_known(badge: Badge) -> None:
    person = learners.Person("Ana", "Ng", "ana@example.org", "S7")
    done = consent.record_for_person(person=person, answer=said(Decision.DECLINED), by=make_user())
    found = Learner.objects.get(email="ana@example.org")
    assert (done.records[0].learner, found.student_number) == (found, "S7")


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"first_name": "Bo"}, "another name"), ({"first_name": "", "erased_at": LONG_AGO}, "here on 5 January 2026")],
)
def test_record_for_person_adds_nothing_when_the_address_is_somebody_elses(badge: Badge, fields: Any, why: str) -> None:
    make_learner("ana@example.org", last_name="Ek", **fields)
    person = learners.Person("Ana", "Ng", "ana@example.org")
    with pytest.raises(InvalidInput, match=why):
        consent.record_for_person(person=person, answer=said(Decision.DECLINED), by=make_user())
    assert not ConsentRecord.objects.exists()


def test_proposed_is_what_would_be_recorded_and_is_not_saved(badge: Badge, learner: Learner) -> None:
    before = ConsentRecord.objects.count()
    found = consent.proposed(learner=learner, answer=said(Decision.DECLINED), by=make_user())
    standing = queries.consent_standing(learner.pk, badge, now=timezone.now(), proposed=found)
    assert (standing.verdict.state, standing.allows) == (ConsentState.DECLINED, False)
    assert ConsentRecord.objects.count() == before
