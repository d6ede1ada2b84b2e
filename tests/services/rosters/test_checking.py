"""Checking and keeping a roster: what is read, what is said, what is kept, and that nothing else is made."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.enums import BadgeHold, Disposition
from issuing.exceptions import InvalidInput, NavigatrError, SheetError
from issuing.models import AuditEvent, Badge, Connection, Issuance, Learner, Roster, RosterRow, email_key
from issuing.practice import PracticeServer
from issuing.practice.records import Wanted
from issuing.services import rosters
from issuing.sheets import PersonRow, Problem
from tests.factories import make_agreed, make_issuance
from tests.services.rosters.conftest import Desk, csv

D = Disposition


def counts(checked: rosters.Checked) -> dict[str, int]:
    return {name: count for name, count in checked.counts.items() if count}


def calls(practice: PracticeServer) -> int:
    return len(practice.practice.ledger.calls())


# Checking


def test_check_says_of_every_row_what_it_may_expect(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    checked = desk.check("Zoë,Núñez,zoe@example.org", "Zoë,Núñez,ZOE@example.org", "Bo,Li,nowhere", "Cy,Ek,cy@a.org")
    placed = [(row.person.row_no, row.placed.disposition) for row in checked.rows]
    assert placed == [(2, D.READY), (3, D.REPEATED), (4, D.INVALID), (5, D.NEEDS_CONSENT)]
    assert list(checked.counts) == [disposition.value for disposition in D if disposition != D.LEFT_OUT]
    assert counts(checked) == {"invalid": 1, "repeated": 1, "needs_consent": 1, "ready": 1}


def test_check_makes_nothing(desk: Desk) -> None:
    desk.check("Zoë,Núñez,zoe@example.org")
    assert [model.objects.count() for model in (Learner, Roster, RosterRow, Issuance)] == [0, 0, 0, 0]


def test_check_keeps_the_key_of_an_invalid_row_only_when_its_address_can_be_used(desk: Desk) -> None:
    checked = desk.check(",Li,bo@example.org", "Bo,Li,nowhere", "Bo,Li,", "Bo,Li,b@a.org;c@a.org")
    assert {row.placed.disposition for row in checked.rows} == {D.INVALID}
    assert [row.email_key for row in checked.rows] == [email_key("bo@example.org"), "", "", ""]


def test_check_counts_who_has_the_badge_from_elsewhere_as_already_issued(desk: Desk, practice: PracticeServer) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    practice.practice.ledger.issue_outside(Wanted(51, 12, "ZOE@example.org", "Zoë", "Núñez"))
    practice.practice.ledger.issue_outside(Wanted(52, 12, "cy@example.org", "Cy", "Ek"))
    checked = desk.check("Zoë,Núñez,zoe@example.org", "Cy,Ek,cy@example.org")
    assert [row.placed.disposition for row in checked.rows] == [D.ALREADY_ISSUED, D.NEEDS_CONSENT]


def test_check_says_how_many_recipients_navigatr_hides(desk: Desk, practice: PracticeServer) -> None:
    wanted = Wanted(51, 12, "zoe@example.org", "Zoë", "Núñez")
    practice.practice.ledger.issue(wanted, claimed=False, redacted=True, listed_from=0.0)
    assert desk.check("Zoë,Núñez,zoe@example.org").recipients_hidden == 1


def test_check_says_how_the_file_was_read_and_what_was_not_copied(desk: Desk) -> None:
    rows = ("Ana;Ng;ana@example.org;vegan",)
    checked = desk.check(*rows, headings="First name;Last name;Email;Diet")
    assert ("semicolons" in checked.said, checked.unused) == (True, ("Diet",))
    assert "vegan" not in repr(checked.rows)


def test_check_refuses_a_file_it_cannot_read_without_a_call(desk: Desk, practice: PracticeServer) -> None:
    before = calls(practice)
    with pytest.raises(SheetError, match="is empty"):
        rosters.check(content=b"", file_name="people.csv", badge=desk.badge)
    with pytest.raises(SheetError, match="No column for the e-mail address"):
        desk.check("Ana,Ng", headings="First name,Last name")
    assert calls(practice) == before


def test_check_refuses_a_badge_that_cannot_be_issued_without_a_call(desk: Desk, practice: PracticeServer) -> None:
    before = calls(practice)
    Badge.objects.update(hold=BadgeHold.NOT_PUBLISHED, hold_detail="It is a draft.", held_at=timezone.now())
    desk.badge.refresh_from_db()
    with pytest.raises(InvalidInput, match="cannot be issued now: It is a draft"):
        desk.check("Ana,Ng,ana@example.org")
    assert calls(practice) == before


def test_check_says_nothing_of_the_rows_when_navigatr_refuses_the_token(desk: Desk, practice: PracticeServer) -> None:
    practice.practice.ledger.set_revoked("practice-pat-owner", True)
    with pytest.raises(NavigatrError):
        desk.check("Ana,Ng,ana@example.org")
    assert Roster.objects.count() == 0


# Keeping


def test_save_keeps_every_row_under_the_files_own_number(desk: Desk) -> None:
    learner = make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload("Zoë,Núñez,zoe@example.org", "", "Bo,Li,nowhere")
    columns = ("row_no", "first_name", "email", "email_key", "disposition", "learner")
    assert list(roster.rows.order_by("row_no").values_list(*columns)) == [
        (2, "Zoë", "zoe@example.org", learner.email_key, "ready", learner.pk),
        (4, "Bo", "nowhere", "", "invalid", None),
    ]
    assert roster.rows.get(row_no=4).problems[0][:2] == ["email", "not_an_address"]
    assert roster.rows.get(row_no=2).problems == []


def test_save_keeps_who_what_and_when_and_makes_no_learner(desk: Desk) -> None:
    checked = desk.check("Bo,Li,bo@example.org,vegan", headings="First name,Last name,Email,Diet")
    roster = rosters.save(checked=checked, badge=desk.badge, group="  Evening\u200b class ", by=desk.by)
    assert (str(roster), roster.group, roster.status) == ("people.csv", "Evening class", "checked")
    assert (roster.uploaded_by, roster.uploaded_at, roster.checked_at) == (desk.by, checked.at, checked.at)
    assert {"said": checked.said, "unused": ["Diet"]}.items() <= roster.reading.items()
    event = AuditEvent.objects.get(subject="roster")
    assert (event.verb, event.actor, event.details) == ("check", desk.by, {"rows": 1, "badge": 51})
    assert (Learner.objects.count(), Issuance.objects.count()) == (0, 0)


def test_save_refuses_a_group_that_is_too_long(desk: Desk) -> None:
    checked = desk.check("Bo,Li,bo@example.org")
    with pytest.raises(InvalidInput, match="longer than 200"):
        rosters.save(checked=checked, badge=desk.badge, group="x" * 201, by=desk.by)
    assert Roster.objects.count() == 0


def test_save_keeps_the_details_that_may_be_sent_as_text(desk: Desk) -> None:
    headings = (
        "First name,Last name,Email,Student number,Issue date,Expiry date,Evidence text,Evidence URL,Organisation"
    )
    details = "00123,2026-09-14,2027-09-14,Baked bread,https://example.org/bread,Example Ltd"
    row = desk.upload(f"Bo,Li,bo@example.org,{details}", headings=headings).rows.get()
    names = ("student_number", "issue_date", "end_date", "evidence_text", "evidence_url", "organisation")
    assert ",".join(getattr(row, name) for name in names) == details


@pytest.mark.parametrize(
    "values",
    [
        {"first_name": "x" * 400, "last_name": "y" * 400, "organisation": "z" * 400},
        {"email": "e" * 900, "student_number": "1" * 400, "evidence_url": "u" * 4000},
        {"first_name": "a\0b", "evidence_text": "half \ud800 of a character", "evidence_url": "\0"},
    ],
)
def test_save_keeps_an_invalid_row_whatever_is_in_it(desk: Desk, values: dict[str, str]) -> None:
    checked = desk.check("Bo,Li,bo@example.org")
    problem = Problem("email", "not_an_address", "“\0\ud800” is no address.")
    person = PersonRow(2, **values, problems=(problem,))
    row = replace(checked.rows[0], person=person, placed=replace(checked.rows[0].placed, disposition=D.INVALID))
    odd = replace(checked, rows=[row], file_name="people.csv")
    kept = rosters.save(checked=odd, badge=desk.badge, by=desk.by).rows.get()
    limits: dict[str, Any] = {name: RosterRow._meta.get_field(name).max_length for name in values}
    storable = {name: value.replace("\0", "").replace("\ud800", "?")[: limits[name]] for name, value in values.items()}
    assert {name: getattr(kept, name) for name in values} == storable
    assert kept.problems == [["email", "not_an_address", "“?” is no address.", ""]]


def test_check_takes_a_file_name_that_is_no_text(desk: Desk) -> None:
    checked = rosters.check(content=csv("Bo,Li,bo@a.org"), file_name="b\udcff\0" + "x" * 300, badge=desk.badge)
    roster = rosters.save(checked=checked, badge=desk.badge, by=desk.by)
    roster.refresh_from_db()
    assert roster.file_name == "b?" + "x" * 253


# Checking again


def check_again(roster: Roster) -> list[tuple[int, str]]:
    later = roster.checked_at + timedelta(minutes=1)
    changed = rosters.check_again(roster, list(roster.rows.order_by("row_no")), now=later)
    return [(row.row_no, row.disposition) for row in changed]


def test_check_again_writes_what_changed_and_nothing_else(desk: Desk) -> None:
    roster = desk.upload("Zoë,Núñez,zoe@example.org", "Zoë,Núñez,new@example.org", "Bo,Li,nowhere")
    assert check_again(roster) == []
    make_issuance(desk.badge, make_agreed(desk.badge, "zoe@example.org"))
    new = make_agreed(desk.badge, "new@example.org")
    assert check_again(roster) == [(2, "in_another_run"), (3, "ready")]
    kept = roster.rows.order_by("row_no").values_list("disposition", flat=True)
    assert (list(kept), roster.rows.get(row_no=3).learner) == (["in_another_run", "ready", "invalid"], new)
    before = roster.checked_at
    roster.refresh_from_db()
    assert roster.checked_at == before + timedelta(minutes=1)


def test_check_asks_as_often_for_three_hundred_rows_as_for_three(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # A busy machine misses slots, and asks for each of them anew.
    monkeypatch.setattr("issuing.workflow.pace.missed", lambda *_: False)
    desk.check("Ana,Ng,ana@example.org")
    found = [counted(desk, size) for size in (3, 300)]
    assert found[0] == found[1]


def counted(desk: Desk, size: int) -> int:
    desk.badge.provider.connection = Connection.objects.get()
    with CaptureQueriesContext(database) as queries:
        desk.check(*(f"Ana,Ng,p{number}@example.org" for number in range(size)))
    return len([one for one in queries if "issuing_pace" not in one["sql"]])
