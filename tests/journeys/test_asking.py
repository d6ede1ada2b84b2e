"""Consent by e-mail in a browser: ten are asked, three agree on a phone, one says no, one withdraws; two are issued."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import barriers
from tests.journeys.conftest import instance
from tests.smtp import MailServer, mail_server
from tests.world import World, people, until

pytestmark = pytest.mark.chromium

EMAILS = [f"learner{number}@college.example.org" for number in range(10)]
PACE = "import time; from issuing.models import Pace; Pace.objects.update(rests_until={until})"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def site(ground: World, post: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An instance whose e-mails go to `post`."""
    with instance(ground, tmp_path_factory.mktemp("asking"), EMAIL_URL=post.url, EMAIL_RATE="1000/1") as here:
        yield here


def ask_everybody(site: World, page: Page, post: MailServer) -> str:
    """Upload the ten, e-mail them, and return the roster's address."""
    page.goto("/rosters/upload/")
    page.get_by_label("Badge").select_option(label="Digital Skills")
    page.get_by_label("File").set_input_files(site.file("ten.csv", people(EMAILS)))
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("link", name="E-mail 10 requests").click()
    address = page.url.split("roster=")[1].split("&")[0]
    assert barriers(page) == []
    page.get_by_role("button", name="E-mail 10 requests").click()
    expect(page.get_by_role("status")).to_contain_text("10 requests on the way.")
    until(lambda: len(post.counts()) == 10)
    return f"/rosters/{address}/"


def open_link(phone: Page, post: MailServer, number: int) -> None:
    phone.goto(next(word for word in post.text_to(EMAILS[number]).split() if "/my-consent/" in word))


def agree(phone: Page, post: MailServer, number: int) -> None:
    open_link(phone, post, number)
    phone.get_by_label("I am 13 or older").check()
    phone.get_by_role("button", name="Yes, I agree").click()
    expect(phone.get_by_text(re.compile("^You agreed on"))).to_be_visible()


def is_issued(site: World, page: Page, address: str, phone: Page, post: MailServer) -> None:
    """Confirm the three who agreed, pause, let one withdraw, and go on."""
    site.shell(PACE.format(until="time.time() + 50"))
    page.goto(address)
    page.get_by_role("button", name=re.compile("^Issue 3 badges")).click()
    page.get_by_role("button", name="Pause sending").click()
    expect(page.get_by_text(re.compile("^Paused: 0 of 3"))).to_be_visible()
    open_link(phone, post, 2)
    phone.get_by_role("button", name="Withdraw").click()
    expect(phone.get_by_text(re.compile("^You withdrew on"))).to_be_visible()
    site.shell(PACE.format(until="0"))
    page.reload()
    page.get_by_role("button", name="Resume sending").click()
    expect(page.get_by_text(re.compile("^Done: 2 of 3 badges sent"))).to_be_visible()


def test_ten_are_asked_and_exactly_the_two_who_still_agree_are_issued(
    site: World, page: Page, post: MailServer, browser_program: Browser
) -> None:
    address = ask_everybody(site, page, post)
    phones = browser_program.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    phone = phones.new_page()
    for number in range(3):
        agree(phone, post, number)
    open_link(phone, post, 3)
    phone.get_by_role("button", name="No, I do not agree").click()
    expect(phone.get_by_text(re.compile("^You said no on"))).to_be_visible()
    is_issued(site, page, address, phone, post)
    assert {email: count for email, count in site.emails().items() if count} == {EMAILS[0]: 1, EMAILS[1]: 1}
    assert set(post.counts().values()) == {1}
    page.goto("/requests/")
    for tile in ("2 Said yes", "2 Said no or withdrew", "6 Sent, no answer yet"):
        expect(page.get_by_role("link", name=tile)).to_be_visible()
    assert barriers(page) == []
    logs = [path.read_text() for path in site.folder.glob("*.log")]
    assert not any("my-consent" in log for log in logs)
    phones.close()
