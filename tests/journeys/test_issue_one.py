"""One badge, from finding the learner to "Sent", and the sandbox badge to oneself."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import barriers
from tests.world import World

pytestmark = pytest.mark.chromium

TODAY = "document.querySelector('[name=decided_on]').value = new Date().toISOString().slice(0, 10)"


def test_badge_is_issued_to_somebody_new(page: Page, site: World) -> None:
    find_nobody_and_add_them(page)
    expect(page.get_by_role("button", name="Issue badge to")).to_have_count(0)
    assert barriers(page) == []
    record_consent(page)

    page.get_by_role("heading", name="Dates and evidence").click()
    page.get_by_label("Evidence in words").fill("Built a table.")
    expect(page.locator("#gets")).to_contain_text("Built a table.")
    assert barriers(page) == []
    page.get_by_role("button", name="Issue badge to Zoë Núñez").dblclick()

    expect(page.get_by_role("status")).to_contain_text(re.compile(r"Sent \d\d:\d\d"))
    expect(page).to_have_title(re.compile(r"^Sent \d\d:\d\d · Digital Skills"))
    assert site.emails()["zoe.nunez@example.org"] == 1
    see_that_nothing_is_sent_twice(page)
    assert site.emails()["zoe.nunez@example.org"] == 1


def find_nobody_and_add_them(page: Page) -> None:
    page.goto("/issue/")
    page.get_by_label("Which badge").select_option(label="Digital Skills · Example College")
    page.get_by_role("button", name="Take this badge").click()
    page.get_by_label("Name, student number").press_sequentially("Zoë Núñez", delay=5)
    expect(page.get_by_text("Nobody here is known by “Zoë Núñez”.")).to_be_visible()
    page.get_by_role("link", name="New learner").click()
    page.get_by_label("E-mail address").fill("zoe.nunez@example.org")
    page.get_by_role("button", name="Add and go on to the badge").click()


def record_consent(page: Page) -> None:
    """An answer on paper, today, in place."""
    page.get_by_label("Yes, they agree").check()
    page.get_by_label("The learner, Zoë Núñez").check()
    page.get_by_label("On paper").check()
    page.evaluate(TODAY)
    words = page.get_by_label("Which words they saw")
    words.select_option(words.locator("option", has_text="Version 1").get_attribute("value"))
    page.get_by_label("Where the answer can be looked up").fill("Folder 2026, page 12")
    page.get_by_role("button", name="Record this answer").click()
    expect(page.get_by_text("Recorded: Agreed")).to_be_visible()


def see_that_nothing_is_sent_twice(page: Page) -> None:
    """Back shows that they have it; *Issue another* keeps the badge."""
    page.go_back()
    expect(page.get_by_text("It is not sent twice.")).to_be_visible()
    page.go_forward()
    page.get_by_role("link", name="Issue another").click()
    expect(page.get_by_role("region", name="Badge")).to_contain_text("Digital Skills")
    page.get_by_label("Name, student number").press_sequentially("nunez", delay=5)
    page.get_by_role("link", name="Zoë Núñez").click()
    expect(page.get_by_text("It is not sent twice.")).to_be_visible()


def test_sandbox_badge_comes_to_oneself(page: Page, site: World) -> None:
    site.shell("from issuing.models import Badge; Badge.objects.filter(name='Sandbox badge').update(is_sandbox=True)")
    page.goto("/issue/sandbox/")
    page.get_by_label("First name").fill("Bob")
    page.get_by_label("Last name").fill("Reed")
    expect(page.get_by_label("E-mail address")).to_have_value("bob@example.org")
    page.get_by_label("This is me and I agree").check()
    page.get_by_role("button", name="Send the sandbox badge to myself").click()
    expect(page.get_by_role("status")).to_contain_text("Sent")
    assert site.emails()["bob@example.org"] == 1
