"""Robin at work on rosters for one badge that can really be read at the practice server."""

from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from issuing.models import Badge, Roster, User
from issuing.practice import PracticeServer
from issuing.services import rosters
from tests.factories import make_badge, make_connection, make_provider

HEADINGS = "First name,Last name,Email"


def csv(*rows: str, headings: str = HEADINGS) -> bytes:
    return "\n".join([headings, *rows, ""]).encode()


def address(name: str, roster: Roster, *more: object) -> str:
    return reverse(name, args=[roster.uuid, *more])


@dataclass(frozen=True)
class Office:
    """A browser that is signed in as `by`, and a badge to issue."""

    browser: Client
    badge: Badge
    by: User

    def post_file(self, content: bytes, *, name: str = "people.csv", **fields: str) -> HttpResponse:
        """What the upload form answers."""
        file = SimpleUploadedFile(name, content)
        return self.browser.post(reverse("roster-upload"), {"badge": str(self.badge.uuid), "file": file} | fields)

    def roster(self, *rows: str, headings: str = HEADINGS) -> Roster:
        """An upload of these rows, checked, its original kept."""
        content = csv(*rows, headings=headings)
        checked = rosters.check(content=content, file_name="people.csv", badge=self.badge)
        return rosters.save(checked=checked, badge=self.badge, group="Bakery", by=self.by, original=content)

    def running(self, *rows: str) -> Roster:
        """A roster of which every ready row is confirmed."""
        roster = self.roster(*rows)
        ready = roster.rows.filter(disposition="ready").count()
        rosters.confirm(roster=roster, ready=ready, by=self.by)
        roster.refresh_from_db()
        return roster


@pytest.fixture
def office(browser: Client, practice: PracticeServer) -> Office:
    badge = make_badge(make_provider(make_connection(practice.base_url)))
    return Office(browser, badge, User.objects.get(username="robin"))
