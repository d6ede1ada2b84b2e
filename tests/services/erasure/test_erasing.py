"""What erasing does, refuses and leaves."""

import re

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.enums import Disposition, IssuanceStatus, RosterStatus, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput, NothingReady, NotPermitted
from issuing.fields import encrypt
from issuing.models import (
    AuditEvent,
    Badge,
    ConsentEvidence,
    ConsentLink,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    Erasure,
    Issuance,
    Learner,
    RightsRequest,
    Roster,
    User,
)
from issuing.services import erasure, issuances, rosters
from issuing.services.erasure import erasing
from issuing.services.learners import Person
from tests import factories as make
from tests.models.breaches import attempt
from tests.services.erasure.somebody import EMAIL, FIRST, LAST, NUMBER, Somebody, make_somebody
from tests.services.retention.olden import called

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge(db: None) -> Badge:
    return make.make_badge()


@pytest.fixture
def ann(db: None) -> User:
    return make.make_user("ann", role="manager")


@pytest.fixture
def somebody(badge: Badge) -> Somebody:
    return make_somebody(badge)


def erase(learner: Learner, by: User, note: str = "Came with a passport.") -> erasure.Erased:
    return erasure.erase(learner=learner, identity_note=note, by=by)


def test_erasing_keeps_what_proves_what_was_done(somebody: Somebody, ann: User) -> None:
    key = somebody.learner.email_key
    done = erase(somebody.learner, ann)
    learner, sent, yes = somebody.learner, somebody.sent, somebody.yes
    for one in (learner, sent, yes):
        one.refresh_from_db()
    assert (learner.email_key, learner.email, learner.full_name, learner.erased_at) == (
        key,
        "",
        "",
        done.erasure.erased_at,
    )
    assert (sent.status, sent.email_key, sent.allowed_by, sent.issued_at is None) == ("issued", key, yes, False)
    assert (yes.decision, yes.route, yes.text is None, yes.decided_at) == ("given", "paper", False, make.LONG_AGO)
    assert (yes.evidence_note, sent.first_name, sent.detail) == ("", "", "")


def test_erasing_stops_what_waits_and_what_was_refused(somebody: Somebody, ann: User) -> None:
    assert erase(somebody.learner, ann).cancelled == 2
    for one in (somebody.waiting, somebody.refused):
        one.refresh_from_db()
        assert (one.status, one.reason) == (IssuanceStatus.CANCELLED, StatusReason.LEARNER_ERASED)


def test_erasing_blanks_rows_and_leaves_other_people_on_the_list(somebody: Somebody, ann: User) -> None:
    assert erase(somebody.learner, ann).rows == 3
    rows = somebody.checked.rows.order_by("row_no").values_list("row_no", "first_name", "disposition", "learner")
    waits = Disposition.NEEDS_DECISION
    assert list(rows) == [
        (1, "", waits, somebody.learner.pk),
        (2, "", waits, somebody.learner.pk),
        (3, "Ben", "ready", None),
    ]
    somebody.run.refresh_from_db()
    kept = (somebody.run.file_name, somebody.run.group, somebody.run.reading["samples"])
    assert kept == ("class list.csv", "", ["Núñez"])


def test_name_goes_from_a_list_whose_rows_are_kept_no_longer(somebody: Somebody, ann: User) -> None:
    somebody.run.rows.all().delete()
    erase(somebody.learner, ann)
    somebody.run.refresh_from_db()
    assert (somebody.run.file_name, somebody.run.group) == ("class list.csv", "")


def test_name_goes_from_why_others_on_the_list_were_issued_it_again(
    somebody: Somebody, badge: Badge, ann: User
) -> None:
    told = {"roster": somebody.run, "reissue_no": 1}
    named = make.make_issuance(badge, **told, reissue_reason=f"{FIRST} lost hers")
    other = make.make_issuance(badge, **told, reissue_reason="A new edition")
    erase(somebody.learner, ann)
    reasons = [Issuance.objects.get(pk=one.pk).reissue_reason for one in (named, other)]
    assert reasons == ["(erased)", "A new edition"]


def test_erasing_ends_links_requests_and_mails(somebody: Somebody, ann: User) -> None:
    with CaptureQueriesContext(database) as ran:
        erase(somebody.learner, ann)
    changed = re.findall(r'UPDATE "issuing_consent_(mail|request)"', " ".join(one["sql"] for one in ran))
    assert changed == sorted(changed)  # in the order of whoever writes down what came of an e-mail
    assert not ConsentLink.objects.exists()
    assert not ConsentRequest.objects.open().exists()
    assert set(ConsentMail.objects.values_list("status", "detail")) == {("dropped", ""), ("refused", "")}
    assert RightsRequest.objects.get().closed_by == ann


def test_erasing_keeps_two_guardians_apart(badge: Badge, ann: User) -> None:
    learner = make.make_learner()
    for name in ("Maria", "Mario"):
        make.make_consent(
            learner,
            make.make_text(badge.provider, version=len(name) + ord(name[-1])),
            giver="guardian",
            giver_name=name,
        )
    erase(learner, ann)
    told = ConsentRecord.objects.order_by("giver_key").values_list("giver_key", "giver_name")
    assert list(told) == [("guardian:1", "(erased)"), ("guardian:2", "(erased)")]


def test_erasing_is_on_the_list_and_in_the_audit_without_a_name(somebody: Somebody, ann: User) -> None:
    earlier = somebody.refused.email_key
    done = erase(somebody.learner, ann)
    kept = Erasure.objects.get()
    assert (kept.learner_uuid, kept.erased_by) == (somebody.learner.uuid, ann)
    assert kept.email_keys == [somebody.learner.email_key, earlier]
    assert len(kept.entries) == 2
    act = AuditEvent.objects.get(verb="erase")
    assert (act.actor, act.details) == (ann, {"cancelled": 2, "rows": done.rows, "uploads": 0})


@pytest.mark.parametrize(
    "note", ["", f"Passport of {FIRST}", f"Mail from {EMAIL}", f"Card {NUMBER}", f"{LAST.upper()}, passport"]
)
def test_erasing_wants_a_note_that_names_nobody(somebody: Somebody, ann: User, note: str) -> None:
    with pytest.raises(InvalidInput):
        erase(somebody.learner, ann, note)
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("status", ["sending", "unconfirmed"])
def test_erasing_waits_until_a_call_has_ended(somebody: Somebody, ann: User, status: str) -> None:
    told = {"status": status, "attempt_no": 1, "allowed_by": somebody.yes}
    Issuance.objects.filter(pk=somebody.waiting.pk).update(**told)
    with pytest.raises(InvalidInput, match="Erase them once that has ended"):
        erase(somebody.learner, ann)
    somebody.learner.refresh_from_db()
    assert (somebody.learner.email, somebody.learner.erased_at) == (EMAIL, None)


def test_erasing_is_refused_where_a_list_about_them_came_meanwhile(
    somebody: Somebody, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "locked_files", lambda learner, unread: ([somebody.run], []))
    with pytest.raises(AlreadyTaken, match="do it again"):
        erase(somebody.learner, ann)
    assert not Erasure.objects.exists()


def test_erasing_is_for_managers(somebody: Somebody) -> None:
    with pytest.raises(NotPermitted):
        erase(somebody.learner, make.make_user())


def test_erasing_twice_is_refused(somebody: Somebody, ann: User) -> None:
    erase(somebody.learner, ann)
    with pytest.raises(AlreadyTaken, match="asked to be erased"):
        erase(somebody.learner, ann)
    assert Erasure.objects.count() == 1


def test_address_goes_from_badges_of_others_who_had_it_before(badge: Badge, ann: User) -> None:
    earlier = make.make_issuance(badge, make.make_agreed(badge, EMAIL), status="issued", issued_at=timezone.now())
    Learner.objects.update(email="ben@example.org", email_key=make.email_key("ben@example.org"))
    waiting = make.make_issuance(make.make_badge(badge.provider, navigatr_id=52), earlier.learner)
    Issuance.objects.filter(pk=waiting.pk).update(email_key=make.email_key(EMAIL), email=EMAIL)
    row = make.make_row(make.make_roster(badge), EMAIL, row_no=1, learner=earlier.learner)
    erase(make.make_learner(EMAIL), ann)
    for one in (earlier, waiting, row):
        one.refresh_from_db()
    assert (earlier.email, earlier.first_name, earlier.status, waiting.status) == ("", "Zoë", "issued", "cancelled")
    assert (row.email, row.first_name) == ("", "Ana")


def test_badge_that_waits_but_was_accepted_late_counts_as_sent(badge: Badge, ann: User) -> None:
    issuance = make.make_issuance(badge)
    late = attempt(issuance)
    type(late).objects.update(outcome="issued", effect="one", ended_at=timezone.now())
    assert erase(issuance.learner, ann).cancelled == 0
    issuance.refresh_from_db()
    assert issuance.status == IssuanceStatus.ISSUED


def test_upload_without_rows_goes_where_its_file_names_them(badge: Badge, ann: User) -> None:
    learner = make.make_learner(EMAIL, first_name=FIRST, last_name=LAST)
    waits = {"status": RosterStatus.UPLOADED, "reading": {"questions": ["names"]}}
    uploads = [make.make_roster(badge, **waits) for _ in range(3)]
    for roster, content in zip(uploads, (f"Email\n{EMAIL}\n", "Email\nben@example.org\n", ""), strict=True):
        Roster.objects.filter(pk=roster.pk).update(original=encrypt(content.encode(), str(roster.uuid)))
    assert erase(learner, ann).uploads == 2
    assert list(Roster.objects.all()) == [uploads[1]]


def test_upload_that_is_just_being_read_goes_where_a_row_of_theirs_is_there_already(badge: Badge, ann: User) -> None:
    learner = make.make_learner(EMAIL)
    roster = make.make_roster(badge, status=RosterStatus.UPLOADED)
    make.make_row(roster, EMAIL, row_no=1)
    assert erase(learner, ann).uploads == 1
    assert not Roster.objects.exists()


def test_badge_is_not_issued_to_somebody_erased(somebody: Somebody, badge: Badge, ann: User) -> None:
    erase(somebody.learner, ann)
    with pytest.raises(NothingReady, match="asked to be erased"):
        issuances.issue(badge=badge, person=Person(FIRST, LAST, EMAIL), by=ann)


def test_later_upload_waits_for_a_person(somebody: Somebody, badge: Badge, ann: User) -> None:
    erase(somebody.learner, ann)
    other = make.make_badge(badge.provider, navigatr_id=99)
    row = make.make_row(make.make_roster(other), EMAIL, row_no=1, first_name=FIRST, last_name=LAST)
    rosters.check_again(row.roster, [row], now=timezone.now())
    assert (row.disposition, row.learner) == (Disposition.NEEDS_DECISION, somebody.learner)


def test_stopped_badge_that_was_answered_with_a_yes_is_told_as_sent(badge: Badge) -> None:
    stopped = make.make_issuance(badge, status="cancelled", reason="stopped_by_staff", attempt_no=1)
    assert erasure.foresee(learner=stopped.learner).sent == []
    called(stopped, timezone.now())
    assert erasure.foresee(learner=stopped.learner).sent == [stopped]


def test_file_that_proves_answers_of_others_too_is_said_to_stay(badge: Badge) -> None:
    answers = [make.make_agreed(badge).consent_records.get() for _ in range(2)]
    told = {"name": "list.pdf", "kind": "application/pdf", "size": 1, "sha256": "0" * 64, "sealed": b"1"}
    file = ConsentEvidence.objects.create(**told)
    for number, answer in enumerate(answers):
        ConsentRecord.objects.filter(pk=answer.pk).update(shared_evidence=file)
        assert erasure.foresee(learner=answers[0].learner).shared == [file] * number
