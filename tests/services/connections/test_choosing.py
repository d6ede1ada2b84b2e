"""Which organisations an account issues for, against the practice server: 12 and 13 are active, 14 and 15 are not."""

import pytest
from django_q.models import OrmQ

from issuing.enums import Role
from issuing.exceptions import InvalidInput, NotPermitted
from issuing.models import AuditEvent, Connection, Provider, User
from issuing.practice import PracticeServer
from issuing.services import connections
from issuing.services.connections import Choice, Connected, Login
from tests.factories import make_user
from tests.services.connections.conftest import OWNER, connect

pytestmark = pytest.mark.django_db
EVERYWHERE = Login(token="practice-pat-everywhere")
BOTH = {12: "Example College", 13: "Other Academy"}


@pytest.fixture
def mia() -> User:
    return make_user("mia", role=Role.MANAGER)


def ask(
    practice: PracticeServer, by: User, login: Login = EVERYWHERE, chosen: list[int] | None = None
) -> Connected | Choice:
    given = {"name": "Main", "base_url": practice.base_url, "scheme": "auto"}
    return connections.connect_or_ask(login=login, chosen=chosen, by=by, **given)


def numbers(account: Connection) -> list[int]:
    return list(account.providers.order_by("navigatr_id").values_list("navigatr_id", flat=True))


def test_several_organisations_are_asked_about_and_nothing_is_saved(practice: PracticeServer, mia: User) -> None:
    assert ask(practice, mia) == Choice("Erin Everywhere", BOTH, [], [])
    assert (Connection.objects.count(), Provider.objects.count()) == (0, 0)


def test_single_organisation_is_connected_without_a_question(practice: PracticeServer, mia: User) -> None:
    found = ask(practice, mia, OWNER)
    assert isinstance(found, Connected)
    assert numbers(found.connection) == [12]


@pytest.mark.parametrize("chosen", [[13], [12, 13]])
def test_account_issues_for_what_was_chosen(practice: PracticeServer, mia: User, chosen: list[int]) -> None:
    found = ask(practice, mia, chosen=chosen)
    assert isinstance(found, Connected)
    assert numbers(found.connection) == chosen


def test_none_chosen_is_asked_again(practice: PracticeServer, mia: User) -> None:
    assert isinstance(ask(practice, mia, chosen=[]), Choice)
    assert Connection.objects.count() == 0


def test_account_that_is_known_is_asked_about_what_is_new(practice: PracticeServer, mia: User) -> None:
    ask(practice, mia, chosen=[12])
    assert ask(practice, mia) == Choice("Erin Everywhere", {13: "Other Academy"}, [], ["Example College"])
    found = ask(practice, mia, chosen=[])
    assert isinstance(found, Connected)
    assert (numbers(found.connection), found.connection.secret_version) == ([12], 2)


def test_organisation_of_another_account_stays_there(practice: PracticeServer, mia: User) -> None:
    owner = connect(practice, name="Owner's").connection
    found = ask(practice, mia)
    assert isinstance(found, Connected)
    assert ([one.navigatr_id for one in found.elsewhere], numbers(found.connection)) == ([12], [13])
    assert numbers(owner) == [12]


@pytest.mark.parametrize("chosen", [None, [12]])
def test_staff_connect_nothing(practice: PracticeServer, chosen: list[int] | None) -> None:
    with pytest.raises(NotPermitted):
        ask(practice, make_user(), chosen=chosen)
    assert Connection.objects.count() == 0


@pytest.fixture
def account(practice: PracticeServer) -> Connection:
    """Erin's, which issues for one of her two active organisations."""
    return connect(practice, EVERYWHERE, provider_ids=[12]).connection


def test_organisation_is_added_and_its_badges_are_read(account: Connection, mia: User) -> None:
    OrmQ.objects.all().delete()
    assert connections.add_organisation(account, navigatr_id=13, by=mia).name == "Other Academy"
    assert numbers(account) == [12, 13]
    event = AuditEvent.objects.get(verb="add_organisation")
    assert (event.actor, event.details, OrmQ.objects.count()) == (mia, {"provider": 13}, 1)


@pytest.mark.parametrize(
    ("number", "why"), [(14, "does not list"), (99, "does not list"), (12, "issues for Example College already")]
)
def test_organisation_that_cannot_be_added_is_refused(account: Connection, mia: User, number: int, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        connections.add_organisation(account, navigatr_id=number, by=mia)
    assert numbers(account) == [12]


def test_organisation_is_added_by_managers_only(account: Connection) -> None:
    with pytest.raises(NotPermitted):
        connections.add_organisation(account, navigatr_id=13, by=make_user())
    assert numbers(account) == [12]


def test_inspect_and_replace_say_which_organisations_are_new(account: Connection, mia: User) -> None:
    seen = connections.inspect(account, by=mia).organisations
    assert [(one.navigatr_id, one.is_new) for one in seen] == [(12, False), (13, True), (14, False), (15, False)]
    assert connections.replace(account, login=EVERYWHERE, by=mia).new == ["Other Academy"]
    connections.add_organisation(account, navigatr_id=13, by=mia)
    assert connections.replace(account, login=EVERYWHERE, by=mia).new == []
