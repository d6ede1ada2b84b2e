"""The year report, on its page and as a workbook."""

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from issuing import queries
from issuing.models import Assertion, Badge, ConsentText
from issuing.queries import reports
from tests.factories import make_agreed, make_badge, make_consent, make_issuance, make_roster

THIS_YEAR = timezone.localdate().year


@pytest.fixture
def badge(db: None) -> Badge:
    badge = make_badge()
    group = make_roster(badge, group="Year 11")
    sent(badge, datetime(2025, 9, 1, 12, 0, tzinfo=UTC), "Claimed", roster=group)
    sent(badge, datetime(2025, 10, 1, 12, 0, tzinfo=UTC), roster=group)
    sent(badge, datetime(2026, 2, 1, 12, 0, tzinfo=UTC), "Pending")
    sent(make_badge(badge.provider, navigatr_id=53, is_sandbox=True), datetime(2026, 2, 1, tzinfo=UTC))
    return badge


def sent(badge: Badge, at: datetime, says: str = "", **fields: Any) -> None:
    issuance = make_issuance(badge, status="issued", issued_at=at, **fields)
    if says:
        Assertion.objects.create(badge=badge, navigatr_id=str(issuance.pk), issuance=issuance, status=says, read_at=at)


def counts(rows: list[queries.Claims]) -> list[tuple[str, int, int]]:
    return [(row.name, row.sent, row.claimed) for row in rows]


def test_report_counts_a_school_year_by_badge_group_and_month(badge: Badge) -> None:
    report = queries.year_report(reports.school_year(2025))
    assert counts(report.badges) == [("Digital Skills", 3, 1)]
    assert counts(report.groups) == [("Year 11", 2, 1), ("", 1, 0)]
    assert [(one.month.month, one.sent) for one in report.months.months if one.sent] == [(9, 1), (10, 1), (2, 1)]


def test_report_counts_a_calendar_year(badge: Badge) -> None:
    assert counts(queries.year_report(reports.calendar_year(2025)).badges) == [("Digital Skills", 2, 1)]
    assert counts(queries.year_report(reports.calendar_year(2024)).badges) == []


def test_report_counts_answers_by_route_without_those_made_in_error(badge: Badge) -> None:
    text, learner = ConsentText.objects.get(), make_agreed(badge)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    make_consent(learner, text, "withdrawn", decided_at=at, route="phone")
    make_consent(learner, text, "declined", decided_at=at, route="phone", invalidated_at=at)
    found = queries.year_report(reports.calendar_year(2026)).consent
    assert [(one.route, one.given, one.declined, one.withdrawn) for one in found] == [
        ("On paper", 5, 0, 0), ("By phone", 0, 0, 1)
    ]  # fmt: skip


def test_periods_go_from_the_first_badge_to_today(badge: Badge) -> None:
    slugs = [period.slug for period in queries.periods()]
    assert {"2025", "2025-26", str(THIS_YEAR)} <= set(slugs)
    assert "2024" not in slugs and "2024-25" not in slugs


def test_page_shows_this_year_unless_another_is_asked_for(browser: Client, badge: Badge) -> None:
    assert f"Year report: {THIS_YEAR}" in browser.get("/reports/year/").text
    assert "Year report: School year 2025/26" in browser.get("/reports/year/?year=2025-26").text
    assert f"Year report: {THIS_YEAR}" in browser.get("/reports/year/?year=1066").text


def test_page_says_so_when_nothing_was_sent(browser: Client) -> None:
    assert "No badge was sent in this time." in browser.get("/reports/year/").text


def test_workbook_holds_numbers(browser: Client, badge: Badge) -> None:
    answer = browser.get("/reports/year.xlsx?year=2025-26")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    rows = [row[:4] for row in sheet.iter_rows(values_only=True)]  # type: ignore[union-attr]
    assert rows[1] == ("In all", "School year 2025/26", 3, 1)
    assert ("Course or group", "No group", 1, 0) in rows


def test_stranger_sees_no_report(stranger: Client) -> None:
    assert stranger.get("/reports/year/").headers["Location"] == "/sign-in/?next=/reports/year/"
