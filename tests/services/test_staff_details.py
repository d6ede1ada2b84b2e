"""Correcting who colleagues are."""

import pytest

from issuing.enums import Role
from issuing.exceptions import InvalidInput, NotPermitted
from issuing.models import AuditEvent, User
from issuing.services import staff
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NEW = staff.Details(" Robyn ", "Reid", "robyn@a.org")


def now(user: User) -> tuple[str, str, str, str]:
    user = User.objects.get(pk=user.pk)
    return user.first_name, user.last_name, user.email, user.username


@pytest.mark.parametrize("by_manager", [False, True])
def test_details_are_corrected_by_oneself_or_a_manager(by_manager: bool) -> None:
    robin = make_user("robin", email="robin@a.org")
    by = make_user("mia", role=Role.MANAGER) if by_manager else robin
    staff.correct(robin, details=NEW, by=by)
    assert now(robin) == ("Robyn", "Reid", "robyn@a.org", "robin")
    event = AuditEvent.objects.get()
    assert (event.verb, event.subject_uuid, event.actor) == ("correct", robin.uuid, by)
    assert event.details == {"account": robin.pk, "fields": ["email", "first_name", "last_name"]}


def test_what_is_as_it_was_leaves_no_event() -> None:
    robin = make_user("robin", first_name="Robyn", last_name="Reid", email="robyn@a.org")
    staff.correct(robin, details=NEW, by=robin)
    assert AuditEvent.objects.count() == 0


def test_sign_in_name_that_is_the_address_goes_with_it() -> None:
    robin = make_user("Old@a.org", email="old@a.org")
    assert staff.correct(robin, details=NEW, by=robin).username == "robyn@a.org"


@pytest.mark.parametrize("taken", [{"username": "ROBYN@a.org"}, {"username": "zed", "email": "Robyn@A.org"}])
def test_address_of_somebody_else_is_refused(taken: dict[str, str]) -> None:
    make_user(**taken)
    robin = make_user("robin", email="robin@a.org")
    with pytest.raises(InvalidInput, match="A colleague has the address"):
        staff.correct(robin, details=NEW, by=robin)
    assert now(robin)[2] == "robin@a.org"


@pytest.mark.parametrize(
    "details",
    [
        staff.Details("", "Reid", "r@a.org"),
        staff.Details("R", "Reid", "nobody"),
        staff.Details("R", "x" * 151, "r@a.org"),
    ],
)
def test_details_that_will_not_do_are_refused(details: staff.Details) -> None:
    robin = make_user("robin", email="robin@a.org")
    with pytest.raises(InvalidInput, match=r"Nothing was saved\.$"):
        staff.correct(robin, details=details, by=robin)
    assert (now(robin)[2], AuditEvent.objects.count()) == ("robin@a.org", 0)


def test_colleague_is_corrected_by_managers_only() -> None:
    robin = make_user("robin")
    before = now(robin)
    with pytest.raises(NotPermitted):
        staff.correct(robin, details=NEW, by=make_user("zed"))
    assert now(robin) == before
