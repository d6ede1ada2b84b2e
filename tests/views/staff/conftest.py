"""A manager's browser."""

import pytest
from django.test import Client

from issuing.enums import Role
from issuing.models import User
from tests.factories import make_user


@pytest.fixture
def mia(db: None) -> User:
    return make_user("mia", role=Role.MANAGER, first_name="Mia")


@pytest.fixture
def manager(mia: User) -> Client:
    """Signed in as Mia, manager."""
    client = Client()
    client.force_login(mia)
    return client
