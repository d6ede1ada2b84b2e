"""Whoever is under 13 by the file is sent nothing, whatever anybody agreed to; no date of birth is kept."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from issuing.enums import ConsentState, Disposition
from issuing.models import Issuance, Learner, Roster
from issuing.queries import consent_of
from issuing.services import rosters
from tests.factories import make_agreed, make_badge, make_issuance
from tests.services.rosters.conftest import HEADINGS, Desk, csv

BORN = f"{HEADINGS},Date of birth"
CHILD = (timezone.now() - timedelta(days=12 * 365)).date()
WHOLE = {"first_name": "Zoé", "last_name": "Núñez", "email": "zoe@example.org"}


def uploaded(desk: Desk, *, born: date = CHILD, name: str = "Zoë,Núñez") -> Roster:
    """One child, and Bo, who is old enough; both agreed."""
    make_agreed(desk.badge, "zoe@example.org")
    make_agreed(desk.badge, "bo@example.org", first_name="Bo", last_name="Li")
    lines = f"{name},zoe@example.org,{born}", "Bo,Li,bo@example.org,1990-01-01"
    return rosters.upload(content=csv(*lines, headings=BORN), file_name="people.csv", badge=desk.badge, by=desk.by)


def test_child_cannot_go_though_somebody_agreed_and_no_birthday_is_kept(desk: Desk) -> None:
    roster = uploaded(desk)
    child, grown = roster.rows.order_by("row_no")
    assert (child.disposition, grown.disposition) == (Disposition.INVALID, Disposition.READY)
    assert [problem[1] for problem in child.problems] == ["under_13"]
    assert (roster.reading["births"], roster.reading["births_unread"]) == ("Date of birth", 0)
    kept = str(list(roster.rows.values())) + str(roster.reading)
    assert str(CHILD) not in kept


@pytest.mark.parametrize("typed", [{"email": "zoe2@example.org"}, WHOLE])
def test_child_stays_one_whatever_is_typed_in_the_row(desk: Desk, typed: dict[str, str]) -> None:
    roster = uploaded(desk)
    rosters.correct(roster=roster, values={2: typed}, by=desk.by)
    rosters.accept(roster=roster, row_no=2, code="under_13", by=desk.by)
    child = roster.rows.get(row_no=2)
    assert (child.disposition, [problem[1] for problem in child.problems]) == (Disposition.INVALID, ["under_13"])


def test_confirming_notes_a_child_who_is_known_and_stops_what_waits(desk: Desk) -> None:
    roster = uploaded(desk)
    child = Learner.objects.get(email="zoe@example.org")
    other = make_issuance(make_badge(desk.badge.provider, navigatr_id=52), child)
    rosters.confirm(roster=roster, ready=1, by=desk.by)
    other.refresh_from_db()
    assert (other.status, Issuance.objects.exclude(pk=other.pk).get().email) == ("cancelled", "bo@example.org")
    assert consent_of(child.pk, desk.badge, now=timezone.now()).state == ConsentState.UNDER_13


def test_nobody_is_noted_who_only_shares_the_childs_address(desk: Desk) -> None:
    roster = uploaded(desk, name="Ana,Ng")
    rosters.confirm(roster=roster, ready=1, by=desk.by)
    assert not Learner.objects.exclude(under_13_since=None).exists()


def test_corrected_date_lets_them_go(desk: Desk) -> None:
    roster = uploaded(desk, born=date(1995, 1, 1))
    assert set(roster.rows.values_list("disposition", flat=True)) == {Disposition.READY}
