"""A badge that Navigatr refused is found in History, corrected, and sent; one that went astray is revoked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import barriers
from tests.journeys.conftest import instance
from tests.world import World, until

pytestmark = pytest.mark.chromium

ISSUE = """
from issuing.models import Badge, User
from issuing.services import issuances, learners
person = learners.Person("Zoë", "Núñez", "zoe+422@example.org")
print(issuances.issue(badge=Badge.objects.get(navigatr_id=51), person=person, by=User.objects.get(username="ann")).uuid)
"""
SYNC = """
from issuing.models import Assertion, Connection
from issuing.services import claims
claims.sync(Connection.objects.get().pk)
"""
ROSTER = "First name,Last name,Email\nZoë,Núñez,zoe+422@example.org\n"


@pytest.fixture(scope="module")
def site(ground: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An instance of its own: its counts are of everything sent."""
    with instance(ground, tmp_path_factory.mktemp("site")) as here:
        yield here


@pytest.fixture(scope="module")
def refused(site: World) -> str:
    """Its address, once Navigatr has refused it."""
    agreed = ("--route", "paper", "--by", "ann", "--decided-on", "2026-09-14", "--evidence", "Folder 12")
    site.run("record_consent", str(site.file("zoe.csv", ROSTER)), *agreed, "--all-agreed")
    uuid = site.shell(ISSUE).split()[-1]
    until(lambda: site.counts()["rejected"] == 1)
    return f"/issuances/{uuid}/"


def test_refused_badge_is_found_corrected_and_sent(page: Page, refused: str) -> None:
    page.get_by_role("link", name="History").click()
    page.get_by_label("Find a learner or a badge sent").fill("nunez zo")
    page.get_by_role("button", name="Find").click()
    assert barriers(page) == []
    page.get_by_role("link", name="Zoë Núñez").click()
    expect(page.get_by_text("It was not sent. Navigatr said:")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="Correct and send").click()
    page.get_by_label("E-mail address").fill("not an address")
    page.get_by_role("button", name="Correct and send").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("E-mail address").fill("zoe.n@exmaple.org")
    page.get_by_role("button", name="Correct and send").click()
    expect(page.get_by_text("Navigatr e-mailed zoe.n@exmaple.org a claim link.")).to_be_visible(timeout=15_000)


def test_badge_that_went_astray_is_sent_again_and_revoked(page: Page, refused: str, site: World) -> None:
    page.goto(f"{refused}#wrong")
    page.get_by_role("link", name="Wrong person or address").click()
    assert barriers(page) == []
    page.get_by_label("Somebody else may have it, or I do not know").check()
    page.get_by_label("Right e-mail address").fill("zoe.n@example.org")
    page.get_by_label("What went wrong").fill("Typing error")
    page.get_by_role("button", name="Send to the right address").click()
    expect(page.get_by_text("It is revoked at Navigatr.")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="The later badge").click()
    expect(page.get_by_text("Navigatr e-mailed zoe.n@example.org a claim link.")).to_be_visible(timeout=15_000)
    assert site.emails() == {"zoe.n@exmaple.org": 1, "zoe.n@example.org": 1}


def test_claimed_badge_is_counted_in_the_year_report(page: Page, refused: str, site: World) -> None:
    number = max(mail["assertion_id"] for mail in site.practice.practice.ledger.outbox())
    site.practice.practice.ledger.claim(number)
    site.shell(SYNC)
    page.goto("/issuances/?status=claimed")
    expect(page.get_by_role("link", name="Zoë Núñez")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download this row (Excel)").click()
    assert download.value.suggested_filename == "badges.xlsx"
    page.goto("/reports/year/")
    expect(page.get_by_role("row", name="Digital Skills")).to_contain_text("1 (50%)")
    assert barriers(page) == []
