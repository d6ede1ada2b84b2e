"""Browsers, signed in or not."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories import make_user


@pytest.fixture(autouse=True)
def _static_files(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def stranger(db: None) -> Client:
    return Client()


@pytest.fixture
def browser(db: None) -> Client:
    """Signed in as Robin, staff."""
    client = Client()
    client.force_login(make_user("robin", first_name="Robin", last_name="Reed"))
    return client
