"""Issuing a badge again to those on a roster who have it, and never twice for one decision."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing import queries
from issuing.enums import Decision, RowDecision
from issuing.exceptions import AlreadyTaken, InvalidInput, NothingReady
from issuing.models import (
    Assertion,
    AuditEvent,
    Badge,
    ConsentRecord,
    Issuance,
    Learner,
    Roster,
    RosterRow,
    User,
    email_key,
)
from issuing.queries import rosters as reads
from issuing.services import issuances, rosters
from issuing.services.learners import Person
from issuing.services.rosters import running
from tests.factories import LONG_AGO, make_agreed, make_consent, make_issuance, make_learner, make_roster, make_row
from tests.factories import make_user as user

WHY = "A new edition"


@pytest.fixture
def rosa(db: None) -> User:
    return user("rosa")


def record(badge: Badge, email: str, status: str = "Claimed", issuance: Issuance | None = None) -> Assertion:
    """A record of Navigatr's, of a badge of ours where `issuance` is given."""
    told = {"badge": badge, "email_key": email_key(email), "status": status, "issuance": issuance}
    return Assertion.objects.create(**told, navigatr_id=str(9000 + Assertion.objects.count()), read_at=timezone.now())


def sent(badge: Badge, learner: Learner, **fields: Any) -> Issuance:
    return make_issuance(badge, learner, **{"status": "issued", "issued_at": LONG_AGO} | fields)


def holder(badge: Badge, email: str, status: str = "Claimed", **fields: Any) -> Learner:
    """Somebody who agreed and was sent the badge by us, and what Navigatr says of it by now."""
    learner = make_agreed(badge, email, **fields)
    record(badge, email, status, sent(badge, learner))
    return learner


def list_of(badge: Badge, *emails: str, **fields: Any) -> Roster:
    """A checked roster of these people, each row as it stands now."""
    roster = make_roster(badge)
    for row_no, email in enumerate(emails, start=2):
        make_row(roster, email, row_no=row_no, disposition="needs_consent", **ZOE | fields)
    look_again(roster)
    return roster


ZOE = {"first_name": "Zoë", "last_name": "Núñez"}


def look_again(roster: Roster) -> None:
    rosters.check_again(roster, list(roster.rows.order_by("row_no")), now=timezone.now())
    roster.refresh_from_db()


def again(roster: Roster, by: User, **fields: Any) -> int:
    count = rosters.issue_again(roster=roster, reason=WHY, by=by, **fields)
    roster.refresh_from_db()
    return count


def shown(roster: Roster) -> list[str]:
    return list(roster.rows.order_by("row_no").values_list("disposition", flat=True))


def new(roster: Roster) -> list[tuple[Any, ...]]:
    """Of what was confirmed of a roster: to whom, under which number and why."""
    return list(roster.issuances.order_by("pk").values_list("email", "reissue_no", "reissue_reason"))


# Deciding


def test_issue_again_makes_those_ready_who_have_it_and_agreed(badge: Badge, rosa: User) -> None:
    holder(badge, "a@a.org")
    record(badge, make_agreed(badge, "b@a.org").email)
    make_agreed(badge, "c@a.org")
    roster = list_of(badge, "a@a.org", "b@a.org", "c@a.org", "d@a.org")
    assert shown(roster) == ["already_issued", "already_issued", "ready", "needs_consent"]
    seen = roster.check_no
    assert again(roster, rosa, count=2, check_no=seen) == 2
    assert shown(roster) == ["ready", "ready", "ready", "needs_consent"]
    assert (roster.reissue_reason, roster.reissue_decided_by, roster.check_no > seen) == (WHY, rosa, True)
    event = AuditEvent.objects.get(subject="roster")
    assert (event.verb, event.actor, event.details) == ("issue_again", rosa, {"rows": 2})


def test_issue_again_asks_for_consent_as_ever(badge: Badge, rosa: User) -> None:
    for email in ("a@a.org", "b@a.org"):
        sent(badge, make_learner(email))
    make_consent(Learner.objects.get(email="b@a.org"), None, Decision.DECLINED)
    roster = list_of(badge, "a@a.org", "b@a.org")
    assert again(roster, rosa, count=1) == 1
    assert shown(roster) == ["needs_consent", "already_issued"]
    with pytest.raises(NothingReady):
        rosters.confirm(roster=roster, ready=0, by=rosa)


def test_it_is_issued_again_only_to_those_who_can_be_sent_it(badge: Badge, rosa: User, now: datetime) -> None:
    for email in ("a@a.org", "hold@a.org", "erased@a.org", "no@a.org", "way@a.org"):
        holder(badge, email)
    sent(badge, make_learner("new@a.org"))
    for email, told in (("hold@a.org", {"on_hold_since": now}), ("erased@a.org", {"erased_at": now})):
        Learner.objects.filter(email=email).update(**told)
    make_consent(Learner.objects.get(email="no@a.org"), None, Decision.DECLINED)
    make_issuance(badge, Learner.objects.get(email="way@a.org"), reissue_no=1, reissue_reason="Lost")
    roster = list_of(badge, "a@a.org", "hold@a.org", "erased@a.org", "no@a.org", "way@a.org", "new@a.org")
    assert shown(roster) == ["already_issued"] * 6
    seen = rosters.foresee_again(roster=roster)
    assert (seen.count, seen.without_consent) == (2, 1)
    assert [seen.against[pk] for pk in sorted(seen.against)] == ["on_hold", "erased", "said_no", "on_its_way"]
    with pytest.raises(InvalidInput, match="things have changed"):
        again(roster, rosa, count=6, check_no=roster.check_no)
    assert again(roster, rosa, count=2, check_no=roster.check_no) == 2
    assert shown(roster) == ["ready", *["already_issued"] * 4, "needs_consent"]
    with pytest.raises(InvalidInput, match="Nobody on this roster can be issued"):
        again(roster, rosa)


def test_row_that_is_like_somebody_else_goes_once_a_person_said_who_it_is(badge: Badge, rosa: User) -> None:
    holder(badge, "a@a.org")
    roster = list_of(badge, "a@a.org", first_name="Ben", last_name="Smith")
    again(roster, rosa)
    assert shown(roster) == ["needs_decision"]
    rosters.decide(roster=roster, row_no=2, decision=RowDecision.SAME_PERSON, by=rosa)
    assert shown(roster) == ["ready"]


def test_decision_about_one_is_none_about_whoever_has_the_corrected_address(badge: Badge, rosa: User) -> None:
    for email in ("a@a.org", "b@a.org"):
        holder(badge, email)
    roster = list_of(badge, "a@a.org")
    again(roster, rosa)
    rosters.correct(roster=roster, values={2: {"email": "b@a.org"}}, by=rosa)
    assert shown(roster) == ["already_issued"]
    rosters.correct(roster=roster, values={2: {"email": "a@a.org"}}, by=rosa)
    assert shown(roster) == ["already_issued"]


def test_decision_about_an_address_is_none_about_the_one_on_record(badge: Badge, rosa: User) -> None:
    holder(badge, "a@a.org")
    holder(badge, "b@a.org", student_number="0077")
    roster = list_of(badge, "a@a.org", student_number="0077")
    again(roster, rosa)
    assert shown(roster) == ["needs_decision"]
    rosters.decide(roster=roster, row_no=2, decision=RowDecision.SAME_PERSON, by=rosa)
    assert (shown(roster), roster.rows.get().email) == (["already_issued"], "b@a.org")


def test_leaving_them_out_takes_the_decision_back(badge: Badge, rosa: User) -> None:
    holder(badge, "a@a.org")
    make_agreed(badge, "b@a.org")
    roster = list_of(badge, "a@a.org", "b@a.org")
    again(roster, rosa)
    assert rosters.leave_out_holders(roster=roster, check_no=roster.check_no, by=rosa) == 1
    roster.refresh_from_db()
    assert (shown(roster), roster.reissue_reason) == (["already_issued", "ready"], "")
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "issue_again",
        "leave_out_holders",
    ]
    assert rosters.confirm(roster=roster, ready=1, by=rosa) == 1
    assert new(roster) == [("b@a.org", 0, "")]


@pytest.mark.parametrize("shown_then", [{"count": 2}, {"check_no": 7}, {"count": 0, "check_no": 0}])
def test_issue_again_is_refused_when_something_else_was_shown(
    badge: Badge, rosa: User, shown_then: dict[str, int]
) -> None:
    holder(badge, "a@a.org")
    roster = list_of(badge, "a@a.org")
    with pytest.raises(InvalidInput, match="things have changed"):
        again(roster, rosa, **shown_then)
    roster.refresh_from_db()
    assert (shown(roster), roster.reissue_reason) == (["already_issued"], "")


@pytest.mark.parametrize("was_seen_by_a_colleague", [False, True])
def test_issue_again_is_refused_when_one_got_it_and_another_lost_it_meanwhile(
    badge: Badge, rosa: User, was_seen_by_a_colleague: bool
) -> None:
    holder(badge, "a@a.org")
    sent(badge, make_learner("c@a.org"))
    make_agreed(badge, "b@a.org")
    roster = list_of(badge, "a@a.org", "b@a.org", "c@a.org")
    ConsentRecord.objects.update(invalidated_at=timezone.now())
    look_again(roster)
    seen = roster.check_no
    Assertion.objects.update(status="Revoked")
    record(badge, "b@a.org")
    if was_seen_by_a_colleague:
        look_again(roster)
    with pytest.raises(InvalidInput, match="things have changed"):
        again(roster, rosa, count=2, check_no=seen)


def test_leaving_out_is_refused_when_it_was_confirmed_meanwhile(badge: Badge, rosa: User) -> None:
    holder(badge, "a@a.org")
    roster = list_of(badge, "a@a.org")
    again(roster, rosa)
    rosters.confirm(roster=roster, ready=1, check_no=roster.check_no, by=rosa)
    with pytest.raises(InvalidInput, match="things have changed"):
        rosters.leave_out_holders(roster=roster, check_no=roster.check_no, by=rosa)
    assert new(roster) == [("a@a.org", 1, WHY)]


@pytest.mark.parametrize(
    ("reason", "fields", "said"),
    [(" ", {}, "Say why"), ("x" * 501, {}, "reason"), (WHY, {"status": "uploaded"}, "still being read")],
)
def test_issue_again_is_refused_without_a_reason_or_while_it_is_read(
    badge: Badge, rosa: User, reason: str, fields: dict[str, str], said: str
) -> None:
    holder(badge, "a@a.org")
    roster = list_of(badge, "a@a.org")
    Roster.objects.update(**fields)
    with pytest.raises(InvalidInput, match=said):
        rosters.issue_again(roster=roster, reason=reason, by=rosa)


def test_second_press_finds_nobody_left(badge: Badge, rosa: User) -> None:
    holder(badge, "a@a.org")
    roster = list_of(badge, "a@a.org")
    again(roster, rosa)
    with pytest.raises(InvalidInput, match="Nobody on this roster can be issued it again"):
        rosters.issue_again(roster=roster, reason="Another", by=rosa)
    assert Roster.objects.get().reissue_reason == WHY


# Confirming


def test_confirm_gives_each_the_next_number_the_reason_and_what_it_replaces(badge: Badge, rosa: User) -> None:
    first, second = holder(badge, "a@a.org"), holder(badge, "b@a.org")
    twice = sent(badge, second, reissue_no=1, reissue_reason="Lost")
    record(badge, make_agreed(badge, "c@a.org").email)
    make_agreed(badge, "d@a.org")
    roster = list_of(badge, "a@a.org", "b@a.org", "c@a.org", "d@a.org")
    again(roster, rosa)
    assert rosters.confirm(roster=roster, ready=4, check_no=roster.check_no, by=rosa) == 4
    assert new(roster) == [("a@a.org", 1, WHY), ("b@a.org", 2, WHY), ("c@a.org", 0, WHY), ("d@a.org", 0, "")]
    replaced = list(roster.issuances.order_by("pk").values_list("replaces", flat=True))
    assert replaced == [first.issuances.earliest("pk").pk, twice.pk, None, None]
    assert AuditEvent.objects.get(verb="confirm").details == {"rows": 4, "again": 3}


def test_rest_that_becomes_ready_later_is_issued_again_too(badge: Badge, rosa: User) -> None:
    holder(badge, "a@a.org")
    late = make_learner("b@a.org")
    sent(badge, late)
    roster = list_of(badge, "a@a.org", "b@a.org")
    again(roster, rosa)
    rosters.confirm(roster=roster, ready=1, by=rosa)
    make_consent(late, ConsentRecord.objects.get().text, recorded_at=timezone.now())
    rosters.refresh(roster=roster)
    rosters.confirm_more(roster=roster, ready=1, by=rosa)
    assert new(roster) == [("a@a.org", 1, WHY), ("b@a.org", 1, WHY)]
    with pytest.raises(NothingReady):
        rosters.confirm_more(roster=roster, ready=1, by=rosa)


# The decision is about what was known then


@pytest.mark.parametrize(
    ("status", "expected"),
    [("queued", "in_another_run"), ("sending", "in_another_run"), ("unconfirmed", "unconfirmed_earlier")],
)
def test_one_that_is_on_its_way_comes_first(badge: Badge, rosa: User, status: str, expected: str) -> None:
    learner = holder(badge, "a@a.org")
    roster = list_of(badge, "a@a.org")
    again(roster, rosa)
    called = {"attempt_no": 1, "allowed_by": learner.consent_records.get()}
    make_issuance(badge, learner, status=status, reissue_no=1, reissue_reason="Lost", **called)
    with pytest.raises(NothingReady):
        rosters.confirm(roster=roster, ready=1, by=rosa)
    assert (shown(roster), new(roster)) == ([expected], [])


def by_a_colleague(badge: Badge, learner: Learner, now: datetime) -> None:
    first = learner.issuances.earliest("pk")
    person = Person(learner.first_name, learner.last_name, learner.email)
    made = issuances.reissue(issuance=first, person=person, details=issuances.Details(), reason="Lost", by=user())
    issue(made, now)


def by_another_roster(badge: Badge, learner: Learner, now: datetime) -> None:
    other = list_of(badge, learner.email)
    again(other, user())
    rosters.confirm(roster=other, ready=1, by=user())
    issue(other.issuances.get(), now)


def by_a_row_that_was_refused_before(badge: Badge, learner: Learner, now: datetime) -> None:
    """It was confirmed before the decision, and its clock may be behind."""
    issue(learner.issuances.get(status="rejected"), LONG_AGO)


def by_somebody_elsewhere(badge: Badge, learner: Learner, now: datetime) -> None:
    record(badge, learner.email)


def issue(issuance: Issuance, at: datetime) -> None:
    Issuance.objects.filter(pk=issuance.pk).update(status="issued", issued_at=at, changed_at=at, reason="")


@pytest.mark.parametrize(
    "meanwhile", [by_a_colleague, by_another_roster, by_a_row_that_was_refused_before, by_somebody_elsewhere]
)
def test_decision_is_void_once_it_was_issued_again_by_whomever(
    badge: Badge, rosa: User, now: datetime, meanwhile: Callable[[Badge, Learner, datetime], None]
) -> None:
    learner = holder(badge, "a@a.org")
    make_issuance(badge, learner, status="rejected", reason="refused_by_navigatr", reissue_no=1, reissue_reason="Lost")
    roster = list_of(badge, "a@a.org")
    again(roster, rosa)
    meanwhile(badge, learner, now)
    with pytest.raises(NothingReady):
        rosters.confirm(roster=roster, ready=1, by=rosa)
    assert (shown(roster), new(roster)) == (["already_issued"], [])


def test_late_answer_that_takes_the_key_leaves_the_row_out(
    badge: Badge, rosa: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = holder(badge, "a@a.org")
    late = make_issuance(
        badge, learner, status="rejected", reason="refused_by_navigatr", reissue_no=1, reissue_reason="x"
    )
    make_agreed(badge, "b@a.org")
    roster = list_of(badge, "a@a.org", "b@a.org")
    again(roster, rosa)

    def beaten(*given: Any, **more: Any) -> list[RosterRow]:
        changed = rosters.check_again(*given, **more)
        issue(late, now)
        return changed

    monkeypatch.setattr(running, "check_again", beaten)
    assert rosters.confirm(roster=roster, ready=2, by=rosa) == 1
    assert (shown(roster), new(roster)) == (["already_issued", "ready"], [("b@a.org", 0, "")])


# What Navigatr says has ended


@pytest.mark.parametrize("status", ["Revoked", "failed", "EXPIRED"])
def test_who_had_it_is_issued_the_next_without_a_decision(badge: Badge, rosa: User, status: str) -> None:
    holder(badge, "a@a.org", status)
    holder(badge, "b@a.org")
    roster = list_of(badge, "a@a.org", "b@a.org")
    assert shown(roster) == ["ready", "already_issued"]
    again(roster, rosa)
    rosters.confirm(roster=roster, ready=2, by=rosa)
    assert new(roster) == [("a@a.org", 1, f"Navigatr’s record of the earlier badge: {status}"), ("b@a.org", 1, WHY)]


def test_sent_badge_without_a_record_is_held(badge: Badge) -> None:
    sent(badge, make_agreed(badge, "a@a.org"))
    record(badge, "a@a.org", "Revoked")
    assert shown(list_of(badge, "a@a.org")) == ["already_issued"]


def test_another_record_in_force_is_held(badge: Badge) -> None:
    holder(badge, "a@a.org", "Revoked")
    record(badge, "a@a.org", "Pending")
    assert shown(list_of(badge, "a@a.org")) == ["already_issued"]


def test_ended_badge_at_an_earlier_address_counts_too(badge: Badge, rosa: User) -> None:
    learner = holder(badge, "old@a.org", "Expired")
    Learner.objects.filter(pk=learner.pk).update(email="a@a.org", email_key=email_key("a@a.org"))
    roster = list_of(badge, "a@a.org")
    rosters.confirm(roster=roster, ready=1, by=rosa)
    assert new(roster) == [("a@a.org", 0, "Navigatr’s record of the earlier badge: Expired")]


def test_single_badge_follows_the_same_rule(badge: Badge, rosa: User) -> None:
    holder(badge, "a@a.org", "Revoked")
    holder(badge, "b@a.org")
    made = issuances.issue(badge=badge, person=Person("Zoë", "Núñez", "a@a.org"), by=rosa)
    assert (made.reissue_no, made.reissue_reason) == (1, "Navigatr’s record of the earlier badge: Revoked")
    with pytest.raises(AlreadyTaken):
        issuances.issue(badge=badge, person=Person("Zoë", "Núñez", "b@a.org"), by=rosa)


# How many questions


@pytest.mark.skipif(database.vendor != "sqlite", reason="PostgreSQL knows better by itself")
def test_who_had_it_is_looked_up_by_the_person(badge: Badge) -> None:
    """Ten thousand rows took 25 s where each went through all that was sent of the badge."""
    plan = reads.ready_once_more(make_roster(badge)).explain()
    with CaptureQueriesContext(database) as asked, database.cursor() as cursor:
        queries.holdings(badge, {str(number): number for number in range(20)})
        for query in [one["sql"] for one in asked.captured_queries if 'FROM "issuing_issuance"' in one["sql"]]:
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
            plan += str(cursor.fetchall())
    assert [plan.count(by) for by in ("(learner_id=?)", "(badge_id=? AND email_key=?)", "status=?")] == [2, 3, 0]


def test_many_take_no_more_questions_than_few(badge: Badge, rosa: User) -> None:
    found = {}
    for size in (3, 90):
        emails = [f"{size}-{number}@a.org" for number in range(size)]
        for email in emails:
            holder(badge, email)
        roster = list_of(badge, *emails)
        with CaptureQueriesContext(database) as asked:
            again(roster, rosa)
            rosters.confirm(roster=roster, ready=size, by=rosa)
        found[size] = len(asked)
    assert found[3] == found[90]
