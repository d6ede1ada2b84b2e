"""A login is carried through a page sealed, for one account, one person, a quarter of an hour."""

import pytest
import time_machine

from issuing.exceptions import InvalidInput
from issuing.models import Connection, User
from issuing.services import connections
from issuing.services.connections import Login
from tests.factories import make_connection, make_user

pytestmark = pytest.mark.django_db
LOGIN = Login(token="a-token")


@pytest.fixture
def account() -> Connection:
    return make_connection()


@pytest.fixture
def mia() -> User:
    return make_user("mia")


def test_unseal_gives_back_what_was_sealed(account: Connection, mia: User) -> None:
    sealed = connections.seal(LOGIN, "bearer", connection=account, by=mia)
    assert "a-token" not in sealed
    assert connections.unseal(sealed, connection=account, by=mia) == (LOGIN, "bearer")


def test_unseal_refuses_another_account_or_person(account: Connection, mia: User) -> None:
    sealed = connections.seal(LOGIN, "auto", connection=account, by=mia)
    for connection, by in ((make_connection(), mia), (account, make_user())):
        with pytest.raises(InvalidInput, match="Paste the access token again"):
            connections.unseal(sealed, connection=connection, by=by)


@pytest.mark.parametrize("text", ["", "x", "é", "bm90IG91cnM="])
def test_unseal_refuses_what_it_did_not_seal(text: str, account: Connection, mia: User) -> None:
    with pytest.raises(InvalidInput):
        connections.unseal(text, connection=account, by=mia)


def test_unseal_refuses_after_a_quarter_of_an_hour(account: Connection, mia: User) -> None:
    with time_machine.travel("2026-11-24T09:00:00Z", tick=False) as clock:
        sealed = connections.seal(LOGIN, "auto", connection=account, by=mia)
        clock.shift(901)
        with pytest.raises(InvalidInput):
            connections.unseal(sealed, connection=account, by=mia)
