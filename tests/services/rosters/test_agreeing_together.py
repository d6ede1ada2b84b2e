"""A yes for many recorded while others are at work on the same people, in threads, on both databases."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from issuing.enums import Decision, Route
from issuing.exceptions import AlreadyTaken, InvalidInput
from issuing.models import AuditEvent, ConsentRecord, ConsentRequest, ConsentText, Learner, Roster
from issuing.services import consent, rosters
from issuing.services.consent import Answer, closing
from issuing.services.rosters import agreeing
from tests.factories import LONG_AGO, make_learner, make_mail, make_request, make_text, make_user
from tests.services.rosters.conftest import Desk
from tests.services.rosters.test_racing import PEOPLE, at_once, line


def yes(text: ConsentText) -> Answer:
    return Answer(Decision.GIVEN, Route.PAPER, LONG_AGO, text=text, evidence_note="Forms, room B")


def recording(roster: Roster, text: ConsentText, once: Any = None, **fields: Any) -> Callable[[], int]:
    """Records what is to be recorded as the page shows it now."""
    given = {"by": make_user(), "once": once or uuid4()} | fields
    seen = rosters.foresee_yes(roster=roster, answer=yes(text)).seen
    return lambda: rosters.record_yes(roster=roster, answer=yes(text), seen=seen, **given)


def lock_slowly(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let a recording that is about to lock its learners, which sets the first event, wait a little for the second."""
    before, go_on, make_known = threading.Event(), threading.Event(), agreeing._make_known

    def slowly(*given: Any) -> None:
        before.set()
        go_on.wait(0.5)
        make_known(*given)

    monkeypatch.setattr(agreeing, "_make_known", slowly)
    return before, go_on


@pytest.mark.parametrize("is_one_press", [True, False])
def test_two_at_once_record_once(busy_desk: Desk, is_one_press: bool) -> None:
    text, roster = make_text(busy_desk.badge.provider), busy_desk.upload(*map(line, PEOPLE))
    once = uuid4()
    acts = [recording(roster, text, once if is_one_press else None) for _ in range(2)]
    results = at_once(*acts)
    (refusal,) = [one for one in results if one != len(PEOPLE)]
    assert isinstance(refusal, AlreadyTaken if is_one_press else InvalidInput)
    assert f"recorded a yes for {len(PEOPLE)} people" in str(refusal)
    assert ConsentRecord.objects.count() == Learner.objects.count() == len(PEOPLE)


def test_two_lists_of_the_same_people_record_for_each_once(busy_desk: Desk) -> None:
    text = make_text(busy_desk.badge.provider)
    one = busy_desk.upload(*map(line, PEOPLE[:8]))
    other = busy_desk.upload(*map(line, reversed(PEOPLE[4:])))
    results = at_once(recording(one, text), recording(other, text))
    assert sum(isinstance(result, InvalidInput) for result in results) == 1
    assert ConsentRecord.objects.count() == Learner.objects.count() == 8


def test_nobody_is_recorded_who_withdraws_meanwhile(busy_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    text, learner = make_text(busy_desk.badge.provider), make_learner(PEOPLE[0])
    roster = busy_desk.upload(*map(line, PEOPLE[:3]))
    record, (before, withdrew) = recording(roster, text), lock_slowly(monkeypatch)

    def withdraw() -> None:
        before.wait(10)
        no = Answer(Decision.WITHDRAWN, Route.PHONE, timezone.now())
        consent.record(learner=learner, answer=no, by=busy_desk.by)
        withdrew.set()

    result, _ = at_once(record, withdraw)
    decided = list(learner.consent_records.order_by("pk").values_list("decision", flat=True))
    if isinstance(result, InvalidInput):  # the withdrawal came first
        assert (decided, ConsentRecord.objects.count()) == (["withdrawn"], 1)
    else:  # the database lets one write at a time: it came after, and counts
        assert (result, decided) == (3, ["given", "withdrawn"])
        assert consent_state(busy_desk, learner) == "consent_declined"


def consent_state(desk: Desk, learner: Learner) -> str:
    roster = Roster.objects.get()
    rosters.refresh(roster=roster)
    return roster.rows.get(learner=learner).disposition


def answer_slowly(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let an answer that is noted on its requests, which sets the event, take a little longer to its end."""
    noted, follow = threading.Event(), closing.follow

    def slowly(records: Any) -> None:
        follow(records)
        noted.set()
        time.sleep(0.3)

    monkeypatch.setattr(closing, "follow", slowly)
    return noted


def test_answer_by_link_stands_when_all_requests_are_stopped_meanwhile(
    busy_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, roster = make_text(busy_desk.badge.provider), busy_desk.upload(*map(line, PEOPLE))
    people, noted = [make_learner(email) for email in PEOPLE], answer_slowly(monkeypatch)
    for one in people:
        make_mail(make_request(text, one, roster=roster), "sent")
    agree = Answer(Decision.GIVEN, Route.ONLINE, timezone.now(), text=text)

    def stop() -> int:
        noted.wait(10)
        return consent.stop_of_roster(roster=roster, by=busy_desk.by)

    stopped, _ = at_once(stop, lambda: consent.record(learner=people[0], answer=agree, by=None))
    assert ConsentRequest.objects.get(answer="given").stopped_at is None
    assert stopped == ConsentRequest.objects.exclude(stopped_at=None).count() == 11
    assert AuditEvent.objects.filter(verb="stop").count() == 11
