"""Whoever was erased and comes back is somebody new, and is sent no badge a second time by that."""

from datetime import datetime

import pytest
from django.utils import timezone

from issuing import queries
from issuing.exceptions import AlreadyTaken, InvalidInput, NothingReady, NotPermitted
from issuing.models import AuditEvent, Badge, Erasure, Issuance, Learner, RosterRow, User
from issuing.services import consent, erasure, issuances, learners, rosters
from issuing.services.learners import Person
from issuing.services.rosters.dispositions import Facts, place
from tests import factories as make
from tests.services.erasure.conftest import _in_a_folder  # noqa: F401 - erasing writes beside the database

pytestmark = pytest.mark.django_db
ANA = Person("Ana", "Ng", "ana@example.org", "00123")
WHY = "Came back for a new course."


@pytest.fixture
def badge(db: None) -> Badge:
    return make.make_badge()


@pytest.fixture
def ann(db: None) -> User:
    return make.make_user("ann", role="manager")


def erased(badge: Badge, by: User, **fields: object) -> Learner:
    """Ana, who agreed, was sent the badge, and was erased."""
    ana = make.make_agreed(badge, ANA.email, first_name="Ana", last_name="Ng")
    make.make_issuance(badge, ana, status="issued", issued_at=timezone.now(), **fields)
    erasure.erase(learner=ana, identity_note="Came with a passport.", by=by)
    ana.refresh_from_db()
    return ana


def disposition(badge: Badge) -> str:
    row = Facts(2, ANA.first_name, ANA.last_name, make.email_key(ANA.email), "", has_problems=False)
    return place(badge, [row], now=timezone.now())[0].disposition


def test_somebody_erased_is_added_again_as_somebody_new(badge: Badge, ann: User) -> None:
    old = erased(badge, ann)
    key, when = old.email_key, old.erased_at
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    old.refresh_from_db()
    assert (new.full_name, new.email_key, new.erased_at, new.consent_records.count()) == ("Ana Ng", key, None, 0)
    assert (old.full_name, old.email, old.erased_at, old.came_back_as) == ("", "", when, new)
    event = AuditEvent.objects.get(verb="add_again")
    told = {"erased_on": timezone.localdate(when).isoformat(), "reason": WHY}
    assert (event.subject_uuid, event.actor, event.details) == (new.uuid, ann, told)


def test_what_they_agreed_to_before_counts_for_nothing(badge: Badge, ann: User) -> None:
    erased(badge, ann)
    other = make.make_badge(badge.provider, navigatr_id=52)
    assert disposition(other) == "needs_decision"
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    assert queries.consent_of(new.pk, other, now=timezone.now()).state == "none"
    assert disposition(other) == "needs_consent"
    make.make_consent(new, make.ConsentText.objects.get())
    assert disposition(other) == "ready"
    assert issuances.issue(badge=other, person=ANA, by=ann).learner == new


def test_badge_they_had_is_not_sent_a_second_time(badge: Badge, ann: User) -> None:
    erased(badge, ann)
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    make.make_consent(new, make.ConsentText.objects.get())
    assert disposition(badge) == "already_issued"
    with pytest.raises(AlreadyTaken):
        issuances.issue(badge=badge, person=ANA, by=ann)
    assert Issuance.objects.count() == 1


def test_only_a_manager_adds_them_again(badge: Badge, ann: User) -> None:
    erased(badge, ann)
    with pytest.raises(NotPermitted, match="Only a manager"):
        learners.add_again(person=ANA, reason=WHY, by=make.make_user("bob"))
    assert Learner.objects.present().count() == 0


@pytest.mark.parametrize(("reason", "number"), [(" ", "00123"), (WHY, "00777")])
def test_nothing_is_saved_without_a_reason_or_with_somebody_elses_number(
    badge: Badge, ann: User, reason: str, number: str
) -> None:
    old = erased(badge, ann)
    make.make_learner(student_number="00777")
    with pytest.raises(InvalidInput, match="Nothing was saved"):
        learners.add_again(person=Person("Ana", "Ng", ANA.email, number), reason=reason, by=ann)
    old.refresh_from_db()
    assert (old.came_back_as, AuditEvent.objects.filter(verb="add_again").count()) == (None, 0)


@pytest.mark.parametrize("known", [True, False])
def test_nobody_is_added_again_who_was_not_erased(ann: User, known: bool) -> None:
    if known:
        make.make_learner(ANA.email)
    with pytest.raises(AlreadyTaken, match="Nothing was saved twice"):
        learners.add_again(person=ANA, reason=WHY, by=ann)


def test_two_managers_add_them_once(badge: Badge, ann: User) -> None:
    erased(badge, ann)
    learners.add_again(person=ANA, reason=WHY, by=ann)
    with pytest.raises(AlreadyTaken):
        learners.add_again(person=ANA, reason=WHY, by=ann)
    assert Learner.objects.count() == 2


def test_blanked_rows_stay_nobodys_and_those_that_came_since_are_theirs(badge: Badge, ann: User) -> None:
    ana = make.make_agreed(badge, ANA.email, first_name="Ana", last_name="Ng")
    before = make.make_row(make.make_roster(badge), ANA.email, row_no=2, learner=ana)
    erasure.erase(learner=ana, identity_note="Came with a passport.", by=ann)
    since = make.make_row(make.make_roster(badge), ANA.email, row_no=2, learner=ana)
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    for row in (before, since):
        rosters.refresh(roster=row.roster)
    said = RosterRow.objects.order_by("pk").values_list("learner", "first_name", "disposition")
    assert list(said) == [(ana.pk, "", "needs_decision"), (new.pk, "Ana", "needs_consent")]


def test_they_are_erased_a_second_time_and_come_back_again(badge: Badge, ann: User) -> None:
    erased(badge, ann)
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    erasure.erase(learner=new, identity_note="Came with a passport.", by=ann)
    assert not AuditEvent.objects.filter(details__reason=WHY).exists()
    assert Erasure.objects.count() == 2
    third = learners.add_again(person=ANA, reason=WHY, by=ann)
    assert list(Learner.objects.present()) == [third]


def test_badge_sent_to_an_address_they_had_before_counts_for_whoever_came_back(badge: Badge, ann: User) -> None:
    old = erased(badge, ann)
    Issuance.objects.update(email_key=make.email_key("earlier@example.org"))
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    make.make_consent(new, make.ConsentText.objects.get())
    assert disposition(badge) == "already_issued"
    erasure.erase(learner=new, identity_note="Came with a passport.", by=ann)
    third = learners.add_again(person=ANA, reason=WHY, by=ann)
    assert set(third.came_from.all()) == {old, new}
    assert disposition(badge) == "already_issued"


def test_merging_takes_along_as_whom_somebody_was_erased(badge: Badge, ann: User) -> None:
    old = erased(badge, ann)
    new, kept = learners.add_again(person=ANA, reason=WHY, by=ann), make.make_learner()
    learners.merge(kept=kept, other=new, by=ann)
    old.refresh_from_db()
    assert old.came_back_as == kept


def test_list_of_erasures_leaves_the_new_entry_alone_and_erases_the_old(badge: Badge, ann: User) -> None:
    old = erased(badge, ann)
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    Learner.objects.filter(pk=old.pk).update(first_name="Ana")
    assert erasure.reapply() == erasure.Reapplied(listed=1, erased=1, waiting=[])
    for learner in (old, new):
        learner.refresh_from_db()
    assert (old.first_name, new.first_name, new.erased_at) == ("", "Ana", None)
    assert Learner.objects.count() == 2


def test_list_of_erasures_remembers_nobody_who_was_added_again(badge: Badge, ann: User) -> None:
    erased(badge, ann)
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    learners.correct(learner=new, person=Person("Ana", "Ng", "new@example.org"), by=ann)
    erasure.reapply()
    assert Learner.objects.count() == 2


def test_day_on_which_they_asked_is_said_wherever_they_are_met(badge: Badge, ann: User) -> None:
    when = datetime(2026, 3, 3, 12, tzinfo=timezone.get_default_timezone())
    Learner.objects.filter(pk=erased(badge, ann).pk).update(erased_at=when)
    said = "asked to be erased here on 3 March 2026"
    with pytest.raises(AlreadyTaken, match=said):
        learners.add(person=ANA, by=ann)
    with pytest.raises(NothingReady, match=said):
        issuances.issue(badge=badge, person=ANA, by=ann)
    with pytest.raises(InvalidInput, match=said):
        learners.correct(learner=make.make_learner(), person=ANA, by=ann)
    answer = consent.Answer("given", "paper", timezone.now(), make.ConsentText.objects.get())
    with pytest.raises(InvalidInput, match=said):
        consent.record_for_person(person=ANA, answer=answer, by=ann)


def test_what_is_left_of_the_erased_entry_is_handed_out_too(badge: Badge, ann: User) -> None:
    erased(badge, ann)
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    held = learners.held(learner=new, by=ann)
    assert (len(held["badges"]), len(held["consent"]), held["badges"][0]["email"]) == (1, 1, None)
    assert len(held["learner"]["erased_before"]) == 1


def test_badge_they_had_is_issued_again_with_a_reason_once_they_agreed_anew(badge: Badge, ann: User) -> None:
    ana = erased(badge, ann)
    roster = make.make_roster(badge)
    row = make.make_row(roster, ANA.email, row_no=2, learner=ana, disposition="already_issued")
    with pytest.raises(InvalidInput, match="Nobody on this roster can be issued it again"):
        rosters.issue_again(roster=roster, reason="Renewed each year.", by=ann)
    new = learners.add_again(person=ANA, reason=WHY, by=ann)
    rosters.issue_again(roster=roster, reason="Renewed each year.", by=ann)
    row.refresh_from_db()
    assert row.disposition == "needs_consent"
    make.make_consent(new, make.ConsentText.objects.get())
    rosters.refresh(roster=roster)
    assert rosters.confirm(roster=roster, ready=1, by=ann) == 1
    sent = Issuance.objects.get(learner=new)
    assert (sent.reissue_no, sent.reissue_reason) == (1, "Renewed each year.")
