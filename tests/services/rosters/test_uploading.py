"""Uploads: kept, asked about, read at once or in the background, and never doubled."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from issuing import tasks
from issuing.enums import Question
from issuing.exceptions import InvalidInput, SheetError
from issuing.models import AuditEvent, Connection, KnownHeader, Roster
from issuing.practice import PracticeServer
from issuing.presenters import dates
from issuing.presenters import rosters as words
from issuing.services import rosters
from issuing.services.rosters import HowToRead, uploading
from tests.factories import make_agreed
from tests.services.rosters.conftest import HEADINGS, Desk, csv

ZOE = "Zoë,Núñez,zoe@example.org"
OWN_WORDS = "Alpha,Beta,Gamma"
COLUMNS = {"first_name": 0, "last_name": 1, "email": 2}


def upload(desk: Desk, *rows: str, headings: str = HEADINGS, encoding: str = "utf-8", **fields: object) -> Roster:
    content = csv(*rows, headings=headings).decode().encode(encoding)
    return rosters.upload(content=content, file_name="people.csv", badge=desk.badge, by=desk.by, **fields)


def as_is(roster: Roster) -> Roster:
    return Roster.objects.get(pk=roster.pk)


def people(roster: Roster) -> list[tuple[int, str, str]]:
    return list(roster.rows.order_by("row_no").values_list("row_no", "first_name", "last_name"))


# At once


def test_small_file_is_checked_at_once(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    roster = upload(desk, ZOE, group="Bakery")
    assert (roster.status, roster.group, [row.disposition for row in roster.rows.all()]) == (
        "checked", "Bakery", ["ready"],
    )  # fmt: skip


def test_file_that_is_no_table_is_not_kept(desk: Desk, settings: Settings) -> None:
    for settings.ROSTER_AT_ONCE_BYTES in (0, 10_000):
        with pytest.raises(SheetError):
            rosters.upload(content=b"\x89PNG\r\n\x1a\n", file_name="people.csv", badge=desk.badge, by=desk.by)
    assert Roster.objects.count() == 0


def test_upload_is_kept_when_navigatr_cannot_be_asked_and_is_tried_again(desk: Desk, practice: PracticeServer) -> None:
    practice.practice.ledger.set_revoked("practice-pat-owner", True)
    roster = upload(desk, ZOE)
    assert (roster.status, bool(roster.reading["fault"]), roster.rows.count()) == ("uploaded", True, 0)
    practice.practice.ledger.set_revoked("practice-pat-owner", False)
    Connection.objects.update(stop_reason="", stopped_at=None)
    rosters.try_again(roster=roster, by=desk.by)
    assert (as_is(roster).status, people(roster)) == ("checked", [(2, "Zoë", "Núñez")])
    rosters.correct(roster=roster, values={2: {"first_name": "Zoe"}}, by=desk.by)
    rosters.try_again(roster=as_is(roster), by=desk.by)
    assert people(roster) == [(2, "Zoe", "Núñez")]


# Asked first


@pytest.mark.parametrize(
    ("content", "question", "how", "first_name"),
    [
        (csv(ZOE).decode().encode("cp1252"), Question.ENCODING, HowToRead(encoding="cp1252"), "Zoë"),
        (csv(ZOE, headings=OWN_WORDS), Question.COLUMNS, HowToRead(columns=COLUMNS), "Zoë"),
    ],
)
def test_rows_wait_until_the_question_is_answered(
    desk: Desk, content: bytes, question: Question, how: HowToRead, first_name: str
) -> None:
    roster = rosters.upload(content=content, file_name="people.csv", badge=desk.badge, by=desk.by)
    assert (roster.status, roster.reading["questions"], roster.rows.count()) == ("uploaded", [question], 0)
    rosters.read_again(roster=roster, how=how, by=desk.by)
    assert (as_is(roster).status, roster.rows.get().first_name) == ("checked", first_name)
    assert HowToRead.of(as_is(roster).choices) == how


def test_unread_roster_cannot_be_confirmed_or_changed(desk: Desk) -> None:
    roster = upload(desk, ZOE, headings=OWN_WORDS)
    for act in (
        partial(rosters.confirm, roster=roster, ready=0, by=desk.by),
        partial(rosters.correct, roster=roster, values={2: {"email": "a@b.org"}}, by=desk.by),
    ):
        with pytest.raises(InvalidInput, match="still being read"):
            act()
    assert not rosters.refresh(roster=roster)


def test_what_columns_hold_is_remembered_for_the_same_headings(desk: Desk) -> None:
    first = upload(desk, ZOE, headings=OWN_WORDS)
    rosters.read_again(roster=first, how=HowToRead(columns=COLUMNS), by=desk.by)
    later = upload(desk, "Bo,Li,bo@a.org", headings=OWN_WORDS)
    assert later.status == "checked"
    today = dates.day(timezone.now())
    assert f"; columns as you matched them on {today}." in words.reading(later)
    first.refresh_from_db()
    assert "as you matched them" not in words.reading(first)  # just now, and for this file
    assert upload(desk, "Bo,Li,bo@a.org", headings=f"{OWN_WORDS},More").status == "uploaded"


def test_headings_that_speak_for_themselves_are_not_remembered(desk: Desk) -> None:
    roster = upload(desk, ZOE)
    rosters.read_again(roster=roster, how=HowToRead(columns=COLUMNS), by=desk.by)
    assert KnownHeader.objects.count() == 0
    rosters.read_again(roster=roster, how=HowToRead(columns={**COLUMNS, "first_name": 1, "last_name": 0}), by=desk.by)
    assert (people(roster), KnownHeader.objects.count()) == ([(2, "Núñez", "Zoë")], 1)
    rosters.read_again(roster=roster, how=HowToRead(columns=COLUMNS), by=desk.by)
    assert KnownHeader.objects.count() == 0


# In the background


@pytest.fixture
def large(desk: Desk, settings: Settings) -> Roster:
    """An upload of five rows that is so large here that the worker reads it."""
    settings.ROSTER_AT_ONCE_BYTES = 10
    return upload(desk, *(f"Ana{number},Ng,ana{number}@a.org" for number in range(5)))


def test_large_file_is_read_by_the_worker(large: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "AT_A_TIME", 2)
    assert (large.status, OrmQ.objects.count()) == ("uploaded", 1)
    tasks.check_roster(large.pk)
    assert (as_is(large).status, [row for row, _first, _last in people(large)]) == ("checked", [2, 3, 4, 5, 6])
    assert [event.verb for event in AuditEvent.objects.filter(subject="roster").order_by("pk")] == ["upload", "check"]


def test_check_that_is_doubled_late_or_of_a_deleted_file_changes_nothing(large: Roster, desk: Desk) -> None:
    tasks.check_roster(large.pk)
    before = as_is(large)
    tasks.check_roster(large.pk)
    assert (as_is(large).check_no, large.rows.count()) == (before.check_no, 5)
    rosters.delete(roster=large, by=desk.by)
    tasks.check_roster(before.pk)
    assert Roster.objects.count() == 0


def test_check_gives_up_what_another_began_anew(large: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker was thought dead: a second one reads the file while the first is still writing."""
    monkeypatch.setattr(uploading, "AT_A_TIME", 2)
    write = uploading.write_rows

    def overtaken(roster: Roster, rows: object) -> None:
        write(roster, rows)  # type: ignore[arg-type]
        monkeypatch.setattr(uploading, "write_rows", write)
        Roster.objects.filter(pk=roster.pk).update(check_no=roster.check_no + 1)

    monkeypatch.setattr(uploading, "write_rows", overtaken)
    tasks.check_roster(large.pk)
    assert (as_is(large).status, large.rows.count()) == ("uploaded", 2)
    tasks.check_roster(large.pk)
    assert (as_is(large).status, large.rows.count()) == ("checked", 5)


def test_check_that_died_is_woken_and_given_up_after_some_tries(large: Roster) -> None:
    OrmQ.objects.all().delete()
    rosters.wake_unread()
    assert OrmQ.objects.count() == 0
    Roster.objects.update(checked_at=timezone.now() - timedelta(minutes=3))
    rosters.wake_unread()
    assert OrmQ.objects.count() == 1
    Roster.objects.update(reading={"tries": uploading.MOST_TRIES})
    tasks.check_roster(large.pk)
    assert "broken off several times" in as_is(large).reading["fault"]


def test_large_file_that_leaves_something_to_ask_waits_for_staff(desk: Desk, settings: Settings) -> None:
    settings.ROSTER_AT_ONCE_BYTES = 10
    roster = upload(desk, ZOE, headings=OWN_WORDS)
    tasks.check_roster(roster.pk)
    assert (as_is(roster).reading["questions"], rosters.is_unread(as_is(roster))) == ([Question.COLUMNS], False)
    rosters.read_again(roster=roster, how=HowToRead(columns=COLUMNS), by=desk.by)
    tasks.check_roster(roster.pk)
    assert (as_is(roster).status, people(roster)) == ("checked", [(2, "Zoë", "Núñez")])


def test_large_file_that_cannot_be_read_says_why_and_is_kept(desk: Desk, settings: Settings) -> None:
    settings.ROSTER_AT_ONCE_BYTES = 10
    roster = rosters.upload(content=csv(), file_name="people.csv", badge=desk.badge, by=desk.by)
    tasks.check_roster(roster.pk)
    assert "no rows below" in as_is(roster).reading["fault"]
    assert rosters.original_of(roster) == csv()


# The same press twice, and the file's end


def test_same_form_sent_twice_is_one_upload(desk: Desk) -> None:
    token = uuid4()
    one, again = (upload(desk, ZOE, headings=OWN_WORDS, token=token) for _ in range(2))
    other = upload(desk, "Bo,Li,bo@a.org", headings=OWN_WORDS, token=token)
    assert (one.pk, Roster.objects.count()) == (again.pk, 2)
    assert other.pk != one.pk
