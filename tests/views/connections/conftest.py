"""A manager's browser, and an account of the practice server."""

import pytest
from django.test import Client

from issuing.enums import Role
from issuing.models import Connection
from issuing.practice import PracticeServer
from issuing.services import connections
from issuing.services.connections import Login
from tests.factories import make_user

OWNER = "practice-pat-owner"


@pytest.fixture
def manager(db: None) -> Client:
    """Signed in as Mia, manager."""
    client = Client()
    client.force_login(make_user("mia", role=Role.MANAGER, first_name="Mia"))
    return client


@pytest.fixture
def account(practice: PracticeServer, db: None) -> Connection:
    """Olivia Owner's account, which issues for Example College."""
    login = Login(token=OWNER)
    return connections.connect(name="Main", base_url=practice.base_url, scheme="auto", login=login, by=None).connection
