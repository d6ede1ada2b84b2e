"""Whoever was erased is erased again where a backup brought them back."""

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from issuing.exceptions import InvalidInput
from issuing.models import Badge, Erasure, Issuance, Learner, User
from issuing.services import erasure
from tests import factories as make
from tests.services.erasure.somebody import EMAIL, FIRST, LAST, SPELT, make_somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge(db: None) -> Badge:
    return make.make_badge()


@pytest.fixture
def ann(db: None) -> User:
    return make.make_user("ann", role="manager")


def erase(learner: Learner, by: User) -> Erasure:
    return erasure.erase(learner=learner, identity_note="Came with a passport.", by=by).erasure


def brought_back(learner: Learner) -> None:
    """As in a backup made before."""
    names = {"first_name": FIRST, "last_name": LAST, "email": EMAIL, "search": EMAIL}
    Learner.objects.filter(pk=learner.pk).update(**names, erased_at=None)
    Issuance.objects.filter(learner=learner).update(first_name=FIRST, email=EMAIL)


def test_somebody_brought_back_is_erased_again(badge: Badge, ann: User) -> None:
    learner = make.make_issuance(badge, status="issued", issued_at=timezone.now()).learner
    erased_at = erase(learner, ann).erased_at
    assert erasure.reapply() == erasure.Reapplied(listed=1, erased=0, waiting=[])
    brought_back(learner)
    assert erasure.reapply() == erasure.Reapplied(listed=1, erased=1, waiting=[])
    learner.refresh_from_db()
    assert (learner.email, learner.search, learner.erased_at) == ("", "", erased_at)
    assert Issuance.objects.get().email == ""
    assert Erasure.objects.get().reapplied_at is not None


def test_somebody_whose_badge_is_on_its_way_waits(badge: Badge, ann: User) -> None:
    issuance = make.make_issuance(badge)
    learner = issuance.learner
    erase(learner, ann)
    brought_back(learner)
    yes = learner.consent_records.get()
    Issuance.objects.update(status="unconfirmed", reason="", attempt_no=1, allowed_by=yes)
    assert erasure.reapply() == erasure.Reapplied(listed=1, erased=0, waiting=[str(learner.uuid)])


def test_list_outlives_the_database(ann: User) -> None:
    learner = make.make_learner(EMAIL)
    key = erase(learner, ann).email_keys[0]
    kept = list(erasure.lines())
    Erasure.objects.all().delete()
    Learner.objects.all().delete()  # the backup is older than the learner, and knows a row of theirs alone
    row = make.make_row(make.make_roster(make.make_badge()), EMAIL, row_no=1, first_name=FIRST)
    assert erasure.take_in(kept) == 1
    assert erasure.take_in(kept) == 0
    assert [erasure.reapply().erased for _ in range(2)] == [1, 0]
    row.refresh_from_db()
    assert (row.first_name, row.email) == ("", "")
    known = Learner.objects.get()
    assert (known.uuid, known.email_key, known.full_name, known.erased_at is None) == (learner.uuid, key, "", False)
    assert Erasure.objects.get().erased_by == ann


def test_list_beside_the_database_is_added_to_and_names_nobody(
    badge: Badge, ann: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        erase(make_somebody(badge).learner, ann)
    text = erasure.beside().read_text()
    assert text.splitlines() == list(erasure.lines())
    assert not any(one in text for one in SPELT)
    assert erasure.beside().stat().st_mode & 0o777 == 0o600


def test_list_that_cannot_be_written_keeps_nobody_from_being_erased(
    ann: User,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    erasure.beside().mkdir(parents=True)
    with django_capture_on_commit_callbacks(execute=True):
        erase(make.make_learner(EMAIL), ann)
    assert "was not written" in caplog.text
    assert EMAIL not in caplog.text


def test_earlier_address_that_is_somebody_elses_by_now_is_left_alone(badge: Badge, ann: User) -> None:
    learner = make.make_learner("new@example.org")
    issuance = make.make_issuance(badge, learner, status="issued", issued_at=timezone.now())
    Issuance.objects.filter(pk=issuance.pk).update(email_key=make.email_key("old@example.org"))
    assert len(erase(learner, ann).email_keys) == 2
    heir = make.make_learner("old@example.org")
    erasure.reapply()
    heir.refresh_from_db()
    assert (heir.email, heir.erased_at) == ("old@example.org", None)


@pytest.mark.parametrize("line", ["no JSON", "{}", '{"learner": 1}', "[]"])
def test_line_that_is_none_of_a_list_is_refused(line: str) -> None:
    with pytest.raises(InvalidInput, match="Line 2 is not from a list"):
        erasure.take_in(["", line])


def test_several_are_taken_in_once(ann: User) -> None:
    for number in range(2):
        erase(make.make_learner(f"{number}@example.org"), ann)
    lines = [*erasure.lines(), *erasure.lines()]
    Erasure.objects.all().delete()
    assert erasure.take_in(lines) == 2
