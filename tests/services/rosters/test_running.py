"""Confirming a roster and keeping its run under control."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import Settings

from issuing.enums import BadgeHold, Decision, IssuanceStatus, RosterStatus, StatusReason
from issuing.exceptions import AlreadyTaken, InvalidInput, NavigatrError, NothingReady
from issuing.models import AuditEvent, Badge, Issuance, Learner, Roster, RosterRow, User
from issuing.practice import PracticeServer
from issuing.practice.records import Wanted
from issuing.services import issuances, rosters
from tests.factories import make_agreed, make_consent, make_issuance, make_roster, make_row, make_user
from tests.services.rosters.conftest import Desk


@pytest.fixture
def rosa(db: None) -> User:
    return make_user("rosa", first_name="Rosa", last_name="Diaz")


def a_roster(badge: Badge, *emails: str, **fields: Any) -> Roster:
    """A checked roster of people who agreed, every row ready."""
    roster = make_roster(badge, **fields)
    for row_no, email in enumerate(emails, start=2):
        learner = Learner.objects.filter(email=email).first() or make_agreed(badge, email)
        names = {"first_name": learner.first_name, "last_name": learner.last_name}
        make_row(roster, email, row_no=row_no, learner=learner, **names)
    return roster


def running_roster(badge: Badge, rosa: User, emails: Sequence[str] = ("a@a.org", "b@a.org")) -> Roster:
    roster = a_roster(badge, *emails)
    rosters.confirm(roster=roster, ready=len(emails), by=rosa)
    return roster


def shown(roster: Roster) -> list[str]:
    return list(roster.rows.order_by("row_no").values_list("disposition", flat=True))


def status(roster: Roster) -> str:
    return Roster.objects.values_list("status", flat=True).get(pk=roster.pk)


def told() -> list[tuple[str, Any]]:
    return [(event.verb, event.details.get("rows")) for event in AuditEvent.objects.filter(subject="roster")]


def to_send() -> list[tuple[Any, ...]]:
    return [row.task["args"] for row in OrmQ.objects.all()]


# Confirming


def test_confirm_queues_every_ready_row_and_wakes_the_sender(badge: Badge, rosa: User) -> None:
    roster = a_roster(badge, "a@a.org", "b@a.org")
    make_row(roster, "c@a.org", row_no=9, disposition="needs_consent")
    assert rosters.confirm(roster=roster, ready=2, by=rosa) == 2
    queued = Issuance.objects.order_by("pk").values_list("email", "status", "roster", "row__row_no", "confirmed_by")
    expected = [("a@a.org", "queued", roster.pk, 2, rosa.pk), ("b@a.org", "queued", roster.pk, 3, rosa.pk)]
    assert list(queued) == expected
    roster.refresh_from_db()
    assert (roster.status, roster.confirmed_by) == (RosterStatus.RUNNING, rosa)
    assert (told(), to_send()) == ([("confirm", 2)], [(badge.provider.connection_id,)])


def test_confirm_takes_names_address_and_details_from_the_file(badge: Badge, rosa: User) -> None:
    roster = a_roster(badge, "zoe@example.org")
    said = {"first_name": "Zoe", "last_name": "Nunez", "email": "ZOE@example.org", "organisation": "Example Ltd"}
    said |= {
        "issue_date": "2026-09-14",
        "end_date": "2027-09-14",
        "evidence_text": "Bread",
        "evidence_url": "https://e.org",
    }
    RosterRow.objects.update(**said)
    rosters.confirm(roster=roster, ready=1, by=rosa)
    issuance = Issuance.objects.get()
    assert {name: getattr(issuance, name) for name in said} == said
    learner = Learner.objects.get()
    assert (learner.first_name, learner.email, issuance.learner) == ("Zoë", "zoe@example.org", learner)


def test_confirm_sends_nothing_a_second_time_and_says_whose_run_it_is(badge: Badge, rosa: User) -> None:
    roster = running_roster(badge, rosa)
    with pytest.raises(AlreadyTaken, match=r"people\.csv was confirmed already by Rosa Diaz on "):
        rosters.confirm(roster=roster, ready=2, by=make_user("ben"))
    assert (Issuance.objects.count(), told()) == (2, [("confirm", 2)])


def test_confirm_sends_nothing_when_no_row_is_ready(badge: Badge, rosa: User) -> None:
    roster = a_roster(badge)
    make_row(roster, "c@a.org", row_no=2, disposition="needs_consent")
    with pytest.raises(NothingReady, match="nothing was sent"):
        rosters.confirm(roster=roster, ready=0, by=rosa)
    assert (status(roster), Issuance.objects.count(), to_send()) == ("checked", 0, [])


def test_confirm_sends_nothing_and_shows_it_when_a_learner_withdrew(badge: Badge, rosa: User) -> None:
    roster = a_roster(badge, "a@a.org", "b@a.org")
    make_consent(Learner.objects.get(email="b@a.org"), None, Decision.WITHDRAWN, decided_at=timezone.now())
    with pytest.raises(InvalidInput, match=r"now 1, then 2.*nothing was sent"):
        rosters.confirm(roster=roster, ready=2, by=rosa)
    assert (shown(roster), status(roster)) == (["ready", "consent_declined"], "checked")
    assert Issuance.objects.count() == 0
    assert rosters.confirm(roster=roster, ready=1, by=rosa) == 1


def test_confirm_sends_nothing_when_as_many_are_ready_but_others(badge: Badge, rosa: User) -> None:
    roster = a_roster(badge, "a@a.org", "b@a.org")
    RosterRow.objects.filter(email="a@a.org").update(disposition="needs_consent", learner=None)
    make_consent(Learner.objects.get(email="b@a.org"), None, Decision.DECLINED, decided_at=timezone.now())
    with pytest.raises(InvalidInput, match="now 1, then 1"):
        rosters.confirm(roster=roster, ready=1, by=rosa)
    assert (shown(roster), Issuance.objects.count()) == (["ready", "consent_declined"], 0)


def test_confirm_sends_nothing_when_fewer_were_shown_than_are_ready(badge: Badge, rosa: User) -> None:
    roster = a_roster(badge, "a@a.org", "b@a.org")
    with pytest.raises(InvalidInput, match="now 2, then 1"):
        rosters.confirm(roster=roster, ready=1, by=rosa)
    assert Issuance.objects.count() == 0


def test_confirm_sends_nothing_when_the_badge_is_held(badge: Badge, rosa: User) -> None:
    roster = a_roster(badge, "a@a.org")
    Badge.objects.update(hold=BadgeHold.GONE, held_at=timezone.now())
    with pytest.raises(InvalidInput, match="cannot be issued now"):
        rosters.confirm(roster=roster, ready=1, by=rosa)
    assert (status(roster), Issuance.objects.count()) == ("checked", 0)


def test_confirm_leaves_a_row_out_whose_key_is_taken_at_the_last_moment(
    badge: Badge, rosa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A late answer moves a rejected row to `ISSUED`, and asks no lock of ours."""
    roster = a_roster(badge, "a@a.org", "b@a.org")
    late = Learner.objects.get(email="b@a.org")

    queue_rows = issuances.queue_rows

    def beaten(**given: Any) -> None:
        make_issuance(badge, late, status="issued", issued_at=timezone.now())
        queue_rows(**given)

    monkeypatch.setattr(issuances, "queue_rows", beaten)
    assert rosters.confirm(roster=roster, ready=2, by=rosa) == 1
    assert (shown(roster), told()) == (["ready", "already_issued"], [("confirm", 1)])
    assert list(roster.issuances.values_list("email", flat=True)) == ["a@a.org"]


# Navigatr is asked again after a while


def test_confirm_asks_navigatr_again_when_the_check_is_ten_minutes_old(desk: Desk, practice: PracticeServer) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload("Zoë,Núñez,zoe@example.org")
    practice.practice.ledger.issue_outside(Wanted(51, 12, "zoe@example.org", "Zoë", "Núñez"))
    roster.checked_at = timezone.now() - timedelta(minutes=11)
    with pytest.raises(NothingReady):
        rosters.confirm(roster=roster, ready=1, by=desk.by)
    assert (shown(roster), Issuance.objects.count()) == (["already_issued"], 0)


def test_confirm_asks_navigatr_again_when_only_the_rows_were_checked_since(
    desk: Desk, practice: PracticeServer
) -> None:
    """Each change in the rows checks them anew, and asks nobody at Navigatr."""
    make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload("Zoë,Núñez,zoe@example.org")
    practice.practice.ledger.issue_outside(Wanted(51, 12, "zoe@example.org", "Zoë", "Núñez"))
    Badge.objects.update(recipients_read_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(NothingReady):
        rosters.confirm(roster=Roster.objects.get(pk=roster.pk), ready=1, by=desk.by)
    assert (shown(roster), Issuance.objects.count()) == (["already_issued"], 0)


def test_confirm_asks_navigatr_nothing_when_the_check_is_fresh(desk: Desk, practice: PracticeServer) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload("Zoë,Núñez,zoe@example.org")
    before = len(practice.practice.ledger.calls())
    assert rosters.confirm(roster=roster, ready=1, by=desk.by) == 1
    assert len(practice.practice.ledger.calls()) == before


def test_confirm_sends_nothing_when_the_check_is_old_and_navigatr_is_away(
    badge: Badge, rosa: User, settings: Settings
) -> None:
    settings.NAVIGATR_HOSTS = [badge.provider.host]
    roster = a_roster(badge, "a@a.org", checked_at=timezone.now() - timedelta(days=1))
    with pytest.raises(NavigatrError):
        rosters.confirm(roster=roster, ready=1, by=rosa)
    assert (status(roster), Issuance.objects.count()) == ("checked", 0)


# Control


def test_pause_lets_nothing_be_claimed_until_it_is_resumed(badge: Badge, rosa: User) -> None:
    roster = running_roster(badge, rosa)
    connection_id = badge.provider.connection_id
    rosters.pause(roster=roster, by=rosa)
    assert issuances.claim(connection_id, worker="w") == issuances.Idle(None)
    OrmQ.objects.all().delete()
    rosters.resume(roster=roster, by=rosa)
    assert to_send() == [(connection_id,)]
    assert isinstance(issuances.claim(connection_id, worker="w"), issuances.Claimed)
    assert told() == [("confirm", 2), ("pause", None), ("resume", None)]


def test_stop_cancels_what_waits_for_good_and_leaves_the_rest(badge: Badge, rosa: User) -> None:
    roster = running_roster(badge, rosa, ("a@a.org", "b@a.org", "c@a.org"))
    assert isinstance(issuances.claim(badge.provider.connection_id, worker="w"), issuances.Claimed)
    other = make_issuance(badge)
    assert rosters.stop(roster=roster, by=rosa) == 2
    found = Issuance.objects.order_by("pk").values_list("status", "reason")
    stopped = (IssuanceStatus.CANCELLED, StatusReason.STOPPED_BY_STAFF)
    assert list(found) == [(IssuanceStatus.SENDING, ""), stopped, stopped, (IssuanceStatus.QUEUED, "")]
    assert (other.roster, status(roster), told()) == (None, "stopped", [("confirm", 3), ("stop", 2)])


def test_stop_frees_the_people_for_another_roster(badge: Badge, rosa: User) -> None:
    rosters.stop(roster=running_roster(badge, rosa), by=rosa)
    again = a_roster(badge, "b@a.org", "a@a.org")
    assert rosters.confirm(roster=again, ready=2, by=rosa) == 2


def test_stop_works_on_a_paused_run_too(badge: Badge, rosa: User) -> None:
    roster = running_roster(badge, rosa)
    rosters.pause(roster=roster, by=rosa)
    assert rosters.stop(roster=roster, by=rosa) == 2
    roster.refresh_from_db()
    assert (roster.status, roster.changed_by) == ("stopped", rosa)


@pytest.mark.parametrize(
    ("before", "act", "sentence"),
    [
        ("checked", "pause", "people.csv is now: Checked, not confirmed. Nothing was changed."),
        ("paused", "pause", "people.csv is now: Paused. Nothing was changed."),
        ("running", "resume", "people.csv is now: Confirmed. Nothing was changed."),
        ("stopped", "resume", "people.csv is now: Stopped. Nothing was changed."),
        ("stopped", "stop", "people.csv is now: Stopped. Nothing was changed."),
        ("checked", "stop", "people.csv is now: Checked, not confirmed. Nothing was changed."),
    ],
)
def test_run_stays_as_it_is_when_the_act_does_not_fit(
    badge: Badge, rosa: User, before: str, act: str, sentence: str
) -> None:
    confirmed = {} if before == "checked" else {"confirmed_at": LATER, "confirmed_by": rosa}
    roster = make_roster(badge, status=before, **confirmed)
    with pytest.raises(AlreadyTaken) as refusal:
        getattr(rosters, act)(roster=roster, by=rosa)
    assert (str(refusal.value), status(roster), told()) == (sentence, before, [])


LATER = datetime(2026, 11, 2, 9, 0, tzinfo=timezone.get_default_timezone())
