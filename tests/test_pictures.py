"""The numbers behind the pictures, and the pictures."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from issuing import queries
from issuing.models import Assertion, Badge, Issuance
from issuing.queries import tallies
from tests.factories import make_badge, make_issuance

pytestmark = pytest.mark.django_db

JULY = datetime(2026, 7, 1, tzinfo=timezone.get_default_timezone())
SEPTEMBER = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)


def sent(badge: Badge, at: datetime, navigatr_says: str = "") -> Issuance:
    issuance = make_issuance(badge, status="issued", issued_at=at)
    if navigatr_says:
        Assertion.objects.create(
            badge=badge, navigatr_id=str(issuance.pk), issuance=issuance, status=navigatr_says, read_at=at
        )
    return issuance


@pytest.fixture
def badge() -> Badge:
    badge = make_badge()
    sent(badge, datetime(2026, 6, 30, 22, 59, tzinfo=UTC))
    sent(badge, datetime(2026, 6, 30, 23, 1, tzinfo=UTC), "Claimed")  # July in London
    sent(badge, datetime(2026, 7, 5, tzinfo=UTC), "Pending")
    sent(badge, datetime(2026, 9, 5, tzinfo=UTC))
    sent(make_badge(badge.provider, navigatr_id=53, is_sandbox=True), datetime(2026, 9, 5, tzinfo=UTC), "Claimed")
    make_issuance(badge)
    return badge


def test_sent_by_month_counts_by_the_sites_calendar_and_without_sandbox_badges(badge: Badge) -> None:
    found = queries.sent_by_month(JULY, SEPTEMBER)
    assert [(one.month, one.sent, one.claimed) for one in found.months] == [
        (date(2026, 7, 1), 2, 1), (date(2026, 8, 1), 0, 0), (date(2026, 9, 1), 1, 0)
    ]  # fmt: skip
    assert (found.most, found.sent, found.claimed, found.unclaimed) == (2, 3, 1, 2)


def test_claims_by_badge_say_what_became_of_each(badge: Badge) -> None:
    sent(make_badge(badge.provider, navigatr_id=52, name="Teamwork"), SEPTEMBER, "Claimed")
    found = queries.claims_by_badge(JULY)
    assert [(one.name, one.sent, one.claimed, one.share) for one in found] == [
        ("Digital Skills", 3, 1, 33), ("Teamwork", 1, 1, 100)
    ]  # fmt: skip


def test_nothing_sent_is_a_picture_of_nothing() -> None:
    found = queries.sent_by_month(JULY, SEPTEMBER)
    assert (found.most, found.sent, len(found.months)) == (1, 0, 3)
    assert queries.claims_by_badge(JULY) == []


def test_month_is_remembered_only_when_it_has_many(badge: Badge, monkeypatch: pytest.MonkeyPatch) -> None:
    def count() -> int:
        return queries.sent_by_month(JULY, SEPTEMBER).sent

    assert count() == 3
    sent(badge, SEPTEMBER.replace(day=2))
    monkeypatch.setattr(tallies, "MANY", 0)
    assert count() == 4
    sent(badge, SEPTEMBER.replace(day=3))
    assert count() == 4


def test_count_again_counts_what_is_remembered_anew(badge: Badge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MANY", 0)
    now = timezone.now()
    sent(badge, now)
    assert queries.sent_by_month(now).sent == queries.sent_by_month(now).claimed + 1 == 1
    sent(badge, now, "Claimed")
    tallies.count_again()
    assert (queries.sent_by_month(now).sent, queries.sent_by_month(now).claimed) == (2, 1)


def test_marking_a_sandbox_badge_takes_it_out_of_what_is_remembered(
    badge: Badge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "MANY", 0)
    assert queries.sent_by_month(JULY, SEPTEMBER).sent == 3
    Badge.objects.filter(pk=badge.pk).update(is_sandbox=True)
    assert queries.sent_by_month(JULY, SEPTEMBER).sent == 0


@pytest.mark.parametrize("name", ["sent_over_time", "claim_rate"])
def test_picture_has_its_numbers_in_a_table_and_no_style_inside(badge: Badge, name: str) -> None:
    data: Any = queries.sent_by_month(JULY, SEPTEMBER) if name == "sent_over_time" else queries.claims_by_badge(JULY)
    drawn = render_to_string(f"charts/{name}.html", {"data": data})
    assert drawn.count("<svg") == 1
    assert "style=" not in drawn
    assert '<td class="number">2</td>' in drawn or '<td class="number">3</td>' in drawn
