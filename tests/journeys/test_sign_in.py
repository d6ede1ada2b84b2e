"""Signing in and out."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.axe import barriers

pytestmark = pytest.mark.chromium


def test_member_of_staff_signs_in_and_out(page: Page) -> None:
    expect(page).to_have_url("/")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url("/sign-in/")


def test_sign_in_says_in_place_what_is_wrong(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Username").fill("bob")
    page.get_by_label("Password").fill("something else")
    page.get_by_role("button", name="Sign in").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("username and password do not belong together")
    expect(alert).to_be_focused()
    assert barriers(page) == []
