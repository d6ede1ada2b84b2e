"""One badge issued with nothing but the keyboard, the focus always to be seen."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PASSWORD
from tests.world import World

pytestmark = pytest.mark.chromium

MAKE_KIM = """
from issuing.models import Badge
from tests.factories import make_agreed
make_agreed(Badge.objects.get(navigatr_id=51), "kim@example.org", first_name="Kim", last_name="Keys")
"""
NAME = """() => {
  const here = document.activeElement;
  if (here === document.body) return '';
  const label = here.labels && here.labels.length ? here.labels[0].innerText : here.innerText;
  return (here.getAttribute('aria-label') || label || '').trim();
}"""
OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && style.outlineWidth !== '0px' || style.boxShadow !== 'none';
}"""
MOST = 60
"""More than this many presses of Tab is no way to get anywhere."""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus, which must be seen there."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if re.search(name, page.evaluate(NAME)):
            page.wait_for_function(OUTLINE)  # it may fade in
            return
    raise AssertionError(f"{name} is not reached by Tab.")


def test_badge_is_issued_without_a_mouse(context: BrowserContext, site: World) -> None:
    site.shell(MAKE_KIM)
    page = context.new_page()
    page.goto("/sign-in/")
    for label, typed in (("Username", "bob"), ("Password", PASSWORD)):
        tab_to(page, label)
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/")

    page.keyboard.press("Tab")
    assert page.evaluate(NAME) == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(page, "^Issue one badge$")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/issue/$"))
    tab_to(page, "Which badge")
    page.keyboard.type("Digital Skills")
    tab_to(page, "^Take this badge$")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("badge="))
    tab_to(page, "Name, student number")
    page.keyboard.type("kim")
    expect(page.get_by_role("link", name="Kim Keys")).to_be_visible()
    tab_to(page, "Kim Keys")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Agreed")).to_be_visible()

    tab_to(page, "^Issue badge to Kim Keys$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"Sent \d\d:\d\d"))
    assert site.emails()["kim@example.org"] == 1
