"""Badge 51 of Example College, without a server and with one, and files of people."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from django.utils import timezone

from issuing.models import Badge, Roster, User
from issuing.practice import PracticeServer
from issuing.services import rosters
from tests.factories import make_badge, make_connection, make_provider, make_user

HEADINGS = "First name,Last name,Email"


def csv(*rows: str, headings: str = HEADINGS) -> bytes:
    """A file of people; each row as its line in the file."""
    return "\n".join([headings, *rows, ""]).encode()


@dataclass(frozen=True)
class Desk:
    """Somebody at work on rosters for one badge that can really be issued at the practice server."""

    badge: Badge
    by: User

    def check(self, *rows: str, headings: str = HEADINGS) -> rosters.Checked:
        return rosters.check(content=csv(*rows, headings=headings), file_name="people.csv", badge=self.badge)

    def upload(self, *rows: str, headings: str = HEADINGS) -> Roster:
        return rosters.save(checked=self.check(*rows, headings=headings), badge=self.badge, by=self.by)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def badge(db: None) -> Badge:
    """A badge nobody can be asked about: its account's port is closed."""
    return make_badge()


@pytest.fixture
def desk(db: None, practice: PracticeServer) -> Desk:
    return Desk(make_badge(make_provider(make_connection(practice.base_url))), make_user("rosa"))


@pytest.fixture
def busy_desk(transactional_db: None, desk: Desk) -> Desk:
    """A desk whose rows other threads see."""
    return desk
