"""Confirming one badge for one learner."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from issuing import queries
from issuing.enums import Decision, IssuanceStatus
from issuing.exceptions import AlreadyTaken, InvalidInput, NoEffect, NothingReady
from issuing.models import Assertion, AuditEvent, Badge, Issuance, Learner, email_key
from issuing.practice import PracticeServer
from issuing.practice.records import Wanted
from issuing.services import issuances, learners
from issuing.services.learners import Person
from tests.factories import (
    make_agreed,
    make_badge,
    make_connection,
    make_consent,
    make_issuance,
    make_learner,
    make_provider,
    make_user,
)

pytestmark = pytest.mark.django_db

ANA = Person("Ana", "Ng", "Ana@example.org")


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


def issue(badge: Badge, person: Person = ANA) -> Issuance:
    return issuances.issue(badge=badge, person=person, by=make_user())


def test_issue_queues_and_wakes_the_sender_in_one_go(badge: Badge) -> None:
    learner = make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    issuance = issue(badge)
    assert (issuance.learner, issuance.status, issuance.first_name) == (learner, IssuanceStatus.QUEUED, "Ana")
    assert OrmQ.objects.get().task["args"] == (badge.provider.connection_id,)
    assert AuditEvent.objects.get(verb="confirm").subject_uuid == issuance.uuid


def test_issue_sends_nothing_and_makes_no_learner_when_nobody_agreed(badge: Badge) -> None:
    with pytest.raises(NothingReady, match=r"No consent is recorded for Ana@example\.org"):
        issue(badge)
    assert (Learner.objects.count(), Issuance.objects.count(), OrmQ.objects.count()) == (0, 0, 0)


def test_issue_is_refused_when_the_learner_said_no(badge: Badge) -> None:
    make_consent(make_learner("ana@example.org", first_name="Ana", last_name="Ng"), None, Decision.DECLINED)
    with pytest.raises(NothingReady, match="said no"):
        issue(badge)


@pytest.mark.parametrize("status", [IssuanceStatus.QUEUED, IssuanceStatus.ISSUED])
def test_issue_is_refused_when_the_learner_is_being_sent_it_or_has_it(badge: Badge, status: str) -> None:
    now = timezone.now()
    issued = {"status": status, "issued_at": now if status == IssuanceStatus.ISSUED else None}
    make_issuance(badge, make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng"), **issued)
    with pytest.raises(AlreadyTaken, match="nothing was done twice"):
        issue(badge)
    assert Issuance.objects.count() == 1


def test_issue_is_refused_when_somebody_issued_it_elsewhere(badge: Badge) -> None:
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    Assertion.objects.create(
        badge=badge, navigatr_id="7", email_key=email_key("ana@example.org"), status="Claimed", read_at=timezone.now()
    )
    with pytest.raises(AlreadyTaken, match="as Navigatr shows"):
        issue(badge)


def test_issue_is_possible_when_navigatr_revoked_the_earlier_one(badge: Badge) -> None:
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    Assertion.objects.create(
        badge=badge, navigatr_id="7", email_key=email_key("ana@example.org"), status="Revoked", read_at=timezone.now()
    )
    assert issue(badge).status == IssuanceStatus.QUEUED


def test_issue_is_refused_when_the_badge_is_held(badge: Badge) -> None:
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    Badge.objects.update(hold="gone", hold_detail="Navigatr lists it no more.", held_at=timezone.now())
    badge.refresh_from_db()
    with pytest.raises(InvalidInput, match=r"cannot be issued now: Navigatr lists it no more\. Nothing was sent\."):
        issue(badge)


def test_issue_says_what_is_wrong_with_a_name(badge: Badge) -> None:
    with pytest.raises(InvalidInput, match="The last name is missing"):
        issue(badge, Person("Ana", " ", "ana@example.org"))


@pytest.mark.parametrize(("first", "last"), [("Ben", "Ng"), ("Zoe", "Smith")])
def test_issue_is_refused_when_the_consent_on_record_is_somebody_elses(badge: Badge, first: str, last: str) -> None:
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    with pytest.raises(InvalidInput, match="is known here as Ana Ng, whose consent is not"):
        issue(badge, Person(first, last, "ana@example.org"))
    assert Issuance.objects.count() == 0


def test_issue_is_refused_when_the_learner_is_on_hold(badge: Badge) -> None:
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng", on_hold_since=timezone.now())
    with pytest.raises(NothingReady, match="is on hold"):
        issue(badge)


def test_issue_is_refused_when_the_learner_was_erased(badge: Badge) -> None:
    make_agreed(badge, "ana@example.org", erased_at=timezone.now())
    with pytest.raises(NothingReady, match="asked to be erased"):
        issue(badge)


def test_erased_key_still_blocks(badge: Badge) -> None:
    sent = make_issuance(
        badge, make_agreed(badge, "ana@example.org"), status=IssuanceStatus.ISSUED, issued_at=timezone.now()
    )
    blank = {"first_name": "", "last_name": "", "email": ""}
    Issuance.objects.update(**blank)
    Learner.objects.update(**blank, erased_at=timezone.now())
    with pytest.raises(NothingReady, match="asked to be erased"):
        issue(badge)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_issuance(badge, sent.learner)
    assert queries.holding(badge, email_key("Ana@Example.org"), None).statuses == {IssuanceStatus.ISSUED}


def test_issue_makes_one_badge_when_asked_twice_with_one_key(badge: Badge) -> None:
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    key, by = uuid4(), make_user()
    first, second = (issuances.issue(badge=badge, person=ANA, key=key, by=by) for _ in range(2))
    assert (first, first.uuid, Issuance.objects.count()) == (second, key, 1)
    assert AuditEvent.objects.filter(verb="confirm").count() == 1


def test_issue_shows_the_first_also_when_it_has_been_sent_since(badge: Badge) -> None:
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    key, by = uuid4(), make_user()
    first = issuances.issue(badge=badge, person=ANA, key=key, by=by)
    Issuance.objects.update(status=IssuanceStatus.ISSUED, issued_at=timezone.now())
    Badge.objects.update(hold="gone", held_at=timezone.now())
    assert issuances.issue(badge=badge, person=ANA, key=key, by=by) == first


def test_issue_is_refused_when_the_key_is_another_badges(badge: Badge) -> None:
    other = make_issuance(make_badge(badge.provider, navigatr_id=52))
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    with pytest.raises(AlreadyTaken):
        issuances.issue(badge=badge, person=ANA, key=other.uuid, by=make_user())


def test_issue_is_refused_when_the_learner_was_sent_it_at_an_earlier_address(badge: Badge) -> None:
    learner = make_agreed(badge, "old@example.org", first_name="Ana", last_name="Ng")
    make_issuance(badge, learner)
    learners.correct(learner=learner, person=ANA, by=make_user())
    with pytest.raises(AlreadyTaken, match="at another address already"):
        issue(badge)


def test_issue_asks_navigatr_who_has_the_badge_when_that_is_not_known_of_late(
    transactional_db: None, practice: PracticeServer
) -> None:
    badge = make_badge(make_provider(make_connection(practice.base_url)), recipients_read_at=None)
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    practice.practice.ledger.issue_outside(Wanted(51, 12, "ana@example.org", "Ana", "Ng"))
    with pytest.raises(AlreadyTaken, match="as Navigatr shows"):
        issue(badge)
    assert Issuance.objects.count() == 0


def test_issue_sends_nothing_when_navigatr_cannot_say_who_has_the_badge(badge: Badge, settings: Settings) -> None:
    settings.NAVIGATR_HOSTS = [badge.provider.host]
    Badge.objects.update(recipients_read_at=timezone.now() - timedelta(minutes=11))
    make_agreed(badge, "ana@example.org", first_name="Ana", last_name="Ng")
    badge.refresh_from_db()
    with pytest.raises(NoEffect, match="could not be reached"):
        issue(badge)
    assert Issuance.objects.count() == 0
