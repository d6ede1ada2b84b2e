"""Consent by staff in a browser: the wording published, answers recorded one by one and from a file, a withdrawal."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import barriers
from tests.journeys.conftest import instance
from tests.world import World

pytestmark = pytest.mark.chromium

ADD_LEARNER = """
from issuing.models import User
from issuing.services import learners
person = learners.Person("Zoë", "Núñez", "zoe@example.org")
print(learners.find_or_add(person=person, by=User.objects.get(username="ann")).uuid)
"""
ANSWERS = (
    "First name,Last name,Email,Agrees?\nAna,Ng,ana@example.org,Yes\nBo,Ek,bo@example.org,No\nCy,Oh,cy@example.org,\n"
)


@pytest.fixture(scope="module")
def site(ground: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An instance of its own: new wording ends what was agreed to."""
    with instance(ground, tmp_path_factory.mktemp("site")) as here:
        yield here


@pytest.fixture(scope="module")
def learner(site: World) -> str:
    return site.shell(ADD_LEARNER).split()[-1]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def choose(page: Page, *labels: str) -> None:
    for label in labels:
        page.get_by_label(label).check()


def test_manager_publishes_new_wording_and_is_told_what_ends(manager: Page) -> None:
    manager.goto("/statements/")
    manager.get_by_role("link", name="Publish new wording").click()
    manager.get_by_label("The words, exactly").fill("We send Navigatr your name and e-mail address.")
    press(manager, "Check this wording")
    expect(manager.get_by_text("Nobody’s yes ends by this.")).to_be_visible()
    assert barriers(manager) == []
    with manager.expect_popup() as opened:  # another tab: what is typed can still be published here
        press(manager, "See it as on a phone")
    opened.value.get_by_role("button", name="No, I do not agree").click()
    expect(opened.value.get_by_text("This is what a learner sees.")).to_be_visible()
    assert barriers(opened.value) == []
    press(manager, "Publish this wording")
    expect(manager.get_by_role("heading", name="Version 2")).to_be_visible()


def test_member_of_staff_records_a_yes_and_then_a_withdrawal(page: Page, learner: str) -> None:
    page.goto(f"/consents/record/?learner={learner}&next=/")
    for number, choice in enumerate(("The learner, Zoë Núñez", "On paper", "Yes, they agree"), 1):
        expect(page.get_by_text(f"Question {number} of 6")).to_be_visible()
        choose(page, choice)
        page.keyboard.press("Enter")
    page.get_by_label("Day they answered").fill("2026-01-14")
    press(page, "Continue")
    expect(page.get_by_label("Which words they saw")).to_be_focused()
    page.go_back()  # by the browser: nothing is sent again, and what was typed is there
    expect(page.get_by_label("Day they answered")).to_have_value("2026-01-14")
    page.go_forward()
    page.get_by_label("Which words they saw").select_option(index=2)
    press(page, "Continue")
    page.get_by_label("Where the answer can be looked up").fill("Folder 12")
    press(page, "Continue")
    assert barriers(page) == []
    press(page, "Record this answer")
    expect(page.get_by_role("status")).to_contain_text("Recorded: Agreed 14 Jan 2026, on paper, to all badges")
    page.go_back()
    expect(page.get_by_role("status")).to_contain_text("This answer was recorded already")

    page.goto(f"/consents/record/?learner={learner}&answer=withdrawn&next=/")
    for choice in ("The learner, Zoë Núñez", "By phone"):
        choose(page, choice)
        press(page, "Continue")
    page.get_by_label("Day they answered").fill("2026-02-01")
    press(page, "Continue")
    page.get_by_label("What they withdraw from").select_option("all")
    press(page, "Continue")
    press(page, "Continue")
    expect(page.get_by_role("cell", name=re.compile("^Withdrew 1 Feb 2026"))).to_be_visible()
    press(page, "Record this answer")
    expect(page.get_by_role("status")).to_contain_text("Recorded: Withdrew 1 Feb 2026, by phone, for any badge")


def test_guardian_is_asked_for_only_when_one_answered(page: Page, learner: str) -> None:
    page.goto(f"/consents/record/?learner={learner}&next=/")
    press(page, "Continue")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("First and last name of who answered")).to_be_hidden()
    choose(page, "A parent or guardian")
    expect(page.get_by_label("First and last name of who answered")).to_be_visible()


def test_member_of_staff_records_the_answers_of_a_file(page: Page) -> None:
    page.goto("/consents/import/?next=/")
    file = {"name": "answers.csv", "mimeType": "text/csv", "buffer": ANSWERS.encode()}
    page.get_by_label("File with the answers").set_input_files(files=[file])  # type: ignore[list-item]
    press(page, "Read this file")
    page.get_by_label(re.compile("^Agrees")).check()
    press(page, "Go on")
    page.get_by_role("group", name="“Yes” (1 row)").get_by_label("Means yes").check()
    page.get_by_role("group", name="“No” (1 row)").get_by_label("Means no").check()
    choose(page, "On paper")
    page.get_by_label("Day they answered").fill("2026-01-14")
    page.get_by_label("Which words they saw").select_option(index=1)
    page.get_by_label("Where the answers can be looked up").fill("Room B")
    press(page, "Check these answers")
    press(page, "Record 2 answers")
    expect(page.get_by_role("heading", name="2 answers recorded")).to_be_visible()
    assert barriers(page) == []
