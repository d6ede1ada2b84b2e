"""Uploading: a file becomes a roster once, and what is wrong is said in place."""

import uuid

from django.test import Client

from issuing.models import Badge, Issuance, Learner, Roster
from issuing.services import rosters
from tests.factories import make_agreed
from tests.views.rosters.conftest import Office, csv


def test_upload_checks_the_file_and_opens_it(office: Office) -> None:
    make_agreed(office.badge, "zoe@example.org")
    answer = office.post_file(csv("Zoë,Núñez,zoe@example.org", "Bo,Li,nowhere"), group="Evening")
    roster = Roster.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/rosters/{roster.uuid}/")
    assert (roster.group, roster.uploaded_by, roster.status) == ("Evening", office.by, "checked")
    assert (Learner.objects.count(), Issuance.objects.count()) == (1, 0)


def test_upload_keeps_the_file_encrypted(office: Office) -> None:
    content = csv("Zoë,Núñez,zoe@example.org,vegan", headings="First name,Last name,Email,Diet")
    office.post_file(content)
    roster = Roster.objects.get()
    kept = bytes(Roster.objects.values_list("original", flat=True).get())
    assert (b"vegan" in kept, rosters.original_of(roster)) == (False, content)


def test_upload_says_in_place_what_is_wrong_and_keeps_the_other_choices(office: Office) -> None:
    answer = office.post_file(b"\x89PNG\r\n", name="photo.csv", group="Evening")
    assert answer.status_code == 200
    assert "is a PNG picture, not a table" in answer.text
    assert 'value="Evening"' in answer.text
    assert f'value="{office.badge.uuid}" selected' in answer.text
    assert Roster.objects.count() == 0


def test_upload_refuses_a_form_without_badge_or_file(office: Office) -> None:
    answer = office.browser.post("/rosters/upload/", {"group": "Evening"})
    assert answer.status_code == 200
    assert "Badge: Choose one." in answer.text
    assert "File: Choose a file." in answer.text


def test_upload_says_so_when_the_file_is_empty(office: Office) -> None:
    assert "This file is empty. Was the right one chosen?" in office.post_file(b"").text


def test_upload_makes_one_roster_of_the_same_form_sent_twice(office: Office) -> None:
    token = str(uuid.uuid4())
    first, second = (office.post_file(csv("Zoë,Núñez,zoe@example.org"), token=token) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == f"/rosters/{token}/"
    assert Roster.objects.count() == 1


def test_upload_makes_another_roster_when_the_form_came_back_with_another_file(office: Office) -> None:
    token = str(uuid.uuid4())
    office.post_file(csv("Zoë,Núñez,zoe@example.org"), token=token)
    office.post_file(csv("Bo,Li,bo@example.org"), token=token)
    assert Roster.objects.count() == 2


def test_upload_of_a_file_that_a_colleague_uploaded_says_whose_it_is(office: Office) -> None:
    office.roster("Zoë,Núñez,zoe@example.org")
    answer = office.post_file(csv("Zoë,Núñez,zoe@example.org"))
    page = office.browser.get(answer.headers["Location"])
    assert "The same file for this badge was uploaded by Robin Reed" in page.text


def test_upload_says_what_is_missing_when_no_badge_can_be_issued(office: Office) -> None:
    Badge.objects.update(status="Draft")
    assert "No badge can be issued yet" in office.browser.get("/rosters/upload/").text


def test_upload_takes_nothing_from_a_stranger(stranger: Client) -> None:
    assert stranger.post("/rosters/upload/", {"group": "x"}).headers["Location"].startswith("/sign-in/")
    assert Roster.objects.count() == 0
