"""Colleagues are let in by one-time links, given roles, and let out."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from issuing.enums import Role
from issuing.exceptions import InvalidInput, NotPermitted
from issuing.models import AuditEvent, Roster, SignInLink, User
from issuing.services import rosters, staff
from issuing.services.staff import Colleague
from tests.factories import make_badge, make_issuance, make_running, make_user

pytestmark = pytest.mark.django_db
ROBIN = Colleague("Robin", "Reed", "robin@college.example.org")
AT = {"changed_at": timezone.now()}
PASSWORD = "quite another phrase"


@pytest.fixture
def mia() -> User:
    return make_user("mia", role=Role.MANAGER)


def test_colleague_is_added_with_a_link_and_no_password(mia: User) -> None:
    link = staff.add(colleague=ROBIN, by=mia)
    user = User.objects.get(username="robin@college.example.org")
    assert (link.user, user.has_usable_password(), user.role) == (user, False, Role.STAFF)
    assert staff.link_owner(link.token) == user
    assert link.token not in SignInLink.objects.get().token_hash
    assert AuditEvent.objects.values_list("verb", "actor", "subject_uuid").get() == ("add", mia.pk, user.uuid)


@pytest.mark.parametrize(
    "colleague",
    [Colleague("A", "B", "a@example.org", "mia"), Colleague("A", "B", "no address"), Colleague("A", "B", "", "a b")],
)
def test_colleague_is_refused_when_name_or_address_will_not_do(mia: User, colleague: Colleague) -> None:
    with pytest.raises(InvalidInput, match="Nothing was saved"):
        staff.add(colleague=colleague, by=mia)
    assert (User.objects.count(), SignInLink.objects.count()) == (1, 0)


def test_link_gives_a_password_once(mia: User) -> None:
    link = staff.add(colleague=ROBIN, by=mia)
    assert staff.use_link(token=link.token, password=PASSWORD).check_password(PASSWORD)
    with pytest.raises(InvalidInput, match="has been used"):
        staff.use_link(token=link.token, password="something else again")


def test_link_stays_when_the_password_will_not_do(mia: User) -> None:
    link = staff.add(colleague=ROBIN, by=mia)
    with pytest.raises(InvalidInput, match="at least 12 characters"):
        staff.use_link(token=link.token, password="short")
    assert staff.link_owner(link.token) == link.user


def test_link_ends_after_a_week(mia: User) -> None:
    link = staff.add(colleague=ROBIN, by=mia)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)), pytest.raises(InvalidInput):
        staff.link_owner(link.token)


def test_newer_link_ends_the_earlier_and_leaves_the_password(mia: User) -> None:
    robin = make_user("robin")
    first, second = staff.make_link(robin, by=mia), staff.make_link(robin, by=mia)
    with pytest.raises(InvalidInput):
        staff.link_owner(first.token)
    assert staff.link_owner(second.token) == robin
    assert User.objects.get(pk=robin.pk).check_password("a long password")


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_nobody_owns_a_link_that_is_none(mia: User, token: str) -> None:
    staff.add(colleague=ROBIN, by=mia)
    with pytest.raises(InvalidInput):
        staff.link_owner(token)


def test_link_ends_when_access_does(mia: User) -> None:
    link = staff.add(colleague=ROBIN, by=mia)
    staff.switch_off(link.user, by=mia)
    with pytest.raises(InvalidInput):
        staff.link_owner(link.token)
    with pytest.raises(InvalidInput, match="switched off"):
        staff.make_link(link.user, by=mia)


def test_access_ends_and_comes_back(mia: User) -> None:
    robin = make_user("robin")
    staff.switch_off(robin, by=mia)
    staff.switch_off(robin, by=mia)
    assert User.objects.get(pk=robin.pk).is_active is False
    staff.switch_on(robin, by=mia)
    assert User.objects.get(pk=robin.pk).is_active is True
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["switch_off", "switch_on"]


def test_runs_of_who_is_let_out_are_paused_and_go_on_when_taken_over(mia: User) -> None:
    robin, badge = make_user("robin"), make_badge()
    theirs, resumed = (make_running(badge, confirmed_by=robin, changed_by=one, **AT) for one in (robin, mia))
    ended = make_running(badge, confirmed_by=robin, changed_by=robin, **AT)
    for roster in (theirs, resumed):
        make_issuance(badge, roster=roster)
    assert staff.switch_off(robin, by=mia) == 1
    assert [Roster.objects.get(pk=one.pk).status for one in (theirs, resumed, ended)] == [
        "paused",
        "running",
        "running",
    ]
    assert AuditEvent.objects.get(verb="pause").actor == mia
    rosters.resume(roster=theirs, by=mia)
    assert Roster.objects.get(pk=theirs.pk).changed_by == mia


def test_role_changes_once(mia: User) -> None:
    robin = make_user("robin")
    staff.set_role(robin, role=Role.MANAGER, by=mia)
    staff.set_role(robin, role=Role.MANAGER, by=mia)
    assert User.objects.get(pk=robin.pk).role == Role.MANAGER
    assert AuditEvent.objects.values_list("verb", "details").get() == (
        "set_role", {"account": robin.pk, "role": "manager"},
    )  # fmt: skip


def test_last_manager_stays(mia: User) -> None:
    make_user("gone", role=Role.MANAGER, is_active=False)
    with pytest.raises(InvalidInput, match="mia is the only manager"):
        staff.switch_off(mia, by=mia)
    with pytest.raises(InvalidInput, match="only manager"):
        staff.set_role(mia, role=Role.STAFF, by=mia)
    make_user("max", role=Role.MANAGER)
    staff.set_role(mia, role=Role.STAFF, by=mia)
    assert User.objects.get(pk=mia.pk).role == Role.STAFF


def test_staff_change_nobody_s_access(mia: User) -> None:
    robin = make_user("robin")
    acts = (
        lambda: staff.add(colleague=ROBIN, by=robin),
        lambda: staff.make_link(mia, by=robin),
        lambda: staff.set_role(robin, role=Role.MANAGER, by=robin),
        lambda: staff.switch_off(mia, by=robin),
        lambda: staff.switch_on(robin, by=robin),
    )
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    assert AuditEvent.objects.count() == 0


def test_own_password_is_changed_when_it_will_do() -> None:
    robin = make_user("robin")
    staff.change_password(robin, password=PASSWORD)
    assert User.objects.get(pk=robin.pk).check_password(PASSWORD)
    with pytest.raises(InvalidInput):
        staff.change_password(robin, password="robin")
