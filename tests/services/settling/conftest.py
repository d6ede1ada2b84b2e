"""A badge at the practice server, rows that were sent without a usable answer, and a clock that can be set on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pytest_django import Settings

from issuing.models import Badge, Issuance
from issuing.practice import PracticeServer
from issuing.services import issuances
from tests.factories import make_agreed, make_badge, make_connection, make_issuance, make_provider

Send = Callable[..., Issuance]
Pass = Callable[[timedelta], None]


@pytest.fixture
def badge(transactional_db: None, practice: PracticeServer, settings: Settings) -> Badge:
    settings.NAVIGATR_READ_TIMEOUT = 0.5
    settings.NAVIGATR_SETTLE_SECONDS = 600.0
    return make_badge(make_provider(make_connection(practice.base_url)))


@pytest.fixture
def send(badge: Badge) -> Send:
    """Sends one badge to an address whose tags say what goes wrong."""

    def run(email: str, **fields: object) -> Issuance:
        issuance = make_issuance(badge, make_agreed(badge, email, **fields))
        issuances.send(badge.provider.connection_id)
        issuance.refresh_from_db()
        return issuance

    return run


@pytest.fixture
def later() -> Iterator[Pass]:
    """Sets the clock on, ours and the practice server's alike."""
    travels: list[time_machine.travel] = []

    def run(passed: timedelta) -> None:
        travel = time_machine.travel(datetime.now(UTC) + passed, tick=True)
        travel.start()
        travels.append(travel)

    yield run
    for travel in reversed(travels):
        travel.stop()
