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
    sealed = connections.seal(LOGIN, "bearer", to=account, by=mia)
    assert "a-token" not in sealed
    assert connections.unseal(sealed, to=account, by=mia) == (LOGIN, "bearer")


def test_unseal_refuses_another_account_or_person(account: Connection, mia: User) -> None:
    sealed = connections.seal(LOGIN, "auto", to=account, by=mia)
    for connection, by in ((make_connection(), mia), (account, make_user())):
        with pytest.raises(InvalidInput, match="Paste the access token again"):
            connections.unseal(sealed, to=connection, by=by)


def test_unseal_gives_back_what_was_sealed_for_an_account_not_connected_yet(mia: User) -> None:
    sealed = connections.seal(LOGIN, "auto", to="https://api.navigatr.app/v1", by=mia)
    assert connections.unseal(sealed, to="https://api.navigatr.app/v1", by=mia) == (LOGIN, "auto")
    with pytest.raises(InvalidInput):
        connections.unseal(sealed, to="https://stagapi.navigatr.app/v1", by=mia)


@pytest.mark.parametrize("text", ["", "x", "é", "bm90IG91cnM="])
def test_unseal_refuses_what_it_did_not_seal(text: str, account: Connection, mia: User) -> None:
    with pytest.raises(InvalidInput):
        connections.unseal(text, to=account, by=mia)


def test_unseal_refuses_after_a_quarter_of_an_hour(account: Connection, mia: User) -> None:
    with time_machine.travel("2026-11-24T09:00:00Z", tick=False) as clock:
        sealed = connections.seal(LOGIN, "auto", to=account, by=mia)
        clock.shift(901)
        with pytest.raises(InvalidInput):
            connections.unseal(sealed, to=account, by=mia)
