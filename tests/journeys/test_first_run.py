"""From an empty instance to the first badge; a refused token and its replacement; a colleague who is let in."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.axe import barriers
from tests.journeys.conftest import MAKE_STAFF
from tests.world import TOKEN, World, until, world

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An instance with nothing but its staff."""
    with world(tmp_path_factory.mktemp("site"), rate="50/2") as here:
        here.run("migrate", "--verbosity=0")
        here.shell(MAKE_STAFF)
        here.address = here.web()
        here.worker("supervise")
        yield here


def check(page: Page) -> None:
    """No fault that axe finds."""
    page.wait_for_load_state()
    assert barriers(page) == []


def test_first_run_leads_to_the_first_badge(manager: Page, site: World) -> None:
    page = manager
    steps = page.get_by_role("region", name="To your first badge")
    steps.get_by_role("link", name="Connect your Navigatr account").click()
    page.get_by_role("link", name="Connect your account").click()
    page.get_by_label("What to call it here").fill("Our college")
    page.get_by_label("Access token").fill(TOKEN)
    check(page)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("status")).to_contain_text("Our college is connected, with Olivia Owner's token.")
    check(page)
    find_sandbox_badge(page, site)
    page.get_by_role("button", name="Mark as sandbox badge").click()
    check(page)
    page.get_by_role("link", name="Send the sandbox badge to myself").click()
    page.get_by_label("Last name").fill("Archer")
    page.get_by_label("This is me and I agree").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Sent", timeout=20_000)
    until(lambda: site.emails() == {"ann@example.org": 1})

    page.goto("/")
    expect(steps.get_by_text("done")).to_have_count(3)


def find_sandbox_badge(page: Page, site: World) -> None:
    until(lambda: site.shell("from issuing.models import Badge; print(Badge.objects.count())").strip() != "0")
    page.goto("/badges/")
    check(page)
    page.get_by_label("Name, number or address of a badge").fill("https://navigatr.app/badge/53/sandbox-badge")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="Sandbox badge", level=1)).to_be_visible()


def test_refused_token_is_replaced_with_a_colleague_s(manager: Page, site: World) -> None:
    page = manager
    requests.post(f"{site.practice.origin}/practice/tokens/{TOKEN}/revoke", timeout=5).raise_for_status()
    page.goto("/navigatr-accounts/")
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_be_focused()
    page.get_by_role("main").get_by_role("link", name="Replace the access token").click()
    page.get_by_label("Access token").fill("practice-pat-colleague")
    page.get_by_role("button", name="Check and replace").click()
    expect(page.get_by_role("heading", name="This is Colin Colleague's token, not Olivia Owner's")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Continue with Colin Colleague's token").click()
    expect(page.get_by_role("status")).to_have_text("Our college goes on with Colin Colleague's token.")
    expect(page.locator(".bar-bad")).to_have_count(0)


def test_colleague_is_let_in_by_a_link(manager: Page, context: BrowserContext) -> None:
    page = manager
    page.goto("/staff/add/")
    for label, text in (("First name", "Robin"), ("Last name", "Reed"), ("E-mail", "robin@example.org")):
        page.get_by_label(label).fill(text)
    check(page)
    page.get_by_role("button", name="Make the account and its link").click()
    check(page)
    link = page.get_by_label("Link", exact=True).input_value()
    page.goto("/staff/")
    check(page)
    page.get_by_role("button", name="Sign out").click()

    page.goto(link)
    check(page)
    page.get_by_label("New password").fill("a phrase of my own")
    page.get_by_label("The same once more").fill("a phrase of my own")
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_text("Your password is set, and you are signed in.")).to_be_visible()
