"""The work of a day with JavaScript switched off, on a phone: nothing may be reached by a script alone."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PATIENCE, instance, signed_in
from tests.world import World, people, until

pytestmark = pytest.mark.chromium

FILL = """
from django.utils import timezone
from issuing.models import Badge, Issuance, User
from issuing.services import issuances, learners
from tests.factories import *
badge = Badge.objects.get(navigatr_id=51)
ann = User.objects.get(username="ann")
make_agreed(badge, "refused+422@example.org", first_name="Rita", last_name="Fused")
rita = learners.Person("Rita", "Fused", "refused+422@example.org")
issuances.issue(badge=badge, person=rita, by=ann)
old = make_agreed(badge, "old@example.org", first_name="Otto", last_name="Old")
for number in range(55):
    make_issuance(badge, old, status="cancelled", reason="stopped_by_staff", confirmed_by=ann)
for number in range(3):
    make_agreed(badge, f"class{number}@example.org", first_name="Ana", last_name="Ng")
"""
CLASS = [f"class{number}@example.org" for number in range(3)]
WORDS = "Version 1 (en): all badges from Example College"


@pytest.fixture(scope="module")
def site(ground: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An instance of its own: new wording ends what was agreed to."""
    with instance(ground, tmp_path_factory.mktemp("site")) as here:
        yield here


@pytest.fixture(scope="module", autouse=True)
def _filled(site: World) -> None:
    """A refused badge, more stopped ones than a page holds, and a class that agreed."""
    site.shell(FILL)


@pytest.fixture
def phone(browser_program: Browser, site: World) -> Iterator[Page]:
    """A page of `ann`, a manager, as narrow as a phone and without scripts."""
    context = browser_program.new_context(
        base_url=site.address, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    context.set_default_timeout(PATIENCE)
    yield signed_in(context, "ann")
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def fill(page: Page, typed: dict[str, str]) -> None:
    for label, text in typed.items():
        page.get_by_label(label, exact=True).fill(text)


def menu(page: Page, name: str) -> None:
    """Open the part of the menu that is folded, and go there."""
    page.get_by_role("navigation", name="Main").get_by_text("More").click()
    follow(page, name)


def reload_until(page: Page, text: str | re.Pattern[str]) -> None:
    """As one does without scripts."""
    until(lambda: bool(page.goto(page.url) and page.get_by_text(text).count()))


def test_badges_are_sent_and_put_right_without_scripts(phone: Page, site: World) -> None:
    phone.get_by_label("Find a learner").fill("nunez")
    press(phone, "Find")
    expect(phone.get_by_text("Nobody here is known by “nunez”")).to_be_visible()
    add_learner(phone)
    record_yes(phone)
    issue_badge(phone)
    record_withdrawal(phone)
    page_through_history(phone)
    correct_refused_badge(phone)
    send_to_the_right_person(phone)
    assert site.emails() == dict.fromkeys(("zoe@example.org", "rita@exmaple.org", "rita@example.org"), 1)


def add_learner(page: Page) -> None:
    """At the second try; what was typed is still there."""
    follow(page, "Add a learner")
    fill(page, {"First name": "Zoë", "Last name": "Núñez", "E-mail address": "zoe at example.org"})
    press(page, "Add this learner")
    expect(page.get_by_role("main").get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Zoë")
    fill(page, {"E-mail address": "zoe@example.org"})
    press(page, "Add this learner")
    expect(page.get_by_role("heading", name="Zoë Núñez", level=1)).to_be_visible()


def record_yes(page: Page) -> None:
    follow(page, "Record a yes or no")
    for choice in ("The learner, Zoë Núñez", "On paper", "Yes, they agree"):
        page.get_by_label(choice).check()
        press(page, "Continue")
    say_day_and_words(page, "2026-09-14", "Which words they saw", WORDS)
    page.get_by_label("Where the answer can be looked up").fill("Folder 12")
    press(page, "Back")
    press(page, "Continue")
    expect(page.get_by_label("Where the answer can be looked up")).to_have_value("Folder 12")
    press(page, "Continue")
    press(page, "Record this answer")
    expect(page.get_by_role("status")).to_contain_text("Recorded: Agreed 14 Sept 2026, on paper, to all badges")


def say_day_and_words(page: Page, day: str, asked: str, words: str) -> None:
    page.get_by_label("Day they answered").fill(day)
    press(page, "Continue")
    page.get_by_label(asked).select_option(label=words)
    press(page, "Continue")


def issue_badge(page: Page) -> None:
    follow(page, "Issue a badge")
    page.get_by_label("Which badge").select_option(label="Digital Skills · Example College")
    press(page, "Take this badge")
    press(page, "Issue badge to Zoë Núñez")
    reload_until(page, re.compile(r"^Sent \d\d:\d\d$"))
    follow(page, "Zoë Núñez")


def record_withdrawal(page: Page) -> None:
    follow(page, "Record withdrawal")
    for choice in ("The learner, Zoë Núñez", "On paper"):
        page.get_by_label(choice).check()
        press(page, "Continue")
    say_day_and_words(page, "2026-10-01", "What they withdraw from", "Everything: they want no badge at all")
    press(page, "Continue")
    press(page, "Record this answer")
    expect(page.get_by_role("status")).to_contain_text("Recorded: Withdrew 1 Oct 2026, on paper, for any badge")


def page_through_history(page: Page) -> None:
    """On to the end and back again."""
    find(page, "otto")
    pager = page.get_by_role("navigation", name="Pages")
    for where, rows in (("More", 5), ("Back", 50)):
        pager.get_by_role("link", name=where).click()
        expect(page.get_by_role("link", name="Otto Old")).to_have_count(rows)


def find(page: Page, who: str) -> None:
    follow(page, "History")
    page.get_by_label("Find a learner or a badge sent").fill(who)
    press(page, "Find")


def correct_refused_badge(page: Page) -> None:
    find(page, "fused")
    follow(page, "Rita Fused")
    follow(page, "Correct and send")
    fill(page, {"E-mail address": "rita@exmaple.org"})
    press(page, "Correct and send")
    reload_until(page, "Navigatr e-mailed rita@exmaple.org a claim link.")


def send_to_the_right_person(page: Page) -> None:
    follow(page, "Wrong person or address")
    page.get_by_label("Somebody else may have it, or I do not know").check()
    fill(page, {"Right e-mail address": "rita@example.org", "What went wrong": "Typing error"})
    press(page, "Send to the right address")
    reload_until(page, "It is revoked at Navigatr.")
    follow(page, "The later badge")
    reload_until(page, "Navigatr e-mailed rita@example.org a claim link.")


def test_roster_is_sent_and_another_stopped_without_scripts(phone: Page, site: World) -> None:
    upload(phone, site, "later")
    phone.get_by_text("At a set time").click()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    phone.get_by_label("Start sending at").fill(f"{tomorrow:%Y-%m-%dT12:00}")
    phone.get_by_role("button", name=re.compile("^Issue 3 badges")).click()
    press(phone, "Pause sending")
    expect(phone.get_by_text(re.compile("^Paused: 0 of 3"))).to_be_visible()
    press(phone, "Resume sending")
    follow(phone, "See how it stands now")
    expect(phone.get_by_text(re.compile("^Sending starts on .* at 12:00"))).to_be_visible()
    follow(phone, "Stop: do not send the other 3")
    press(phone, "Stop: do not send the other 3")
    expect(phone.get_by_text("Stopped by Ann: 0 badges sent, 3 not sent.")).to_be_visible()

    upload(phone, site, "now")
    phone.get_by_role("button", name=re.compile("^Issue 3 badges")).click()
    reload_until(phone, "Done: 3 badges sent.")
    assert {email: count for email, count in site.emails().items() if email in CLASS} == dict.fromkeys(CLASS, 1)


def upload(page: Page, site: World, name: str) -> None:
    follow(page, "Rosters")
    follow(page, "Upload a roster")
    page.get_by_label("Badge").select_option(label="Digital Skills")
    page.get_by_label("File").set_input_files(site.file(f"{name}.csv", people(CLASS)))
    press(page, "Upload and check")


def test_manager_keeps_house_without_scripts(phone: Page) -> None:
    menu(phone, "Badges")
    phone.get_by_label("Name, number or address of a badge").fill("https://navigatr.app/badge/53/sandbox-badge")
    press(phone, "Find")
    expect(phone.get_by_role("heading", name="Sandbox badge", level=1)).to_be_visible()
    replace_token(phone)
    publish_wording(phone)
    add_colleague(phone)


def replace_token(page: Page) -> None:
    menu(page, "Navigatr account")
    follow(page, "Replace the access token")
    page.get_by_label("Access token").fill("practice-pat-colleague")
    press(page, "Check and replace")
    press(page, "Continue with Colin Colleague's token")
    expect(page.get_by_role("status")).to_contain_text("goes on with Colin Colleague's token.")
    page.get_by_role("main").get_by_text("Stop", exact=True).click()
    press(page, "Stop sending")
    press(page, "Resume")
    expect(page.get_by_role("status")).to_have_text("Example goes on.")


def publish_wording(page: Page) -> None:
    menu(page, "Consent wording")
    follow(page, "Publish new wording")
    page.get_by_label("The words, exactly").fill("We send Navigatr your name and e-mail address.")
    press(page, "Check this wording")
    # Those who agreed before it: nobody where this is the only test that runs.
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Version 2")).to_be_visible()


def add_colleague(page: Page) -> None:
    """Their link opens once one has signed out."""
    menu(page, "Staff")
    follow(page, "Add a colleague")
    fill(page, {"First name": "Robin", "Last name": "Reed", "E-mail address": "robin@example.org"})
    press(page, "Make the account and its link")
    link = page.get_by_label("Link", exact=True).input_value()
    press(page, "Sign out")
    page.goto(link)
    fill(page, {"The same once more": "a phrase of my own"})
    page.get_by_label("New password").fill("a phrase of my own")
    press(page, "Save and sign in")
    expect(page.get_by_text("Your password is set, and you are signed in.")).to_be_visible()
