"""Changing what an uploaded file says, reading it in another way, and keeping its rows true."""

from datetime import timedelta

import pytest
from django.utils import timezone

from issuing.enums import Decision, RowDecision
from issuing.exceptions import AlreadyTaken, InvalidInput, SecretUnreadable, SheetError
from issuing.models import AuditEvent, Issuance, Learner, Roster, email_key
from issuing.services import rosters
from issuing.services.rosters import HowToRead, changing
from tests.factories import make_agreed, make_consent, make_issuance, make_learner
from tests.services.rosters.conftest import HEADINGS, Desk, csv

ZOE = "Zoë,Núñez,zoe@example.org"
NUMBERED = f"{HEADINGS},Student number"


def shown(roster: Roster) -> list[str]:
    return list(roster.rows.order_by("row_no").values_list("disposition", flat=True))


def check_no(roster: Roster) -> int:
    return Roster.objects.values_list("check_no", flat=True).get(pk=roster.pk)


def kept(desk: Desk, *rows: str, headings: str = HEADINGS) -> Roster:
    """A roster whose file is kept."""
    return rosters.save(
        checked=desk.check(*rows, headings=headings),
        badge=desk.badge,
        by=desk.by,
        original=csv(*rows, headings=headings),
    )


def running(desk: Desk, *rows: str) -> Roster:
    roster = kept(desk, *rows)
    rosters.confirm(roster=roster, ready=shown(roster).count("ready"), by=desk.by)
    return roster


# Correcting


def test_correct_rewrites_the_row_and_checks_all_again(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload("Zoë,Núñez,zoe@x", ZOE)
    rosters.correct(roster=roster, values={2: {"email": " ZOE@example.org "}}, by=desk.by)
    assert shown(roster) == ["ready", "repeated"]
    assert roster.rows.get(row_no=2).email == "ZOE@example.org"
    assert check_no(roster) > 0
    event = AuditEvent.objects.get(verb="correct")
    assert (event.actor, event.details) == (desk.by, {"rows": [2]})


def test_correct_keeps_what_is_wrong_elsewhere_in_the_row(desk: Desk) -> None:
    roster = desk.upload("Zoë,Núñez,zoe@x,next week", headings=f"{HEADINGS},Issue date")
    rosters.correct(roster=roster, values={2: {"email": "zoe@example.org"}}, by=desk.by)
    row = roster.rows.get()
    assert (row.issue_date, row.disposition) == ("next week", "invalid")
    assert [problem[:2] for problem in row.problems] == [["issue_date", "date_not_understood"]]


def test_correct_takes_an_earlier_decision_back(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload("Jo,Smith,zoe@example.org")
    rosters.decide(roster=roster, row_no=2, decision=RowDecision.SAME_PERSON, by=desk.by)
    rosters.correct(roster=roster, values={2: {"first_name": "Max"}}, by=desk.by)
    assert (shown(roster), roster.rows.get().decision) == (["needs_decision"], "")


def test_correct_refuses_a_row_that_is_on_its_way(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    roster = running(desk, ZOE, "Bo,Li,nowhere")
    with pytest.raises(AlreadyTaken, match="was confirmed already"):
        rosters.correct(roster=roster, values={2: {"email": "x@a.org"}}, by=desk.by)
    rosters.correct(roster=roster, values={3: {"email": "bo@a.org"}}, by=desk.by)
    assert shown(roster) == ["ready", "needs_consent"]


def test_correct_refuses_a_row_that_is_none(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="has no such row"):
        rosters.correct(roster=desk.upload(ZOE), values={7: {"email": "x@a.org"}}, by=desk.by)


def test_correct_says_so_when_the_upload_was_deleted(desk: Desk) -> None:
    roster = desk.upload(ZOE)
    Roster.objects.all().delete()
    with pytest.raises(AlreadyTaken, match="deleted this upload"):
        rosters.correct(roster=roster, values={2: {"email": "x@a.org"}}, by=desk.by)


# Deciding


def test_row_left_out_makes_room_for_its_repetition(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload(ZOE, ZOE)
    rosters.decide(roster=roster, row_no=2, decision=RowDecision.LEAVE_OUT, by=desk.by)
    assert shown(roster) == ["left_out", "ready"]


def test_decision_counts_for_the_learner_it_was_about_alone(desk: Desk) -> None:
    first = make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload("Jo,Smith,zoe@example.org")
    rosters.decide(roster=roster, row_no=2, decision=RowDecision.SAME_PERSON, by=desk.by)
    assert (shown(roster), roster.rows.get().decided_about) == (["ready"], first)
    Learner.objects.filter(pk=first.pk).update(email="old@example.org", email_key="k" * 64)
    make_agreed(desk.badge, "zoe@example.org")
    with pytest.raises(Exception, match="nothing was sent"):
        rosters.confirm(roster=roster, ready=1, by=desk.by)
    assert shown(roster) == ["needs_decision"]


def test_same_person_still_needs_their_consent(desk: Desk) -> None:
    make_learner("zoe@example.org")
    roster = desk.upload("Jo,Smith,zoe@example.org")
    rosters.decide(roster=roster, row_no=2, decision=RowDecision.SAME_PERSON, by=desk.by)
    assert shown(roster) == ["needs_consent"]


def test_same_person_by_number_takes_the_address_on_record(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org", student_number="007")
    roster = desk.upload("Zoë,Núñez,new@a.org,007", headings=NUMBERED)
    rosters.decide(roster=roster, row_no=2, decision=RowDecision.SAME_PERSON, by=desk.by)
    assert (shown(roster), roster.rows.get().email) == (["ready"], "zoe@example.org")


def test_same_person_is_refused_where_the_row_is_like_nobody(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="like nobody"):
        rosters.decide(roster=desk.upload(ZOE), row_no=2, decision=RowDecision.SAME_PERSON, by=desk.by)


# The file


def test_file_is_read_again_in_place_of_the_rows(desk: Desk) -> None:
    roster = kept(desk, ZOE)
    rosters.read_again(roster=roster, how=HowToRead(encoding="cp1252"), by=desk.by)
    roster.refresh_from_db()
    assert (roster.rows.get().first_name, roster.reading["encoding"]) == ("ZoÃ«", "cp1252")


def test_file_that_cannot_be_read_so_leaves_the_roster_as_it_was(desk: Desk) -> None:
    roster = kept(desk, ZOE)
    with pytest.raises(SheetError):
        rosters.read_again(roster=roster, how=HowToRead(encoding="ascii"), by=desk.by)
    assert roster.rows.get().first_name == "Zoë"


def test_file_is_bound_to_its_roster(desk: Desk) -> None:
    one, other = kept(desk, ZOE), kept(desk, "Bo,Li,bo@a.org")
    Roster.objects.filter(pk=one.pk).update(original=Roster.objects.values_list("original").filter(pk=other.pk))
    with pytest.raises(SecretUnreadable):
        rosters.original_of(one)


def test_file_is_gone_once_the_roster_is_confirmed(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    with pytest.raises(InvalidInput, match="not kept any more"):
        rosters.original_of(running(desk, ZOE))


def test_lists_of_rosters_do_not_read_the_files(desk: Desk) -> None:
    kept(desk, ZOE)
    assert Roster.objects.get().get_deferred_fields() == {"original"}


def test_moved_cells_are_a_problem_until_the_whole_row_is_typed(desk: Desk) -> None:
    roster = desk.upload("Lee,Jr,ann@gmial.com,Ann")
    assert rosters.use_suggestions(roster=roster, by=desk.by) == 1
    assert (roster.rows.get().email, shown(roster)) == ("ann@gmail.com", ["invalid"])
    whole = {"first_name": "Ann", "last_name": "Lee", "email": "ann@gmail.com"}
    rosters.correct(roster=roster, values={2: whole}, by=desk.by)
    assert shown(roster) == ["needs_consent"]


def test_suggestions_are_chosen_once_nobody_else_is_at_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = desk.upload("Ann,Lee,ann@gmial.com", "Bo,Li,bo@gmial.com")
    lock = changing.lock

    def lock_after_a_colleague(one: Roster) -> Roster:
        monkeypatch.setattr(changing, "lock", lock)
        rosters.correct(roster=one, values={2: {"email": "ann@college.example.org"}}, by=desk.by)
        return lock(one)

    monkeypatch.setattr(changing, "lock", lock_after_a_colleague)
    assert rosters.use_suggestions(roster=roster, by=desk.by) == 1
    assert set(roster.rows.values_list("email", flat=True)) == {"ann@college.example.org", "bo@gmail.com"}


# Keeping the rows true


def test_refresh_sees_what_was_recorded_since(desk: Desk) -> None:
    roster = desk.upload(ZOE)
    assert rosters.refresh(roster=roster) is False
    learner = make_agreed(desk.badge, "zoe@example.org")
    learner.consent_records.update(recorded_at=timezone.now())
    assert (rosters.refresh(roster=roster), shown(roster)) == (True, ["ready"])


@pytest.mark.parametrize("at", ["zoe@example.org", "zoe@old.org"])
def test_refresh_sees_a_badge_sent_from_elsewhere(desk: Desk, at: str) -> None:
    learner = make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload(ZOE)
    make_issuance(desk.badge, learner)
    Issuance.objects.update(email_key=email_key(at))
    assert (rosters.refresh(roster=roster), shown(roster)) == (True, ["in_another_run"])


def test_refresh_sees_consent_that_ended(desk: Desk) -> None:
    learner = make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload(ZOE)
    Roster.objects.update(checked_at=timezone.now() - timedelta(hours=2))
    learner.consent_records.update(ends_at=timezone.now() - timedelta(hours=1))
    roster.refresh_from_db()
    assert (rosters.refresh(roster=roster), shown(roster)) == (True, ["needs_consent"])


def test_refresh_of_a_run_touches_only_those_left_out(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    roster = running(desk, ZOE, "Bo,Li,bo@a.org")
    roster.refresh_from_db()
    make_consent(make_learner("bo@a.org", first_name="Bo", last_name="Li"), None, Decision.DECLINED)
    Learner.objects.get(email="bo@a.org").consent_records.update(recorded_at=timezone.now())
    assert (rosters.refresh(roster=roster), shown(roster)) == (True, ["ready", "consent_declined"])
