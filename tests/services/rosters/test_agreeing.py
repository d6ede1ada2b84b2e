"""A yes that staff hold, recorded for many people of a roster at once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.enums import AskedState, Decision, Giver, Role, Route, RowDecision
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, Badge, ConsentEvidence, ConsentMail, ConsentRecord, ConsentText, Learner, Roster
from issuing.services import consent, erasure, learners, rosters
from tests.factories import (
    LONG_AGO,
    make_badge,
    make_consent,
    make_learner,
    make_mail,
    make_request,
    make_roster,
    make_row,
    make_text,
    make_user,
)
from tests.services.rosters.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(badge: Badge) -> ConsentText:
    return make_text(badge.provider)


def yes(text: ConsentText | None, **fields: Any) -> consent.Answer:
    given = {"decided_at": LONG_AGO, "evidence_note": "Forms, room B"} | fields
    return consent.Answer(Decision.GIVEN, Route.PAPER, text=text, **given)


def listed(badge: Badge, *emails: str, **fields: Any) -> Roster:
    """A roster of people of these addresses, of whom consent is needed."""
    roster = make_roster(badge)
    for number, email in enumerate(emails, start=2):
        make_row(roster, email, row_no=number, disposition="needs_consent", **fields)
    placed(roster)
    return roster


def placed(roster: Roster) -> list[str]:
    """What the rows may expect, checked again."""
    rosters.check_again(roster, list(roster.rows.order_by("row_no")), now=timezone.now())
    return list(roster.rows.order_by("row_no").values_list("disposition", flat=True))


def record(roster: Roster, answer: consent.Answer, **fields: Any) -> int:
    """Record it for whom it would be recorded now."""
    held = rosters.foresee_yes(roster=roster, answer=answer, among=fields.get("among"))
    given = {"seen": held.seen, "once": uuid4(), "by": make_user()} | fields
    return rosters.record_yes(roster=roster, answer=answer, **given)


def whys(roster: Roster, answer: consent.Answer) -> dict[int, str]:
    """Why rows are left out, by their numbers."""
    return {one.row.row_no: one.why for one in rosters.foresee_yes(roster=roster, answer=answer).left_out}


def test_yes_is_recorded_for_everybody_and_makes_them_ready(badge: Badge, text: ConsentText) -> None:
    make_learner("b@a.org", first_name="Ana", last_name="Ng")
    roster = listed(badge, "a@a.org", "b@a.org")
    assert record(roster, yes(text)) == 2
    said = ConsentRecord.objects.values_list("learner__email", "decision", "text", "evidence_note", "route")
    assert sorted(said) == [(email, "given", text.pk, "Forms, room B", "paper") for email in ("a@a.org", "b@a.org")]
    assert list(roster.rows.values_list("disposition", flat=True).distinct()) == ["ready"]
    acts = AuditEvent.objects.filter(verb="give").values_list("subject", flat=True)
    assert sorted(acts) == ["consentrecord", "consentrecord", "roster"]


def test_yes_of_a_guardian_is_kept_with_what_a_single_one_needs(badge: Badge, text: ConsentText) -> None:
    guardian = {"giver": Giver.DEPUTY, "giver_name": "Di Um", "giver_reason": "Court order", "giver_contact": "01632"}
    record(listed(badge, "a@a.org"), yes(text, **guardian))
    found = ConsentRecord.objects.get()
    assert (found.giver, found.giver_name, found.giver_key) == ("deputy", "Di Um", "deputy:di um")
    with pytest.raises(InvalidInput, match="name"):
        record(listed(badge, "b@a.org"), yes(text, giver=Giver.GUARDIAN))


@pytest.mark.parametrize("giver", ["learner", "guardian"])
@pytest.mark.parametrize("decision", [Decision.DECLINED, Decision.WITHDRAWN])
def test_nobody_who_said_no_is_touched(badge: Badge, text: ConsentText, giver: str, decision: Decision) -> None:
    learner = make_learner("no@a.org", first_name="Ana", last_name="Ng")
    fields = {"giver": giver, "giver_name": "Di Um" if giver == "guardian" else ""}
    make_consent(learner, text, decision, decided_at=LONG_AGO - timedelta(days=9), **fields)
    roster = listed(badge, "no@a.org", "a@a.org")
    assert placed(roster) == ["consent_declined", "needs_consent"]
    assert whys(roster, yes(text)) == {2: decision.value}
    assert record(roster, yes(text)) == 1
    assert learner.consent_records.count() == 1


def test_conflicting_under_13_on_hold_erased_to_decide_and_unusable_are_left_out(
    badge: Badge, text: ConsentText
) -> None:
    both, young, held, gone, other = (
        make_learner(f"{name}@a.org", first_name="Ana", last_name="Ng") for name in ("c", "y", "h", "g", "o")
    )
    make_consent(both, text)
    make_consent(both, text, Decision.DECLINED, giver="guardian", giver_name="Di Um")
    Learner.objects.filter(pk=young.pk).update(under_13_since=timezone.now())
    learners.hold(learner=held, note="asked", by=make_user())
    erasure.erase(learner=gone, identity_note="passport", by=make_user(role=Role.MANAGER))
    Learner.objects.filter(pk=other.pk).update(first_name="Ed", last_name="Quite")
    roster = listed(badge, "c@a.org", "y@a.org", "h@a.org", "g@a.org", "o@a.org", "new@a.org")
    make_row(roster, "bad@a.org", row_no=8, disposition="invalid", problems=[["email", "x", "Bad.", ""]])
    make_row(roster, "out@a.org", row_no=9, disposition="needs_consent")
    rosters.decide(roster=roster, row_no=9, decision=RowDecision.LEAVE_OUT, by=make_user())
    expected = ["conflict", "under_13", "on_hold", "erased", "to_decide", "invalid", "left_out"]
    assert list(whys(roster, yes(text)).values()) == expected
    assert record(roster, yes(text)) == 1
    assert ConsentRecord.objects.filter(decision="given").exclude(learner=both).get().learner.email == "new@a.org"


def test_words_about_all_badges_leave_out_who_said_no_to_another_badge(badge: Badge, text: ConsentText) -> None:
    other = make_badge(badge.provider, navigatr_id=52)
    learner = make_learner("no@a.org", first_name="Ana", last_name="Ng")
    make_consent(learner, make_text(badge.provider, badge=other), Decision.DECLINED)
    roster = listed(badge, "no@a.org", "a@a.org")
    assert placed(roster) == ["needs_consent", "needs_consent"]
    assert whys(roster, yes(text)) == {2: "said_no_elsewhere"}
    assert record(roster, yes(text)) == 1
    own = make_text(badge.provider, badge=badge)
    assert whys(roster, yes(own)) == {}  # words about this badge alone are about no other


def test_yes_that_a_later_answer_outlives_is_not_recorded(badge: Badge, text: ConsentText) -> None:
    learner = make_learner("a@a.org", first_name="Ana", last_name="Ng")
    make_consent(learner, text, decided_at=LONG_AGO + timedelta(days=9), ends_at=LONG_AGO + timedelta(days=19))
    roster = listed(badge, "a@a.org")
    assert whys(roster, yes(text)) == {2: "later_answer"}
    with pytest.raises(InvalidInput, match="nothing was recorded now"):
        record(roster, yes(text))
    assert record(roster, yes(text, decided_at=timezone.now())) == 1


def test_yes_is_refused_that_was_given_in_the_future_or_to_no_words(badge: Badge, text: ConsentText) -> None:
    roster = listed(badge, "a@a.org")
    for answer in (yes(text, decided_at=timezone.now() + timedelta(hours=1)), yes(None)):
        with pytest.raises(InvalidInput):
            record(roster, answer)
    assert (ConsentRecord.objects.count(), Learner.objects.count()) == (0, 0)


def test_press_that_comes_twice_records_once_and_says_how_many(badge: Badge, text: ConsentText) -> None:
    roster, once = listed(badge, "a@a.org", "b@a.org"), uuid4()
    seen = rosters.foresee_yes(roster=roster, answer=yes(text)).seen
    rosters.record_yes(roster=roster, answer=yes(text), seen=seen, once=once, by=make_user("rosa"))
    with pytest.raises(AlreadyTaken, match=r"rosa recorded a yes for 2 people of this list at .* recorded twice"):
        rosters.record_yes(roster=roster, answer=yes(text), seen=seen, once=once, by=make_user("ben"))
    with pytest.raises(InvalidInput, match=r"rosa recorded a yes for 2 people .* nothing was recorded now"):
        rosters.record_yes(roster=roster, answer=yes(text), seen=seen, once=uuid4(), by=make_user())
    assert ConsentRecord.objects.count() == 2


def test_nothing_is_recorded_for_others_than_were_shown(badge: Badge, text: ConsentText) -> None:
    roster = listed(badge, "a@a.org", "b@a.org")
    seen = rosters.foresee_yes(roster=roster, answer=yes(text)).seen
    no = consent.Answer(Decision.DECLINED, Route.PHONE, timezone.now())
    person = learners.Person("Ana", "Ng", "b@a.org")
    consent.record_for_person(person=person, answer=no, by=make_user())
    with pytest.raises(InvalidInput, match="the list has changed"):
        rosters.record_yes(roster=roster, answer=yes(text), seen=seen, once=uuid4(), by=make_user())
    assert not ConsentRecord.objects.filter(decision="given").exists()
    assert not Learner.objects.filter(email="a@a.org").exists()
    assert placed(roster) == ["needs_consent", "consent_declined"]
    assert record(roster, yes(text)) == 1


def test_file_is_kept_once_for_all_and_goes_with_the_last_of_them(badge: Badge, text: ConsentText) -> None:
    token = consent.evidence.put_by(content=b"%PDF-1.7 signed", name="list.pdf")
    record(listed(badge, "a@a.org", "b@a.org"), yes(text, evidence_file=token))
    kept, manager = ConsentEvidence.objects.get(), make_user(role=Role.MANAGER)
    assert consent.evidence.content_of(kept) == b"%PDF-1.7 signed"
    assert b"signed" not in bytes(kept.sealed)
    one, other = Learner.objects.order_by("pk")
    assert learners.held(learner=one, by=manager)["consent"][0]["evidence"]["content"] is None
    for learner, left in ((one, 1), (other, 0)):
        assert learner.consent_records.get().proof == kept
        erasure.erase(learner=learner, identity_note="passport", by=manager)
        assert ConsentEvidence.objects.count() == left


def test_file_that_is_put_by_no_more_records_nothing(badge: Badge, text: ConsentText) -> None:
    with pytest.raises(InvalidInput, match="Choose it again"):
        record(listed(badge, "a@a.org"), yes(text, evidence_file=uuid4()))
    assert (ConsentRecord.objects.count(), Learner.objects.count()) == (0, 0)


def test_yes_is_recorded_for_a_part_of_them(badge: Badge, text: ConsentText) -> None:
    asked = make_learner("b@a.org", first_name="Ana", last_name="Ng")
    make_mail(make_request(text, asked), "sent")
    roster = listed(badge, "a@a.org", "b@a.org")
    assert record(roster, yes(text), among=AskedState.NEVER) == 1
    assert placed(roster) == ["ready", "needs_consent"]
    assert record(roster, yes(text), among=AskedState.OPEN) == 1
    assert asked.consent_requests.get().answer == "given"


def test_receipts_leave_to_everybody(badge: Badge, text: ConsentText, settings: Any) -> None:
    settings.IS_PRACTICE = True
    record(listed(badge, "a@a.org", "b@a.org"), yes(text), receipts=True)
    mails = ConsentMail.objects.values_list("kind", "status", "record__learner__email", "learner__email")
    assert sorted(mails) == [("receipt", "waiting", f"{one}@a.org", f"{one}@a.org") for one in "ab"]


def test_rows_that_were_left_out_of_a_run_become_ready(desk: Desk) -> None:
    text = make_text(desk.badge.provider)
    learner = make_learner("zoe@a.org")
    make_consent(learner, text)
    roster = desk.upload("Zoë,Núñez,zoe@a.org", "Bo,Li,bo@a.org")
    rosters.confirm(roster=roster, ready=1, by=desk.by)
    assert record(Roster.objects.get(), yes(text)) == 1
    assert rosters.confirm_more(roster=Roster.objects.get(), ready=1, by=desk.by) == 1


def test_recording_asks_as_many_questions_for_three_as_for_one(badge: Badge, text: ConsentText) -> None:
    counted = []
    for emails in (["a@a.org"], ["b@a.org", "c@a.org", "d@a.org"]):
        roster = listed(badge, *emails)
        with CaptureQueriesContext(database) as asked:
            record(roster, yes(text), by=make_user())
        counted.append(len(asked))
    assert counted[0] == counted[1]
