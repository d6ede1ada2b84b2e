"""A mail server on the loopback interface, to which e-mail really goes."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.smtp import MailServer, mail_server


@pytest.fixture
def post(settings: Settings) -> Iterator[MailServer]:
    """Takes everything, as quickly as it comes."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_RATE = "100000/1"
        settings.EMAIL_TIMEOUT = 5
        settings.PUBLIC_URL = "https://badges.example.org"
        yield server
