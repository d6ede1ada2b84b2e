"""A token is replaced: the same person's by itself, a colleague's with a manager's word, nobody else's."""

from typing import Any

import pytest
from django_q.models import OrmQ

from issuing.enums import Role, StopReason
from issuing.exceptions import AlreadyTaken, InvalidInput, NoEffect, NotPermitted
from issuing.models import AuditEvent, Connection, Issuance, Provider
from issuing.practice import PracticeServer
from issuing.services import connections
from issuing.services.connections import Login, replacing
from tests.factories import make_badge, make_connection, make_issuance, make_user
from tests.services.connections.conftest import OWNER, PASSWORD, connect

pytestmark = pytest.mark.django_db
COLLEAGUE = Login(token="practice-pat-colleague")
STRANGER = Login(token="practice-pat-stranger")
EVERYWHERE = Login(token="practice-pat-everywhere")
COLIN = "8"


@pytest.fixture
def account(practice: PracticeServer) -> Connection:
    """Olivia Owner's account, stopped because its token was refused, with a badge that waits."""
    made = connect(practice).connection
    make_issuance(make_badge(made.providers.get()))
    connections.stop(made, reason=StopReason.TOKEN_REFUSED)
    OrmQ.objects.all().delete()
    return made


def replace(account: Connection, login: Login, **given: Any) -> connections.Replaced:
    return connections.replace(account, login=login, **{"by": make_user(role=Role.MANAGER)} | given)


def test_token_of_the_same_person_goes_on_by_itself(account: Connection) -> None:
    done = replace(account, PASSWORD, scheme="password")

    assert (done.connection, done.user_name) == (account, "Olivia Owner")
    account.refresh_from_db()
    assert (account.stop_reason, account.secret_version, account.scheme) == ("", 2, "password")
    assert OrmQ.objects.count() == 2


def test_token_of_a_colleague_waits_for_a_manager_s_word(account: Connection) -> None:
    done = replace(account, COLLEAGUE)

    assert (done.connection, done.user_id, done.user_name) == (None, COLIN, "Colin Colleague")
    assert (Connection.objects.count(), Provider.objects.get().connection) == (1, account)


def test_organisation_and_what_waits_move_when_a_manager_continues_with_a_colleague_s_token(
    account: Connection,
) -> None:
    new = replace(account, COLLEAGUE, accepted_user_id=COLIN).connection
    assert new
    account.refresh_from_db()

    assert (new.name, new.navigatr_user_id, new.stop_reason) == ("Main", COLIN, "")
    assert Provider.objects.get().connection == new
    assert Issuance.objects.for_connection(new.pk).count() == 1
    assert (account.stop_reason, account.secret.reveal(), account.fingerprint) == ("replaced", "", "")
    assert account.name.startswith("Main (Olivia Owner, until ")
    assert {task.args() for task in OrmQ.objects.all()} == {(new.pk,)}


def test_handing_over_is_audited_with_who_said_so(account: Connection) -> None:
    manager = make_user("mia", role=Role.MANAGER)
    new = replace(account, COLLEAGUE, accepted_user_id=COLIN, by=manager).connection
    assert new

    event = AuditEvent.objects.get(verb="hand_over")
    assert (event.subject_uuid, event.actor, event.details) == (
        account.uuid, manager, {"to": str(new.uuid), "providers": [12]},
    )  # fmt: skip


def test_colleague_s_account_keeps_its_name_when_it_is_connected_already(
    account: Connection, practice: PracticeServer
) -> None:
    theirs = connect(practice, COLLEAGUE, name="Colin").connection
    new = replace(account, COLLEAGUE, accepted_user_id=COLIN).connection

    assert (new, Provider.objects.get().connection) == (theirs, theirs)
    assert set(Connection.objects.values_list("name", flat=True)) == {"Main", "Colin"}


def test_account_can_be_handed_back_when_its_owner_has_a_token_again(account: Connection) -> None:
    colin = replace(account, COLLEAGUE, accepted_user_id=COLIN).connection
    assert colin
    back = replace(colin, OWNER, accepted_user_id="7").connection
    colin.refresh_from_db()

    assert (back, Provider.objects.get().connection, colin.stop_reason) == (account, account, "replaced")
    account.refresh_from_db()
    assert (account.name, account.stop_reason, account.secret.reveal()) == ("Main", "", OWNER.token)


def test_other_person_s_word_counts_for_nobody_else(account: Connection) -> None:
    assert replace(account, EVERYWHERE, accepted_user_id=COLIN).connection is None


def test_token_is_refused_when_it_does_not_see_the_organisation(account: Connection) -> None:
    with pytest.raises(InvalidInput, match=r"Sam Stranger's token, not Olivia Owner's, .*Example College \(12\)"):
        replace(account, STRANGER, accepted_user_id="9")

    assert (Provider.objects.get().connection, Connection.objects.count()) == (account, 1)


def test_colleague_s_token_is_refused_when_there_is_nothing_to_take_over(practice: PracticeServer) -> None:
    account = connect(practice).connection
    Provider.objects.all().delete()
    with pytest.raises(InvalidInput, match="issues for no organisation"):
        replace(account, COLLEAGUE, accepted_user_id=COLIN)


def test_nothing_is_saved_when_navigatr_refuses_the_new_token(account: Connection) -> None:
    with pytest.raises(NoEffect, match="Nothing was saved"):
        replace(account, Login(token="wrong"))

    account.refresh_from_db()
    assert (account.secret.reveal(), account.stop_reason) == (OWNER.token, "token_refused")


def test_staff_cannot_replace_a_token(account: Connection) -> None:
    with pytest.raises(NotPermitted):
        replace(account, OWNER, by=make_user())


def test_late_refusal_of_the_old_token_stops_nobody(account: Connection) -> None:
    new = replace(account, COLLEAGUE, accepted_user_id=COLIN).connection
    assert new
    connections.stop(account, reason=StopReason.TOKEN_REFUSED, secret_version=1)

    account.refresh_from_db()
    new.refresh_from_db()
    assert (account.stop_reason, new.stop_reason) == ("replaced", "")


def test_replaced_account_does_not_go_on_by_being_resumed(account: Connection) -> None:
    replace(account, COLLEAGUE, accepted_user_id=COLIN)
    connections.resume(account, by=None)

    account.refresh_from_db()
    assert account.stop_reason == "replaced"


def test_old_names_are_told_apart_when_an_account_changes_hands_twice_a_day(account: Connection) -> None:
    long = "N" * 100
    Connection.objects.filter(pk=account.pk).update(name=long)
    replace(account, COLLEAGUE, accepted_user_id=COLIN)
    taken = Connection.objects.get(pk=account.pk).name
    other = make_connection(name=long[:-1], navigatr_user_name="Olivia Owner")
    replacing._retire_name(other)

    assert len(taken) == 100
    assert Connection.objects.filter(name=taken).count() == 1


def test_somebody_else_s_change_is_told_when_the_database_refuses(
    account: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_connection(name="Taken")
    monkeypatch.setattr(
        replacing, "_retire_name", lambda old: Connection.objects.filter(pk=old.pk).update(name="Taken")
    )
    with pytest.raises(AlreadyTaken, match="just now"):
        replace(account, COLLEAGUE, accepted_user_id=COLIN)
    assert Provider.objects.get().connection == account
