"""Managers add colleagues and change what they may do."""

import re

from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from issuing.enums import Role
from issuing.models import User
from tests.factories import make_badge, make_issuance, make_running, make_user

LIST = "/staff/"
ADD = "/staff/add/"
ROBIN = {"first_name": "Robin", "last_name": "Reed", "email": "robin@college.example.org", "role": "staff"}


def link_on(page: str) -> str:
    found = re.search(r'value="[^"]*(/welcome/[^"]+)"', page)
    assert found
    return found[1]


def test_list_names_everybody_with_access_first(manager: Client) -> None:
    make_user("gone", is_active=False)
    make_user("zed")
    rows = manager.get(LIST).context["rows"]
    assert [row.user.username for row in rows] == ["zed", "mia", "gone"]


def test_colleague_is_added_and_lets_themselves_in(manager: Client, stranger: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://badges.example.org"
    page = manager.post(ADD, ROBIN).text
    assert 'value="https://badges.example.org/welcome/' in page
    link = link_on(page)
    assert "Welcome, Robin" in stranger.get(link).text
    chosen = {"password": "a phrase of my own", "again": "a phrase of my own"}
    assert stranger.post(link, chosen).headers["Location"] == "/"
    assert stranger.get("/").status_code == 200


def test_link_is_shown_once(manager: Client) -> None:
    token = link_on(manager.post(ADD, ROBIN).text).split("/")[2]
    assert token not in manager.get(LIST).text
    assert "link not used yet" in manager.get(LIST).text


def test_message_to_the_colleague_holds_the_link(manager: Client) -> None:
    page = manager.post(ADD, ROBIN).context["page"]
    assert page.mail_url.startswith("mailto:robin@college.example.org?subject=")
    assert "%2Fwelcome%2F" in page.mail_url


def test_name_that_is_taken_is_told_with_everything_kept(manager: Client) -> None:
    make_user("robin")
    answer = manager.post(ADD, ROBIN | {"username": "robin"})
    assert "Somebody signs in as robin already" in answer.context["problem"]
    assert 'value="Reed"' in answer.text


def test_form_says_what_is_missing(manager: Client) -> None:
    assert "email" in manager.post(ADD, ROBIN | {"email": "nobody"}).context["form"].errors


def test_new_link_is_made_for_who_lost_the_password(manager: Client) -> None:
    robin = make_user("robin")
    page = manager.post(f"{LIST}{robin.uuid}/link/").text
    assert "/welcome/" in link_on(page)
    assert "Their present password" in page


def test_no_link_is_made_for_who_has_no_access(manager: Client) -> None:
    robin = make_user("robin", is_active=False)
    assert "switched off" in manager.post(f"{LIST}{robin.uuid}/link/", follow=True).text


def test_colleague_becomes_a_manager_and_staff_again(manager: Client) -> None:
    robin = make_user("robin")
    for role in (Role.MANAGER, Role.STAFF):
        manager.post(f"{LIST}{robin.uuid}/role/", {"role": role})
        robin.refresh_from_db()
        assert robin.role == role


def test_access_is_ended_at_once_and_given_back(manager: Client, browser: Client) -> None:
    robin = User.objects.get(username="robin")
    assert browser.get("/").status_code == 200
    assert "cannot sign in any more" in manager.post(f"{LIST}{robin.uuid}/access/", follow=True).text
    assert browser.get("/").status_code == 302
    assert "can sign in again" in manager.post(f"{LIST}{robin.uuid}/access/", {"access": "on"}, follow=True).text


def test_manager_is_told_which_runs_wait_for_a_colleague(manager: Client) -> None:
    robin, badge = make_user("robin"), make_badge()
    make_issuance(badge, roster=make_running(badge, changed_by=robin, changed_at=timezone.now()))
    answer = manager.post(f"{LIST}{robin.uuid}/access/", follow=True)
    assert "1 roster of theirs was being sent and is paused now." in answer.text


def test_last_manager_is_told_why_they_stay(manager: Client, mia: User) -> None:
    answer = manager.post(f"{LIST}{mia.uuid}/role/", {"role": "staff"})
    assert "Mia is the only manager" in manager.get(answer.headers["Location"]).text
    assert "only manager" in manager.post(f"{LIST}{mia.uuid}/access/", follow=True).text
    mia.refresh_from_db()
    assert (mia.is_active, mia.role) == (True, Role.MANAGER)


def test_staff_see_and_change_nothing(browser: Client, mia: User) -> None:
    robin = User.objects.get(username="robin")
    assert browser.get(LIST).status_code == browser.get(ADD).status_code == browser.post(ADD, ROBIN).status_code == 403
    for verb in ("link", "role", "access"):
        assert browser.post(f"{LIST}{robin.uuid}/{verb}/", {"role": "manager"}).status_code == 403
        assert browser.get(f"{LIST}{robin.uuid}/{verb}/").headers["Location"] == LIST
    assert User.objects.get(username="robin").role == Role.STAFF


def test_list_asks_the_database_as_often_for_three_as_for_one(manager: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(database) as captured:
            manager.get(LIST)
        return len(captured)

    before = queries()
    manager.post(ADD, ROBIN)
    make_user("zed")
    assert queries() == before
