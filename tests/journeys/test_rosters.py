"""A roster in the browser: uploaded, corrected, issued, followed live, paused, stopped, and topped up."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PASSWORD
from tests.world import World

pytestmark = pytest.mark.chromium

PACE = "from issuing.models import Pace; Pace.objects.update(rests_until={until})"


def write(site: World, name: str, *rows: str) -> Path:
    return site.file(name, "\n".join(["First name;Last name;Email;Tutor", *rows, ""]))


def upload(page: Page, file: Path, group: str = "") -> None:
    page.goto("/rosters/")
    page.get_by_role("link", name="Upload a roster").first.click()
    page.get_by_label("Badge").select_option(index=1)
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Course or group").fill(group)
    page.get_by_role("button", name="Upload and check").click()


@pytest.fixture(scope="module", autouse=True)
def _agreed(site: World) -> None:
    """Everybody's consent is on record."""
    site.agreed([email for mark in ("one", "two", "three", "four") for email in emails(mark, 8)])


def emails(mark: str, count: int) -> list[str]:
    return [f"{mark}{number}@college.example.org" for number in range(count)]


def people(mark: str, count: int) -> list[str]:
    return [f"Ana;Ng;{email};Mrs Baker" for email in emails(mark, count)]


def looks_again_after_a_failure(page: Page) -> None:
    page.route("**/progress/**", lambda route: route.fulfill(status=503))
    with page.expect_response("**/progress/**"):
        pass
    page.unroute("**/progress/**")
    with page.expect_response(lambda answer: "/progress/" in answer.url and answer.ok, timeout=15_000):
        pass


def has_no_faults(page: Page) -> None:
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []


def test_roster_is_uploaded_corrected_issued_and_followed_to_its_end(site: World, page: Page) -> None:
    rows = people("one", 6)
    file = write(site, "bakery.csv", *rows[:5], "Ana;Ng;one5 at college;Mrs Baker", "Jo;New;new@college.example.org;x")
    upload(page, file, "Bakery")
    expect(page.get_by_role("link", name="5 Ready")).to_be_visible()
    expect(page.get_by_text("1 column we do not need: “Tutor”")).to_be_visible()
    has_no_faults(page)
    page.get_by_role("link", name="Fix them here").click()
    page.get_by_label("E-mail address, row 7").fill("one5@college.example.org")
    page.get_by_role("button", name="Save and check again").click()
    expect(page.get_by_text("1 row was corrected.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Issue 6 badges")).click()
    expect(page.get_by_text("Confirmed: 6 badges on the way.")).to_be_visible()
    expect(page.get_by_text("Done: 6 badges sent.")).to_be_visible(timeout=30_000)
    expect(page).to_have_title(re.compile("^Done: Bakery"))
    expect(page.locator("[data-poll]")).to_have_count(0)
    expect(page.get_by_text("Sent, not claimed").last).to_be_visible()
    has_no_faults(page)
    assert [count for email, count in site.emails().items() if email.startswith("one")] == [1] * 6
    with page.expect_download() as download:
        page.get_by_role("link", name="Download results (Excel)").click()
    assert download.value.suggested_filename == "bakery results.xlsx"


def test_run_is_paused_resumed_and_stopped(site: World, page: Page) -> None:
    file = write(site, "stop.csv", *people("two", 8))
    upload(page, file)
    site.shell(PACE.format(until="9e9"))
    page.get_by_role("button", name=re.compile("^Issue 8 badges")).click()
    page.get_by_role("button", name="Pause sending").click()
    expect(page.get_by_text(re.compile("^Paused: 0 of 8"))).to_be_visible()
    page.get_by_role("button", name="Resume sending").click()
    looks_again_after_a_failure(page)
    page.get_by_role("link", name="Stop: do not send the other 8").click()
    page.get_by_role("button", name="Stop: do not send the other 8").click()
    expect(page.get_by_text("Stopped by Bob: 0 badges sent, 8 not sent.")).to_be_visible()
    site.shell(PACE.format(until="0"))
    assert not [email for email in site.emails() if email.startswith("two")]


def test_roster_is_one_run_after_a_double_click_the_back_button_and_a_colleague(
    site: World, page: Page, context: BrowserContext
) -> None:
    rows = people("three", 3)
    upload(page, write(site, "once.csv", *rows))
    address = page.url
    colleague = context.new_page()
    colleague.goto(address)
    page.get_by_role("button", name=re.compile("^Issue 3 badges")).dblclick()
    expect(page.get_by_text("Done: 3 badges sent.")).to_be_visible(timeout=30_000)
    page.go_back()
    page.goto(address)
    expect(page.get_by_text("confirmed by Bob")).to_be_visible()
    colleague.get_by_role("button", name=re.compile("^Issue 3 badges")).click()
    expect(colleague.get_by_text("was confirmed already by Bob")).to_be_visible()
    assert [count for email, count in site.emails().items() if email.startswith("three")] == [1] * 3


def test_roster_is_issued_without_javascript_on_a_phone(site: World, context: BrowserContext) -> None:
    file = write(site, "plain.csv", *people("four", 2))
    browser = context.browser
    assert browser is not None
    size = {"width": 390, "height": 844}
    plain = browser.new_context(base_url=site.address, java_script_enabled=False, viewport=size)  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("bob")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    upload(page, file)
    page.get_by_role("button", name=re.compile("^Issue 2 badges")).click()
    expect(page.get_by_text("Confirmed: 2 badges on the way.")).to_be_visible()
    plain.close()
