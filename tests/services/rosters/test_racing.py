"""Several people at work on rosters at the same moment, in threads, on both databases."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from issuing import queries
from issuing.enums import Decision, Route
from issuing.exceptions import AlreadyTaken, InvalidInput, IssuingError, NothingReady
from issuing.models import Assertion, Issuance, Learner, Roster
from issuing.services import consent, issuances, learners, rosters
from tests.factories import LONG_AGO, make_agreed, make_issuance, make_user
from tests.services.rosters.conftest import Desk

PEOPLE = [f"p{number}@example.org" for number in range(12)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of them in threads that start together; what each returned, or the refusal it met, in their order."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait(10)
        try:
            return act()
        except IssuingError as refusal:
            return refusal
        finally:
            database.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [one.result(30) for one in [threads.submit(run, act) for act in acts]]


def agree(desk: Desk, emails: list[str]) -> None:
    for email in emails:
        make_agreed(desk.badge, email)


def line(email: str) -> str:
    return f"Zoë,Núñez,{email}"


def confirm(roster: Roster, desk: Desk, ready: int) -> Callable[[], int]:
    return lambda: rosters.confirm(roster=roster, ready=ready, by=desk.by)


def meet_before_the_insert(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two confirmations insert at the same moment, if both come so far; the first waits a little for the other."""
    meeting, queue_rows = threading.Barrier(2), issuances.queue_rows

    def queue_together(**given: Any) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(0.3)
        queue_rows(**given)

    monkeypatch.setattr(issuances, "queue_rows", queue_together)


def test_roster_runs_once_when_two_confirm_it_at_once(busy_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before_the_insert(monkeypatch)
    agree(busy_desk, PEOPLE)
    roster = busy_desk.upload(*map(line, PEOPLE))
    ben = Desk(busy_desk.badge, make_user("ben"))
    results = at_once(confirm(roster, busy_desk, 12), confirm(roster, ben, 12))
    (refusal,) = [one for one in results if one != 12]
    roster.refresh_from_db()
    assert isinstance(refusal, AlreadyTaken)
    assert f"confirmed already by {roster.confirmed_by}" in str(refusal)
    assert Counter(Issuance.objects.values_list("email", flat=True)) == dict.fromkeys(PEOPLE, 1)


def test_everybody_is_queued_once_when_two_rosters_of_the_same_people_are_confirmed_at_once(
    busy_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before_the_insert(monkeypatch)
    agree(busy_desk, PEOPLE)
    one = busy_desk.upload(*map(line, PEOPLE))
    other = busy_desk.upload(*(line(f"  {email.upper()} ") for email in reversed(PEOPLE)))
    results = at_once(confirm(one, busy_desk, 12), confirm(other, busy_desk, 12))
    (refusal,) = [result for result in results if result != 12]
    assert isinstance(refusal, NothingReady)
    assert Counter(Issuance.objects.values_list("learner__email", flat=True)) == dict.fromkeys(PEOPLE, 1)
    loser = Roster.objects.get(status="checked")
    assert set(loser.rows.values_list("disposition", flat=True)) == {"in_another_run"}


def test_nobody_is_queued_twice_when_two_rosters_overlap(busy_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_before_the_insert(monkeypatch)
    agree(busy_desk, PEOPLE)
    one = busy_desk.upload(*map(line, PEOPLE[:8]))
    other = busy_desk.upload(*map(line, reversed(PEOPLE[4:])))
    results = at_once(confirm(one, busy_desk, 8), confirm(other, busy_desk, 8))
    (refusal,) = [result for result in results if result != 8]
    assert isinstance(refusal, InvalidInput)
    loser = Roster.objects.get(status="checked")
    assert Counter(loser.rows.values_list("disposition", flat=True)) == {"in_another_run": 4, "ready": 4}
    assert rosters.confirm(roster=loser, ready=4, by=busy_desk.by) == 4
    assert Counter(Issuance.objects.values_list("learner__email", flat=True)) == dict.fromkeys(PEOPLE, 1)


def holders(desk: Desk, emails: list[str]) -> None:
    """Agreed, and sent the badge by us long ago."""
    for email in emails:
        learner = make_agreed(desk.badge, email)
        make_issuance(desk.badge, learner, status="issued", issued_at=LONG_AGO)


def renewal(desk: Desk, emails: list[str]) -> Roster:
    """A roster on which all have the badge, and are to have it again."""
    roster = desk.upload(*map(line, emails))
    rosters.issue_again(roster=roster, reason="A new edition", by=desk.by)
    return roster


def numbers() -> Counter[tuple[str, int]]:
    return Counter(Issuance.objects.exclude(status="issued").values_list("email", "reissue_no"))


def test_everybody_is_issued_it_again_once_when_two_rosters_are_confirmed_at_once(
    busy_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before_the_insert(monkeypatch)
    holders(busy_desk, PEOPLE)
    one, other = renewal(busy_desk, PEOPLE), renewal(busy_desk, PEOPLE[::-1])
    results = at_once(confirm(one, busy_desk, 12), confirm(other, busy_desk, 12))
    (refusal,) = [result for result in results if result != 12]
    assert isinstance(refusal, NothingReady)
    assert numbers() == {(email, 1): 1 for email in PEOPLE}
    loser = Roster.objects.get(status="checked")
    assert set(loser.rows.values_list("disposition", flat=True)) == {"in_another_run"}


def test_everybody_is_issued_it_again_once_when_one_roster_is_confirmed_twice_at_once(
    busy_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before_the_insert(monkeypatch)
    holders(busy_desk, PEOPLE)
    roster = renewal(busy_desk, PEOPLE)
    results = at_once(confirm(roster, busy_desk, 12), confirm(roster, busy_desk, 12))
    assert sorted(isinstance(one, AlreadyTaken) for one in results) == [False, True]
    assert numbers() == {(email, 1): 1 for email in PEOPLE}


def test_one_is_issued_it_again_once_when_a_colleague_does_so_alone_at_the_same_moment(busy_desk: Desk) -> None:
    holders(busy_desk, PEOPLE[:1])
    roster, first = renewal(busy_desk, PEOPLE[:1]), Issuance.objects.get()
    person = learners.Person("Zoë", "Núñez", PEOPLE[0])
    given = {"issuance": first, "person": person, "details": issuances.Details(), "reason": "Lost", "by": busy_desk.by}
    results = at_once(confirm(roster, busy_desk, 1), lambda: issuances.reissue(**given))
    assert sorted(isinstance(one, (AlreadyTaken, NothingReady)) for one in results) == [False, True]
    assert numbers() == {(PEOPLE[0], 1): 1}


def test_one_whose_badge_expired_gets_one_more_when_two_see_to_it_at_once(busy_desk: Desk) -> None:
    holders(busy_desk, PEOPLE[:1])
    earlier = Issuance.objects.get()
    record = {"badge": busy_desk.badge, "issuance": earlier, "email_key": earlier.email_key, "status": "Expired"}
    Assertion.objects.create(**record, navigatr_id="9001", read_at=timezone.now())
    roster = busy_desk.upload(line(PEOPLE[0]))
    given = {"badge": busy_desk.badge, "person": learners.Person("Zoë", "Núñez", PEOPLE[0]), "by": busy_desk.by}
    results = at_once(confirm(roster, busy_desk, 1), lambda: issuances.issue(**given))
    assert sorted(isinstance(one, (AlreadyTaken, NothingReady)) for one in results) == [False, True]
    assert numbers() == {(PEOPLE[0], 1): 1}


def test_nobody_waits_without_consent_when_they_withdraw_during_the_confirmation(
    busy_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(busy_desk, PEOPLE[:2])
    roster = busy_desk.upload(*map(line, PEOPLE[:2]))
    checked, withdrew = queue_slowly(monkeypatch)

    def withdraw() -> None:
        checked.wait(10)
        answer = consent.Answer(Decision.WITHDRAWN, Route.PHONE, timezone.now())
        consent.record(learner=Learner.objects.get(email=PEOPLE[0]), answer=answer, by=busy_desk.by)
        withdrew.set()

    assert at_once(confirm(roster, busy_desk, 2), withdraw) == [2, None]
    found = Issuance.objects.order_by("pk").values_list("email", "status", "reason")
    assert list(found) == [(PEOPLE[0], "cancelled", "withdrew"), (PEOPLE[1], "queued", "")]


def queue_slowly(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let a confirmation that has checked, which sets the first event, wait a little for the second."""
    checked, go_on, queue_rows = threading.Event(), threading.Event(), issuances.queue_rows

    def slowly(**given: Any) -> None:
        checked.set()
        go_on.wait(0.3)
        queue_rows(**given)

    monkeypatch.setattr(issuances, "queue_rows", slowly)
    return checked, go_on


def test_every_row_is_either_sent_or_cancelled_when_a_run_is_stopped(busy_desk: Desk) -> None:
    agree(busy_desk, PEOPLE[:6])
    roster = busy_desk.upload(*map(line, PEOPLE[:6]))
    rosters.confirm(roster=roster, ready=6, by=busy_desk.by)
    connection_id = busy_desk.badge.provider.connection_id
    claimed, cancelled = at_once(lambda: claim_all(connection_id), lambda: rosters.stop(roster=roster, by=busy_desk.by))
    counts = Counter(Issuance.objects.values_list("status", flat=True))
    assert (counts["sending"], counts["cancelled"], counts.total()) == (claimed, cancelled, 6)


def claim_all(connection_id: int) -> int:
    """Claim until nothing is due; how many."""
    claimed = 0
    while not isinstance(found := issuances.claim(connection_id, worker="w"), issuances.Idle):
        if isinstance(found, issuances.Claimed):
            claimed += 1
        else:
            time.sleep(found.seconds)
    return claimed


def test_nothing_is_claimed_any_more_when_pause_has_returned(busy_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(busy_desk, PEOPLE[:2])
    roster = busy_desk.upload(*map(line, PEOPLE[:2]))
    rosters.confirm(roster=roster, ready=2, by=busy_desk.by)
    chosen, paused = choose_slowly(monkeypatch)

    def pause() -> int:
        chosen.wait(10)
        rosters.pause(roster=roster, by=busy_desk.by)
        paused.set()
        return Issuance.objects.filter(status="sending").count()

    _, when_paused = at_once(lambda: issuances.claim(busy_desk.badge.provider.connection_id, worker="w"), pause)
    assert when_paused == Issuance.objects.filter(status="sending").count() == 1


def choose_slowly(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let a claim that has chosen a roster, which sets the first event, wait a little for the second."""
    chosen, go_on, due_rosters = threading.Event(), threading.Event(), queries.due_rosters

    def slowly(*given: Any) -> Any:
        found = due_rosters(*given).first()
        chosen.set()
        go_on.wait(0.3)
        return SimpleNamespace(first=lambda: found)

    monkeypatch.setattr(queries, "due_rosters", slowly)
    return chosen, go_on
