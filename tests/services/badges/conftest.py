"""A provider of the practice server with its first badge."""

from dataclasses import replace

import pytest

from issuing.enums import BadgeHold
from issuing.models import AuditEvent, Badge, Provider
from issuing.practice import PracticeServer
from tests.factories import LONG_AGO, make_badge, make_connection, make_provider


@pytest.fixture
def provider(practice: PracticeServer, db: None) -> Provider:
    """Provider 12 of the practice server, with an account that may issue for it and no badges yet."""
    return make_provider(make_connection(practice.base_url))


@pytest.fixture
def badge(provider: Provider) -> Badge:
    return make_badge(provider, recipients_read_at=None)


def hold_of(badge: Badge) -> tuple[str, str]:
    return Badge.objects.values_list("hold", "hold_detail").get(pk=badge.pk)


def set_hold(badge: Badge, reason: BadgeHold) -> None:
    Badge.objects.filter(pk=badge.pk).update(hold=reason, hold_detail="before", held_at=LONG_AGO)
    badge.refresh_from_db()


def break_down(practice: PracticeServer, outage: str) -> None:
    practice.practice.change(replace(practice.practice.settings, outage=outage))


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
