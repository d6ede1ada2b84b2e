"""A roster in the browser: uploaded, corrected, issued, followed live, paused, stopped, and topped up."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys import forty
from tests.journeys.axe import barriers
from tests.world import World

pytestmark = pytest.mark.chromium

WORDS = "Version 1 (en): all badges from Example College"
AS_EXPORTED = ["zoe@gmail.com", "bo@college.example.org", "cy@college.example.org", "di@college.example.org"]
PACE = "import time; from issuing.models import Pace; Pace.objects.update(rests_until={until})"


def write(site: World, name: str, *rows: str) -> Path:
    return site.file(name, "\n".join(["First name;Last name;Email;Tutor", *rows, ""]))


def upload(page: Page, file: Path, group: str = "") -> None:
    page.goto("/rosters/")
    page.get_by_role("link", name="Upload a roster").first.click()
    page.get_by_label("Badge").select_option(label="Digital Skills")
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Course or group").fill(group)
    page.get_by_role("button", name="Upload and check").click()


@pytest.fixture(scope="module", autouse=True)
def _agreed(site: World) -> None:
    """Everybody's consent is on record."""
    site.agreed([email for mark in ("two", "three") for email in emails(mark, 8)] + AS_EXPORTED)


def emails(mark: str, count: int) -> list[str]:
    return [f"{mark}{number}@college.example.org" for number in range(count)]


def people(mark: str, count: int) -> list[str]:
    return [f"Ana;Ng;{email};Mrs Baker" for email in emails(mark, count)]


def looks_again_after_a_failure(page: Page) -> None:
    page.route("**/progress/**", lambda route: route.fulfill(status=503))
    with page.expect_response("**/progress/**"):
        pass
    page.unroute("**/progress/**")
    with page.expect_response(lambda answer: "/progress/" in answer.url and answer.ok):
        pass


def test_roster_of_forty_with_every_disposition_is_issued_to_its_end(site: World, page: Page) -> None:
    forty.prepare_in(site)
    upload(page, forty.class_list(site), "Bakery")
    sees_tiles(page, forty.FOUND)
    tiles_filter(page)
    expect(page.get_by_text("1 column we do not need: “Tutor”")).to_be_visible()
    assert barriers(page) == []
    correct_one(page)
    decide_one(page)
    leave_one_out(page)
    record_consent_of_one(page)
    sees_tiles(page, forty.ACTED)
    expect(page.get_by_text("13 people are left out and stay on this list.")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^Issue 27 badges \(finishes about \d\d:\d\d\)$")).click()
    follow_to_the_end(page)
    assert results(page) == expected_results()
    sent = {email: count for email, count in site.emails().items() if email.endswith(forty.AT)}
    assert sent == dict.fromkeys(forty.sent_rows().values(), 1)


def sees_tiles(page: Page, tiles: dict[str, int]) -> None:
    """They add up to all rows."""
    expect(page.locator(".tile")).to_have_count(len(tiles))
    shown = [text.split("\n", 1) for text in page.locator(".tile").all_inner_texts()]
    assert {label.strip(): int(count) for count, label in shown} == tiles
    assert sum(tiles.values()) == len(forty.ROWS) == 40


def tiles_filter(page: Page) -> None:
    """Each leads to just its own rows, which say what they are; some are pressed later, all would take long."""
    for label, count in forty.FOUND.items():
        address = page.get_by_role("link", name=f"{count} {label}", exact=True).get_attribute("href")
        shown = page.request.get(f"{address}").text().partition("<tbody>")[2]
        assert re.findall(r'class="tag[^>]*>([^<]+)<', shown) == [label] * count


def correct_one(page: Page) -> None:
    page.get_by_role("link", name="Fix them here").click()
    page.get_by_label(f"E-mail address, row {forty.MISSPELT}").fill(forty.CORRECTED[forty.MISSPELT])
    page.get_by_role("button", name="Save and check again").click()
    expect(page.get_by_text("1 row was corrected.")).to_be_visible()


def decide_one(page: Page) -> None:
    page.get_by_role("link", name="2 To decide").click()
    page.get_by_role("link", name=f"Open row {forty.LIKE}").click()
    page.get_by_role("button", name=f"Keep the old: send to kofi{forty.AT}").click()
    expect(page.get_by_text(f"Row {forty.LIKE} is now: Ready.")).to_be_visible()


def leave_one_out(page: Page) -> None:
    page.get_by_role("link", name=re.compile(r"^\d+ Ready$")).click()
    page.get_by_role("link", name=f"Open row {forty.LEFT_OUT}", exact=True).click()
    page.get_by_role("button", name="Leave this row out").click()
    expect(page.get_by_text(f"Row {forty.LEFT_OUT} is now: Left out.")).to_be_visible()


def record_consent_of_one(page: Page) -> None:
    """From the row itself, and back to the roster."""
    page.get_by_role("link", name="3 Needs consent").click()
    page.locator(f"#row-{forty.UNASKED}").get_by_role("link", name="Record consent").click()
    go_on = page.get_by_role("button", name="Continue")
    for choice in ("The learner", "On paper", "Yes, they agree"):
        page.get_by_label(choice, exact=True).check()
        go_on.click()
    page.get_by_label("Day they answered").fill("2026-09-14")
    go_on.click()
    page.get_by_label("Which words they saw").select_option(label=WORDS)
    go_on.click()
    page.get_by_label("Where the answer can be looked up").fill("Folder 12")
    go_on.click()
    page.get_by_role("button", name="Record this answer").click()
    expect(page.get_by_text("Recorded: Agreed 14 Sept 2026, on paper")).to_be_visible()


def follow_to_the_end(page: Page) -> None:
    """The page says it by itself: nothing is pressed here."""
    expect(page.get_by_text("Confirmed: 27 badges on the way.")).to_be_visible()
    expect(page.get_by_text("Done: 27 badges sent.")).to_be_visible(timeout=30_000)
    expect(page).to_have_title(re.compile("^Done: Bakery"))
    expect(page.locator("[data-poll]")).to_have_count(0)
    expect(page.get_by_role("link", name="27 Sent, not claimed")).to_be_visible()
    expect(page.get_by_role("link", name="13 Left out")).to_be_visible()
    assert barriers(page) == []


def results(page: Page) -> list[list[str]]:
    """The sheet that staff take away: the file's own columns, and what each row is called in the end."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download results (Excel)").click()
    assert download.value.suggested_filename == "forty results.xlsx"
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    return [[str(cell or "") for cell in row[:6]] for row in sheet.iter_rows(values_only=True)]


def expected_results() -> list[list[str]]:
    rows = [["Row", "Student number", "Last name", "First name", "Email", "Status"]]
    for number, (student, last, first, email) in forty.ROWS.items():
        address = forty.sent_rows().get(number, email.strip())
        rows.append([str(number), student, last, first, address, forty.KEPT.get(number, "Sent, not claimed")])
    return rows


@pytest.fixture
def _rests(site: World) -> Iterator[None]:
    """Nothing is sent for a while."""
    site.shell(PACE.format(until="time.time() + 90"))
    yield
    site.shell(PACE.format(until="0"))


def test_run_is_paused_resumed_and_stopped(site: World, page: Page, request: pytest.FixtureRequest) -> None:
    file = write(site, "stop.csv", *people("two", 8))
    upload(page, file)
    request.getfixturevalue("_rests")
    page.get_by_role("button", name=re.compile("^Issue 8 badges")).click()
    page.get_by_role("button", name="Pause sending").click()
    expect(page.get_by_text(re.compile("^Paused: 0 of 8"))).to_be_visible()
    page.get_by_role("button", name="Resume sending").click()
    looks_again_after_a_failure(page)
    page.get_by_role("link", name="Stop: do not send the other 8").click()
    page.get_by_role("button", name="Stop: do not send the other 8").click()
    expect(page.get_by_text("Stopped by Bob: 0 badges sent, 8 not sent.")).to_be_visible()
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


EXPORT = """Bakery level 2: class list;;;;
Exported by the office;;;;

Forename;Surname;E-mail address;Organisation;Tutor
Ana;Ng;zoe@gmial.com;Escuela Núñez;Mr Grün
Ana;;bo@college.example.org;Escuela Núñez;Mr Grün
Ana;Ng;cy at college.example.org;Escuela Núñez;Mr Grün
Ana;Ng;di@college.example.org;Escuela Núñez;Mr Grün
"""


def test_file_as_it_was_exported_is_read_mended_and_issued(site: World, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "class list.csv"
    file.write_bytes(EXPORT.encode("cp1252"))
    upload(page, file)
    says_its_letters_are_right(page)
    page.get_by_role("link", name="3 To fix").click()
    page.get_by_role("button", name="Use zoe@gmail.com").click()
    page.get_by_label("Last name, row 6").fill("Ng")
    page.get_by_role("button", name="Save and check again").click()
    expect(page.get_by_text("1 row still has a problem.")).to_be_visible()
    upload(page, mended_outside(page, tmp_path))
    says_its_letters_are_right(page)
    page.get_by_role("button", name=re.compile("^Issue 4 badges")).click()
    expect(page.get_by_text("Done: 4 badges sent.")).to_be_visible(timeout=30_000)
    assert [site.emails().get(email) for email in AS_EXPORTED] == [1] * 4


def says_its_letters_are_right(page: Page) -> None:
    expect(page.get_by_text("Letters in it: Escuela Núñez")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("The file was read and its rows were checked.")).to_be_visible()


def mended_outside(page: Page, folder: Path) -> Path:
    """The file with problems, taken away as it came and mended in an editor."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download with problems").click()
    text = download.value.path().read_bytes().decode("cp1252")
    assert "Mr Grün" in text
    mended = folder / "mended.csv"
    mended.write_bytes(text.replace("cy at college", "cy@college").encode("cp1252"))
    return mended
