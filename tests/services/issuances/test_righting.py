"""Badges put right by a person: corrected, stopped, issued again, sent to the right person."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from issuing.exceptions import AlreadyTaken, InvalidInput, NothingReady
from issuing.models import Assertion, Attempt, AuditEvent, Badge, Issuance, Learner, User, email_key
from issuing.services import issuances
from issuing.services.issuances import Details, HasItAlready
from issuing.services.learners import Person
from tests.factories import LONG_AGO, make_agreed, make_badge, make_consent, make_issuance, make_roster, make_user

pytestmark = pytest.mark.django_db

REFUSED = {"status": "rejected", "reason": "refused_by_navigatr", "detail": "No such domain", "attempt_no": 1}
RIGHT = Person("Zoë", "Núñez", "zoe@example.org")


@pytest.fixture
def by() -> User:
    return make_user()


@pytest.fixture
def badge() -> Badge:
    return make_badge()


def refused(badge: Badge, **fields: Any) -> Issuance:
    return make_issuance(badge, make_agreed(badge, "zoe@exmaple.org"), **(REFUSED | fields))


def sent(badge: Badge, learner: Learner | None = None, **fields: Any) -> Issuance:
    at = timezone.now() - timedelta(days=1)
    return make_issuance(
        badge, learner or make_agreed(badge, "zoe@exmaple.org"), status="issued", issued_at=at, **fields
    )


def correct(issuance: Issuance, by: User, person: Person = RIGHT, **fields: Any) -> None:
    given = {"attempt_no": issuance.attempt_no, "details": Details()} | fields
    issuances.correct(issuance=issuance, person=person, by=by, **given)


def again(issuance: Issuance, by: User, person: Person | None = None, reason: str = "Lost") -> Issuance:
    person = person or Person(issuance.first_name, issuance.last_name, issuance.email)
    return issuances.reissue(issuance=issuance, person=person, details=Details(), reason=reason, by=by)


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


# Stopping


@pytest.mark.parametrize("fields", [{}, REFUSED])
def test_cancel_stops_what_waits_or_was_refused(badge: Badge, by: User, fields: dict[str, Any]) -> None:
    issuance = make_issuance(badge, **fields)
    issuances.cancel(issuance=issuance, attempt_no=issuance.attempt_no, by=by)
    issuance.refresh_from_db()
    assert (issuance.status, issuance.reason, verbs()) == ("cancelled", "stopped_by_staff", ["cancel"])


@pytest.mark.parametrize("number", [0, 2])
def test_cancel_refuses_when_another_attempt_has_begun_since(badge: Badge, by: User, number: int) -> None:
    issuance = refused(badge)
    with pytest.raises(AlreadyTaken):
        issuances.cancel(issuance=issuance, attempt_no=number, by=by)
    issuance.refresh_from_db()
    assert (issuance.status, verbs()) == ("rejected", [])


def test_cancel_refuses_what_was_sent(badge: Badge, by: User) -> None:
    with pytest.raises(AlreadyTaken):
        issuances.cancel(issuance=sent(badge), attempt_no=0, by=by)


@pytest.mark.parametrize("status", ["sending", "unconfirmed"])
def test_key_of_what_may_have_been_sent_is_not_freed(badge: Badge, by: User, status: str) -> None:
    learner = make_agreed(badge, "zoe@exmaple.org")
    issuance = make_issuance(badge, learner, status=status, attempt_no=1, allowed_by=learner.consent_records.get())
    with pytest.raises(AlreadyTaken):
        issuances.cancel(issuance=issuance, attempt_no=1, by=by)
    with pytest.raises(AlreadyTaken):
        correct(issuance, by)
    with pytest.raises(InvalidInput, match="Only a badge that was sent"):
        again(issuance, by)
    issuance.refresh_from_db()
    assert (issuance.status, issuance.attempt_no, verbs()) == (status, 1, [])


# Correcting


def test_correct_queues_the_badge_and_corrects_the_learner(badge: Badge, by: User) -> None:
    issuance = refused(badge)
    correct(issuance, by, details=Details(evidence_text="Built a website"))
    issuance.refresh_from_db()
    learner = Learner.objects.get(pk=issuance.learner_id)
    key = email_key("zoe@example.org")
    assert (issuance.status, issuance.email, issuance.email_key, issuance.reissue_no) == ("queued", RIGHT.email, key, 0)
    assert (issuance.evidence_text, issuance.reason, issuance.detail, issuance.first_key) == (
        "Built a website",
        "",
        "",
        "zoe",
    )
    assert (learner.email, learner.email_key, verbs()) == (RIGHT.email, key, ["correct", "correct"])


def test_correct_refuses_when_it_was_refused_again_since_it_was_shown(badge: Badge, by: User) -> None:
    issuance = refused(badge)
    Issuance.objects.filter(pk=issuance.pk).update(attempt_no=2)
    with pytest.raises(AlreadyTaken):
        correct(issuance, by, attempt_no=1)
    issuance.refresh_from_db()
    assert (issuance.status, issuance.email, verbs()) == ("rejected", "zoe@exmaple.org", [])


def test_correct_leaves_with_the_learner_what_was_not_changed(badge: Badge, by: User) -> None:
    issuance = refused(badge)
    Learner.objects.filter(pk=issuance.learner_id).update(first_name="Zoë Ana", email="own@example.org")
    correct(issuance, by, Person("Zoë", "Nunez", "zoe@exmaple.org"))
    learner = Learner.objects.get(pk=issuance.learner_id)
    assert (learner.first_name, learner.last_name, learner.email) == ("Zoë Ana", "Nunez", "own@example.org")


def test_correct_refuses_without_consent_now(badge: Badge, by: User) -> None:
    issuance = refused(badge)
    make_consent(issuance.learner, None, "withdrawn", decided_at=LONG_AGO + timedelta(days=1))
    with pytest.raises(NothingReady, match="does not agree"):
        correct(issuance, by)
    assert Learner.objects.get(pk=issuance.learner_id).email == "zoe@exmaple.org"


@pytest.mark.parametrize("change", ["hold", "merged", "erased", "badge", "roster"])
def test_correct_refuses_what_may_not_be_sent(badge: Badge, by: User, change: str) -> None:
    issuance, now = refused(badge), timezone.now()
    mine = Learner.objects.filter(pk=issuance.learner_id)
    if change == "roster":
        run = {"status": "stopped", "confirmed_at": now, "confirmed_by": by}
        Issuance.objects.update(roster=make_roster(badge, **run))
        issuance.refresh_from_db()
    elif change == "badge":
        Badge.objects.update(hold="gone", held_at=now)
    else:
        mine.update(
            **{"hold": {"on_hold_since": now}, "erased": {"erased_at": now}}.get(
                change, {"merged_into": make_agreed(badge)}
            )
        )
    with pytest.raises((NothingReady, InvalidInput, AlreadyTaken)):
        correct(issuance, by)
    issuance.refresh_from_db()
    assert issuance.status == "rejected"


def test_correct_refuses_somebody_elses_name_or_address(badge: Badge, by: User) -> None:
    issuance = refused(badge)
    make_agreed(badge, "bo@example.org")
    with pytest.raises(InvalidInput, match="somebody else"):
        correct(issuance, by, Person("Bo", "Li", "zoe@example.org"))
    with pytest.raises(InvalidInput, match="has this e-mail address already"):
        correct(issuance, by, Person("Zoë", "Núñez", "bo@example.org"))


def test_correct_refuses_when_a_colleague_was_faster(badge: Badge, by: User) -> None:
    issuance = refused(badge)
    correct(issuance, by)
    with pytest.raises(AlreadyTaken):
        correct(issuance, by)
    assert Issuance.objects.get().status == "queued"


def test_correct_refuses_when_an_attempt_was_answered_with_a_badge(badge: Badge, by: User) -> None:
    issuance, now = refused(badge), timezone.now()
    Attempt.objects.create(
        issuance=issuance, number=1, connection=badge.provider.connection, secret_version=1, worker="w",
        claimed_at=now, slot_at=now, ended_at=now, outcome="issued", effect="one",
    )  # fmt: skip
    with pytest.raises(AlreadyTaken, match="may have been sent already"):
        correct(issuance, by)


@pytest.mark.parametrize("status", ["queued", "sending", "unconfirmed"])
def test_correct_refuses_while_another_row_is_on_its_way(badge: Badge, by: User, status: str) -> None:
    issuance = refused(badge)
    started = {} if status == "queued" else {"attempt_no": 1, "allowed_by": issuance.learner.consent_records.get()}
    make_issuance(badge, issuance.learner, status=status, **started)
    with pytest.raises(AlreadyTaken, match="on its way"):
        correct(issuance, by, again_reason="Because")


def test_correct_asks_why_when_they_have_the_badge_and_takes_the_next_number(badge: Badge, by: User) -> None:
    issuance = refused(badge)
    sent(badge, issuance.learner)
    same = Person("Zoë", "Núñez", "zoe@exmaple.org")
    with pytest.raises(HasItAlready):
        correct(issuance, by, same)
    correct(issuance, by, same, again_reason="The first was lost")
    issuance.refresh_from_db()
    assert (issuance.status, issuance.reissue_no, issuance.reissue_reason) == ("queued", 1, "The first was lost")


def test_correct_asks_why_when_navigatr_shows_the_badge_at_that_address(badge: Badge, by: User) -> None:
    issuance = refused(badge)
    key = email_key(RIGHT.email)
    Assertion.objects.create(badge=badge, navigatr_id="5", email_key=key, status="Claimed", read_at=timezone.now())
    with pytest.raises(HasItAlready):
        correct(issuance, by)
    correct(issuance, by, again_reason="They lost it")
    assert Issuance.objects.get().status == "queued"


# Issuing again


def test_reissue_takes_the_next_number_and_links_both(badge: Badge, by: User) -> None:
    first = sent(badge)
    made = again(first, by)
    assert (made.status, made.reissue_no, made.reissue_reason, made.replaces) == ("queued", 1, "Lost", first)
    assert (list(first.replaced_by.all()), verbs()) == ([made], ["confirm"])


def test_reissue_to_a_new_address_holds_that_addresss_key(badge: Badge, by: User) -> None:
    made = again(sent(badge), by, RIGHT)
    assert (made.email_key, made.reissue_no, made.learner.email) == (email_key(RIGHT.email), 0, RIGHT.email)


def test_reissue_refuses_without_reason_and_what_was_never_sent(badge: Badge, by: User) -> None:
    with pytest.raises(InvalidInput, match="Say why"):
        again(sent(badge), by, reason=" ")
    with pytest.raises(InvalidInput, match="Only a badge that was sent"):
        again(make_issuance(badge, status="cancelled", reason="no_consent"), by)


def test_reissue_refuses_a_second_press(badge: Badge, by: User) -> None:
    first = sent(badge)
    again(first, by)
    with pytest.raises(AlreadyTaken, match="on its way"):
        again(first, by)
    assert Issuance.objects.count() == 2


def test_reissue_refuses_without_consent(badge: Badge, by: User) -> None:
    first = sent(badge)
    make_consent(first.learner, None, "withdrawn", decided_at=LONG_AGO + timedelta(days=1))
    with pytest.raises(NothingReady):
        again(first, by)


# Gone astray


def astray(issuance: Issuance, by: User, *, is_with_somebody_else: bool) -> issuances.Redirected:
    return issuances.redirect(
        issuance=issuance, person=RIGHT, details=Details(), reason="Typing error",
        is_with_somebody_else=is_with_somebody_else, by=by,
    )  # fmt: skip


def test_redirect_only_sends_again_when_nobody_got_it(badge: Badge, by: User) -> None:
    done = astray(sent(badge), by, is_with_somebody_else=False)
    assert (done.issuance.email, done.revocation) == (RIGHT.email, None)


def test_redirect_revokes_too_when_somebody_else_may_have_it(badge: Badge, by: User) -> None:
    first = sent(badge)
    Assertion.objects.create(badge=badge, navigatr_id="7", issuance=first, status="Pending", read_at=timezone.now())
    done = astray(first, by, is_with_somebody_else=True)
    assert done.revocation is not None
    assert (done.revocation.issuance, done.revocation.reason) == (first, "This badge was sent to a wrong address.")


def test_redirect_sends_all_the_same_when_navigatrs_record_is_not_known(badge: Badge, by: User) -> None:
    done = astray(sent(badge), by, is_with_somebody_else=True)
    assert (done.issuance.status, done.revocation) == ("queued", None)
