"""What staff see of the Navigatr accounts, and what a test of one says."""

import requests
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from issuing.enums import StopReason
from issuing.models import Connection
from issuing.practice import PracticeServer
from issuing.services import connections
from tests.factories import LONG_AGO, make_badge, make_connection, make_issuance, make_provider
from tests.views.connections.conftest import OWNER

LIST = "/navigatr-accounts/"


def test_account_is_shown_without_its_token(browser: Client, account: Connection) -> None:
    make_issuance(make_badge(account.providers.get()))
    answer = browser.get(LIST)
    (sheet,) = answer.context["page"].accounts
    assert (sheet.organisations, sheet.waiting, sheet.state.label) == ("Example College", 1, "Working")
    assert "Olivia Owner" in answer.text
    assert account.fingerprint in answer.text
    assert OWNER not in answer.text


def test_staff_see_no_buttons(browser: Client, manager: Client, account: Connection) -> None:
    assert "Replace the access token" in manager.get(LIST).text
    assert "Replace the access token" not in browser.get(LIST).text


def test_page_says_who_connects_when_there_is_no_account(browser: Client, manager: Client) -> None:
    assert "A manager connects it" in browser.get(LIST).text
    assert "/navigatr-accounts/connect/" in manager.get(LIST).text


def test_page_says_why_an_account_is_stopped(browser: Client) -> None:
    make_connection(stop_reason=StopReason.TOKEN_REFUSED, stopped_at=LONG_AGO)
    assert "Navigatr refused the access token. Nothing was lost" in browser.get(LIST).text


def test_replaced_account_is_shown_apart(browser: Client) -> None:
    make_connection(name="Old one", stop_reason=StopReason.REPLACED, stopped_at=LONG_AGO)
    page = browser.get(LIST).context["page"]
    assert ([one.connection.name for one in page.earlier], page.accounts) == (["Old one"], [])


def test_list_asks_the_database_as_often_for_three_accounts_as_for_one(browser: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            database,
        ) as captured:
            browser.get(LIST)
        return len(captured)

    make_provider(make_connection())
    before = queries()
    for number in (13, 14):
        make_provider(make_connection(), navigatr_id=number)
    assert queries() == before


def test_test_says_whose_token_it_is(manager: Client, account: Connection) -> None:
    answer = manager.post(f"{LIST}{account.uuid}/test/")
    assert "The token works. It is Olivia Owner's." in answer.text.replace("&#x27;", "'")
    assert "Example College" in answer.text


def test_test_says_that_the_token_is_refused(manager: Client, account: Connection, practice: PracticeServer) -> None:
    requests.post(f"{practice.origin}/practice/tokens/{OWNER}/revoke", timeout=5).raise_for_status()
    answer = manager.post(f"{LIST}{account.uuid}/test/")
    (sheet,) = answer.context["page"].accounts
    assert (answer.status_code, sheet.state.label, bool(sheet.problem)) == (200, "Stopped", True)


def test_test_says_that_it_cannot_be_read(manager: Client) -> None:
    account = make_connection()
    answer = manager.post(f"{LIST}{account.uuid}/test/")
    assert (answer.status_code, 'role="alert"' in answer.text) == (200, True)


def test_staff_cannot_test(browser: Client, account: Connection) -> None:
    assert browser.post(f"{LIST}{account.uuid}/test/").status_code == 403
    assert browser.get(f"{LIST}{account.uuid}/test/").headers["Location"] == LIST


def test_stopped_account_s_test_says_to_resume(manager: Client, account: Connection) -> None:
    connections.stop(account, reason=StopReason.BY_STAFF)
    assert "resume it to send" in manager.post(f"{LIST}{account.uuid}/test/").text
