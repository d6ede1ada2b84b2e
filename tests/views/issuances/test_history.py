"""History: found by what staff know, paged, downloaded."""

import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.models import Assertion, Badge, Issuance
from issuing.queries import finding, history
from issuing.views import paging
from tests.factories import make_agreed, make_badge, make_issuance, make_roster

NOW = timezone.now()


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


def one(badge: Badge, first: str, last: str, email: str = "", **fields: Any) -> Issuance:
    number = fields.pop("student_number", "")
    learner = make_agreed(badge, email, first_name=first, last_name=last, student_number=number)
    return make_issuance(badge, learner, **fields)


def sent(badge: Badge, first: str, days_ago: int = 0, says: str = "", **fields: Any) -> Issuance:
    at = NOW - timedelta(days=days_ago)
    issuance = one(badge, first, "Ng", status="issued", issued_at=at, confirmed_at=at, **fields)
    if says:
        Assertion.objects.create(
            badge=badge, navigatr_id=f"8{issuance.pk}", issuance=issuance, status=says, read_at=NOW
        )
    return issuance


def names(client: Client, query: str = "") -> list[str]:
    return [row.issuance.first_name for row in client.get(f"/issuances/?{query}").context["page"].rows]


def test_history_shows_every_badge_newest_first(browser: Client, badge: Badge) -> None:
    one(badge, "Ana", "Ng")
    one(badge, "Bo", "Li")
    assert names(browser) == ["Bo", "Ana"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zoe", ["Zoë", "Zoë"]),
        ("Nunez zoe", ["Zoë"]),
        ("zoë nún", ["Zoë"]),
        ("mary ann", ["Mary Ann"]),
        ("ann", []),
        ("ZOE@example.org", ["Zoë"]),
        ("nobody@example.org", []),
        ("not an@address", []),
        ("00123", ["Mary Ann"]),
        ("88", ["Bo"]),
        ("%", []),
        ("z_", []),
        ("…", []),
        ("  ", ["Bo", "Mary Ann", "Zoë", "Zoë"]),
    ],
)
def test_history_finds_by_what_staff_know(browser: Client, badge: Badge, text: str, found: list[str]) -> None:
    one(badge, "Zoë", "Núñez", "zoe@example.org")
    one(badge, "Zoë", "O'Neill")
    one(badge, "Mary Ann", "Smith", student_number="00123")
    bo = one(badge, "Bo", "Li")
    Assertion.objects.create(badge=badge, navigatr_id="88", issuance=bo, read_at=NOW)
    assert names(browser, f"q={text}") == found


@pytest.mark.parametrize("text", ["zoe", "zoe nunez"])
def test_history_finds_a_common_name_by_walking(
    browser: Client, badge: Badge, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuing.queries.finding.FEW", 1)
    for first, last in (("Zoë", "Núñez"), ("Bo", "Li"), ("Zoë", "Núñez")):
        one(badge, first, last)
    answer = browser.get("/issuances/", {"q": text})
    assert [row.learner for row in answer.context["page"].rows] == ["Zoë Núñez"] * 2
    assert answer.context["page"].pages.said == "1+ badges"


@pytest.mark.parametrize(("status", "count"), [("waiting", 1), ("not-sent", 1), ("claimed", 1), ("stopped", 0)])
def test_history_counts_a_common_name_with_other_filters(
    browser: Client, badge: Badge, status: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuing.queries.finding.FEW", 0)
    one(badge, "Zoë", "Waits")
    one(badge, "Zoë", "Refused", status="rejected", reason="refused_by_navigatr")
    sent(badge, "Zoë", says="Claimed")
    one(make_badge(badge.provider, navigatr_id=52, name="Teamwork"), "Zoë", "Other")
    page = browser.get("/issuances/", {"q": "zoe", "status": status, "badge": str(badge.uuid)}).context["page"]
    assert (len(page.rows), page.pages.count) == (count, count)


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("waiting", ["Waits"]), ("not-sent", ["Refused"]), ("stopped", ["Stopped"]), ("sending", []), ("checking", []),
        ("sent", ["Odd", "Back", "Old", "New", "Has"]), ("unclaimed", ["Old", "New"]),
        ("unclaimed-30-days", ["Old"]), ("claimed", ["Has"]), ("revoked", ["Back"]), ("other", ["Odd"]),
        ("nonsense", ["Stopped", "Refused", "Waits", "Odd", "Back", "Old", "New", "Has"]),
    ],
)  # fmt: skip
def test_history_filters_by_status(browser: Client, badge: Badge, status: str, found: list[str]) -> None:
    sent(badge, "Has", 40, "Claimed")
    sent(badge, "New", 29, "Pending")
    sent(badge, "Old", 31)
    sent(badge, "Back", 5, "Revoked")
    sent(badge, "Odd", 5, "Complained")
    one(badge, "Waits", "Ng")
    one(badge, "Refused", "Ng", status="rejected", reason="refused_by_navigatr")
    one(badge, "Stopped", "Ng", status="cancelled", reason="no_consent")
    assert names(browser, f"status={status}") == found


def test_history_counts_a_name_no_further_than_its_records_can_be_looked_up_quickly(
    browser: Client, badge: Badge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "FEW", 3)
    for _ in range(4):
        sent(badge, "Zoë", says="Claimed")
    claimed = browser.get("/issuances/?q=zoe&status=claimed")
    assert (len(claimed.context["page"].rows), claimed.context["page"].pages.said) == (4, "1+ badges")
    assert "Download these 1+ rows (Excel)" in claimed.text
    assert browser.get("/issuances/?q=zoe").context["page"].pages.said == "3+ badges"


def test_history_filters_by_badge_group_and_learner(browser: Client, badge: Badge) -> None:
    other = make_badge(badge.provider, navigatr_id=52, name="Teamwork")
    one(badge, "Ana", "Ng", roster=make_roster(badge, group="Year 11"))
    bo = one(other, "Bo", "Li")
    assert names(browser, f"badge={other.uuid}") == ["Bo"]
    assert names(browser, "group=Year 11") == ["Ana"]
    assert names(browser, f"learner={bo.learner.uuid}") == ["Bo"]
    assert names(browser, f"badge={badge.uuid}&q=bo") == []


def test_history_filters_by_days_of_the_sites_calendar(browser: Client, badge: Badge) -> None:
    zone = timezone.get_default_timezone()
    for day in (1, 2, 3):
        at = datetime(2026, 7, day, 0, 30, tzinfo=zone)
        one(badge, f"Day {day}", "Ng", confirmed_at=at)
    assert names(browser, "since=2026-07-02") == ["Day 3", "Day 2"]
    assert names(browser, "until=2026-07-02") == ["Day 2", "Day 1"]
    assert names(browser, "since=2026-07-02&until=2026-07-02") == ["Day 2"]
    assert names(browser, "since=2027-01-01") == []
    assert names(browser, "until=2020-01-01") == []


def test_history_by_days_keeps_rows_whose_keys_are_out_of_order(browser: Client, badge: Badge) -> None:
    at = datetime(2026, 7, 2, 12, 0, tzinfo=timezone.get_default_timezone())
    one(badge, "Late", "Ng", confirmed_at=at + timedelta(minutes=20))
    one(badge, "Early", "Ng", confirmed_at=at)
    found = history(history_wanted(since=at), now=NOW).rows
    assert {issuance.first_name for issuance in found} == {"Late", "Early"}


def history_wanted(**fields: Any) -> Any:
    from issuing.queries import Wanted

    return Wanted(**fields)


def test_history_says_what_it_cannot_read(browser: Client, badge: Badge) -> None:
    one(badge, "Ana", "Ng")
    answer = browser.get("/issuances/?since=yesterday&badge=51&before=x")
    assert [row.issuance.first_name for row in answer.context["page"].rows] == ["Ana"]
    assert "Enter a valid date." in answer.text


def test_history_pages_by_key_and_keeps_the_filters(
    browser: Client, badge: Badge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging.page, "__kwdefaults__", {**(paging.page.__kwdefaults__ or {}), "size": 2})
    for name in ("Ana", "Bo", "Cy"):
        one(badge, name, "Ng")
    first = browser.get("/issuances/?q=ng").context["page"]
    assert ([row.issuance.first_name for row in first.rows], first.pages.said) == (["Cy", "Bo"], "3 badges")
    assert names(browser, first.pages.after_url[1:]) == ["Ana"]


def test_history_asks_the_database_equally_often_for_one_row_and_for_three(browser: Client, badge: Badge) -> None:
    counts = []
    for more in (1, 2):
        for number in range(more):
            sent(badge, "Ana", says="Claimed", roster=make_roster(badge, group=f"{more}{number}"))
        with CaptureQueriesContext(database) as queries:
            browser.get("/issuances/?q=ana")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_history_says_so_when_there_is_nothing(browser: Client, badge: Badge) -> None:
    assert "No badge has been sent yet" in browser.get("/issuances/").text
    one(badge, "Ana", "Ng")
    assert "Nothing fits" in browser.get("/issuances/?q=zz").text


def test_download_has_the_rows_of_the_address(browser: Client, badge: Badge) -> None:
    sent(badge, "=Ana", says="Claimed", student_number="007")
    one(badge, "Bo", "Li")
    assert "Download this row (Excel)" in browser.get("/issuances/?status=claimed").text
    answer = browser.get("/issuances/badges.xlsx?status=claimed")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    head, row = (list(cells) for cells in sheet.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert head[:4] == ["First name", "Last name", "E-mail", "Student number"]
    assert (row[0], row[3], row[6]) == ("'=Ana", "007", "Claimed")


def test_download_as_csv_is_streamed(browser: Client, badge: Badge) -> None:
    one(badge, "Zoë", "Núñez", "zoe@example.org")
    lines = browser.get("/issuances/badges.csv").getvalue().decode("utf-8-sig").splitlines()
    assert lines[1].startswith("Zoë,Núñez,zoe@example.org,,Digital Skills,,Waiting,")


def test_download_says_why_a_badge_was_stopped(browser: Client, badge: Badge) -> None:
    at = timezone.now().replace(2026, 9, 14)
    one(badge, "Zoë", "Núñez", status="cancelled", reason="said_no", reason_at=at)
    assert "Stopped,Said no on 14 Sept 2026," in browser.get("/issuances/badges.csv").getvalue().decode()


def test_download_of_too_many_rows_for_excel_says_what_to_do(
    browser: Client, badge: Badge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuing.views.issuances.history.MOST_IN_EXCEL", 1)
    one(badge, "Ana", "Ng")
    one(badge, "Bo", "Ng")
    answer = browser.get("/issuances/badges.xlsx?q=ng", follow=True)
    assert answer.redirect_chain == [("/issuances/?q=ng", 302)]
    assert "too many rows for Excel" in answer.text


def test_stranger_sees_no_history(stranger: Client) -> None:
    for address in ("/issuances/", "/issuances/badges.csv"):
        assert stranger.get(address).headers["Location"].startswith("/sign-in/")
