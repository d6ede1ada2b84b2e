"""Connecting, replacing, stopping and resuming Navigatr accounts."""

import re
from typing import Any

import pytest
from django.test import Client

from issuing.enums import StopReason
from issuing.models import AuditEvent, Connection, Provider
from issuing.practice import PracticeServer
from issuing.services import connections
from issuing.services.connections import Login
from issuing.views.connections.changing import Connecting
from tests.views.connections.conftest import OWNER

LIST = "/navigatr-accounts/"
CONNECT = "/navigatr-accounts/connect/"
COLLEAGUE = "practice-pat-colleague"
EVERYWHERE = "practice-pat-everywhere"


def typed(practice: PracticeServer, **given: str) -> dict[str, str]:
    host = f"{practice.host}:{practice.port}"
    return {"name": "Our college", "host": host, "token": OWNER, "scheme": "auto"} | given


def replace_url(account: Connection) -> str:
    return f"{LIST}{account.uuid}/replace/"


def test_account_is_connected_and_its_badges_are_on_their_way(manager: Client, practice: PracticeServer) -> None:
    answer = manager.post(CONNECT, typed(practice), follow=True)
    assert Connection.objects.get().name == "Our college"
    assert "Our college is connected, with Olivia Owner&#x27;s token. It issues for Example College." in answer.text
    assert "Its badges are being read now" in answer.text
    assert AuditEvent.objects.get(verb="connect").actor.username == "mia"


def test_account_is_connected_by_password(manager: Client, practice: PracticeServer) -> None:
    login = {"token": "", "scheme": "password", "username": "owner@example.org", "password": "practice-password"}
    manager.post(CONNECT, typed(practice, **login))
    assert Connection.objects.get().scheme == "password"


def answer(page: Connecting, **given: Any) -> dict[str, Any]:
    """The question answered as its page sends it."""
    return dict(page.form.initial) | given


def test_organisations_are_asked_about_and_chosen(manager: Client, practice: PracticeServer) -> None:
    asked = manager.post(CONNECT, typed(practice, token=EVERYWHERE))
    assert [f'value="{number}"' in asked.text for number in (12, 13, 14, 15)] == [True, True, False, False]
    assert (asked.text.count(" checked"), EVERYWHERE in asked.text, Connection.objects.count()) == (2, False, 0)
    done = manager.post(CONNECT, answer(asked.context["page"], organisations=[13]), follow=True)
    assert "It issues for Other Academy." in done.text


def test_no_organisation_chosen_is_told_in_place(manager: Client, practice: PracticeServer) -> None:
    page = manager.post(CONNECT, typed(practice, token=EVERYWHERE)).context["page"]
    again = manager.post(CONNECT, answer(page, organisations=[]))
    assert ("Choose at least one organisation." in again.text, Connection.objects.count()) == (True, 0)
    assert ('value="Our college"' in again.text, " checked" in again.text) == (True, False)


@pytest.mark.parametrize("given", [{"sealed": "bm90IG91cnM="}, {"sealed": ""}, {"organisations": ["x"]}])
def test_answer_that_was_tampered_with_connects_nothing(
    manager: Client, practice: PracticeServer, given: dict[str, Any]
) -> None:
    page = manager.post(CONNECT, typed(practice, token=EVERYWHERE)).context["page"]
    again = manager.post(CONNECT, answer(page, **given))
    assert (again.status_code, Connection.objects.count()) == (200, 0)


def test_new_organisation_is_added_after_a_test(manager: Client, practice: PracticeServer) -> None:
    told = {"name": "Main", "base_url": practice.base_url, "scheme": "auto", "login": Login(token=EVERYWHERE)}
    account = connections.connect(provider_ids=[12], by=None, **told).connection  # type: ignore[arg-type]
    assert "Add Other Academy" in manager.post(f"{LIST}{account.uuid}/test/").text
    done = manager.post(f"{LIST}{account.uuid}/add/", {"organisation": "13"}, follow=True)
    assert "Main issues for Other Academy too." in done.text
    again = manager.post(f"{LIST}{account.uuid}/add/", {"organisation": "13"}, follow=True)
    assert "Main issues for Other Academy already." in again.text
    assert manager.post(f"{LIST}{account.uuid}/add/", {"organisation": "x"}).status_code == 404


def test_refused_token_is_told_in_place_and_never_shown(manager: Client, practice: PracticeServer) -> None:
    answer = manager.post(CONNECT, typed(practice, token="no-such-token"))
    assert (answer.status_code, Connection.objects.count()) == (200, 0)
    assert "Navigatr refused this login" in answer.context["problem"]
    assert 'value="Our college"' in answer.text
    assert "no-such-token" not in answer.text


@pytest.mark.parametrize(
    ("given", "field"),
    [({"token": ""}, "token"), ({"scheme": "password"}, "password"), ({"name": ""}, "name"), ({"host": "x"}, "host")],
)
def test_form_says_what_is_missing(
    manager: Client, practice: PracticeServer, given: dict[str, str], field: str
) -> None:
    answer = manager.post(CONNECT, typed(practice, **given))
    assert field in answer.context["form"].errors
    assert Connection.objects.count() == 0


def test_token_field_is_not_called_optional(manager: Client, practice: PracticeServer) -> None:
    page = manager.get(CONNECT).text
    assert not re.search(r"Access token\s*<span class=\"optional\"", page)


def test_same_person_s_token_goes_on_by_itself(manager: Client, account: Connection) -> None:
    connections.stop(account, reason=StopReason.TOKEN_REFUSED)
    answer = manager.post(replace_url(account), {"token": OWNER}, follow=True)
    account.refresh_from_db()
    assert (account.stop_reason, account.secret_version) == ("", 2)
    assert "Main goes on with Olivia Owner&#x27;s token." in answer.text


def test_colleague_s_token_is_asked_about_and_then_taken(manager: Client, account: Connection) -> None:
    asked = manager.post(replace_url(account), {"token": COLLEAGUE})
    assert "Continue with Colin Colleague's token" in asked.text
    assert COLLEAGUE not in asked.text
    assert Provider.objects.get().connection == account

    page = asked.context["page"]
    given = {"sealed": page.sealed, "user_id": page.colleague.user_id}
    answer = manager.post(replace_url(account), given, follow=True)
    assert "Main goes on with Colin Colleague&#x27;s token." in answer.text
    assert Provider.objects.get().connection.navigatr_user_name == "Colin Colleague"


def test_question_of_one_account_answers_no_other(manager: Client, account: Connection) -> None:
    answer = manager.post(replace_url(account), {"sealed": "bm90IG91cnM=", "user_id": "8"})
    assert "Paste the access token again" in answer.text
    assert Provider.objects.get().connection == account


def test_token_that_does_not_see_the_organisation_is_refused_in_place(manager: Client, account: Connection) -> None:
    answer = manager.post(replace_url(account), {"token": "practice-pat-stranger"})
    assert "does not see Example College (12)" in answer.context["page"].problem


def test_form_for_a_new_token_says_what_is_missing(manager: Client, account: Connection) -> None:
    answer = manager.post(replace_url(account), {"token": " "})
    assert "token" in answer.context["form"].errors


def test_account_is_stopped_and_resumed(manager: Client, account: Connection) -> None:
    answer = manager.post(f"{LIST}{account.uuid}/stop/", follow=True)
    assert "Main is stopped." in answer.text
    assert Connection.objects.get().stop_reason == StopReason.BY_STAFF
    answer = manager.post(f"{LIST}{account.uuid}/resume/", follow=True)
    assert "Main goes on." in answer.text
    assert Connection.objects.get().stop_reason == StopReason.NONE


def test_staff_change_nothing_and_are_told_who_can(browser: Client, manager: Client, account: Connection) -> None:
    for verb in ("stop", "resume", "replace", "add"):
        answer = browser.post(f"{LIST}{account.uuid}/{verb}/")
        assert (answer.status_code, "Mia" in answer.text) == (403, True)
    assert browser.post(CONNECT).status_code == 403
    assert Connection.objects.get().stop_reason == StopReason.NONE


def test_replaced_account_is_not_found(manager: Client, account: Connection) -> None:
    connections.stop(account, reason=StopReason.REPLACED)
    assert manager.get(replace_url(account)).status_code == 404
