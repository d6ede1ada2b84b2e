"""A list that lags, hides, leaves out or is out of order: never a false absence, never a false presence."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pytest_django import Settings

from issuing.enums import Effect, IssuanceStatus, Outcome, StatusReason
from issuing.models import Assertion, Attempt, Issuance
from issuing.practice import PracticeServer, reading
from issuing.services import settling
from issuing.services.settling import listing
from issuing.workflow.settling import Doubt
from tests.factories import make_agreed, make_badge, make_connection, make_issuance, make_provider
from tests.services.settling.conftest import Pass

pytestmark = pytest.mark.once

S = IssuanceStatus
PAGE = 3
OURS = (-40, -35, -30, -0.2, 0.2, 1, 2, 3)
"""Minutes after the call in question of calls that were answered with a badge."""
STRANGER = 0.5
LAG = 8 * 60

Shape = dict[str, Any]
Lie = Callable[[list[Shape], int], tuple[list[Shape], int]]


class Story:
    """One call without a usable answer ten minutes ago, others of ours before and after it, and Navigatr's list."""

    def __init__(self, practice: PracticeServer, ours: Sequence[float] = OURS) -> None:
        self.call = datetime.now(UTC) - timedelta(minutes=10)
        self.badge = make_badge(make_provider(make_connection(practice.base_url)))
        self.listed: list[Shape] = []
        self.row = self._call(0.0, S.UNCONFIRMED, outcome=Outcome.UNKNOWN, effect=Effect.UNKNOWN)
        for minutes in ours:
            sent = self._call(minutes, S.ISSUED, outcome=Outcome.ISSUED, effect=Effect.ONE)
            number, at = self.list(sent.email, minutes), self.call + timedelta(minutes=minutes)
            record = {"navigatr_id": str(number), "email_key": sent.email_key, "issuance": sent}
            Assertion.objects.create(badge=self.badge, time_created=at, read_at=at, **record)
        self.list("sol@example.net", STRANGER, "Sol", "Eng")

    def list(self, email: str, minutes: float, first: str = "Zoë", last: str = "Núñez") -> int:
        """A record at Navigatr, made so long after the call."""
        person = {"recipient_email": email, "recipient_firstname": first, "recipient_lastname": last}
        created = self.call + timedelta(minutes=minutes)
        self.listed.append({"id": 8001 + len(self.listed), "time_created": created.isoformat(), **person})
        return int(self.listed[-1]["id"])

    def _call(self, minutes: float, status: S, **ended: object) -> Issuance:
        at = self.call + timedelta(minutes=minutes)
        learner = make_agreed(self.badge)
        fields = {"attempt_no": 1, "allowed_by": learner.consent_records.get(), "status": status}
        row = make_issuance(self.badge, learner, issued_at=at if status == S.ISSUED else None, **fields)
        self._attempt(row, at, 1, **ended)
        return row

    def call_again(self, minutes: float) -> None:
        """A second call for the same row, again without a usable answer."""
        Issuance.objects.filter(pk=self.row.pk).update(attempt_no=2)
        at = self.call + timedelta(minutes=minutes)
        self._attempt(self.row, at, 2, outcome=Outcome.UNKNOWN, effect=Effect.UNKNOWN)

    def _attempt(self, row: Issuance, at: datetime, number: int, **ended: object) -> None:
        times = {"claimed_at": at, "slot_at": at, "ended_at": at}
        account = {"connection": self.badge.provider.connection, "secret_version": 1, "worker": "gone"}
        Attempt.objects.create(issuance=row, number=number, **times, **account, **ended)

    def settle(self, later: Pass) -> str:
        """What the looks of the next half an hour come to: a status, or why a person must look."""
        for seconds in (1, 61, 600, 1200):
            later(timedelta(seconds=seconds))
            settling.settle(self.badge.provider.connection_id)
        self.row.refresh_from_db()
        sentences = {sentence: doubt for doubt, sentence in settling.SENTENCES.items()}
        return sentences[self.row.detail] if self.row.reason == StatusReason.TO_DECIDE else self.row.status


@pytest.fixture
def story(db: None, practice: PracticeServer, settings: Settings) -> Story:
    settings.NAVIGATR_SETTLE_SECONDS = 600.0
    return Story(practice)


def tell(monkeypatch: pytest.MonkeyPatch, story: Story, lie: Lie) -> None:
    """Let the practice server's list be what the lie makes of the true one, newest first."""

    def answer(call: Any, *_: object) -> Any:
        page = int(call.parameter("page"))
        items, total = lie(sorted(story.listed, key=lambda one: one["time_created"], reverse=True), page)
        return reading._page(items, total, page, PAGE)

    monkeypatch.setattr(reading, "_assertions", answer)


def truth(records: list[Shape], page: int) -> tuple[list[Shape], int]:
    return records[(page - 1) * PAGE : page * PAGE], len(records)


def lagging(records: list[Shape], page: int) -> tuple[list[Shape], int]:
    return truth([one for one in records if moment(one).timestamp() < time.time() - LAG], page)


def dropped(records: list[Shape], page: int) -> tuple[list[Shape], int]:
    return truth(records[:PAGE] + records[2 * PAGE :], page)


def empty(records: list[Shape], page: int) -> tuple[list[Shape], int]:
    return ([], len(records)) if page == 2 else truth(records, page)


def repeated(records: list[Shape], page: int) -> tuple[list[Shape], int]:
    return truth(records, 1 if page == 2 else page)


def cut_short(records: list[Shape], page: int) -> tuple[list[Shape], int]:
    return truth(records[:PAGE], page)


def oldest_first(records: list[Shape], page: int) -> tuple[list[Shape], int]:
    return truth(records[::-1], page)


def with_each(records: list[Shape], page: int, *, change: Callable[[Shape], Shape]) -> tuple[list[Shape], int]:
    return truth([one | change(one) for one in records], page)


def each(change: Callable[[Shape], Shape]) -> Lie:
    return partial(with_each, change=change)


def moment(one: Shape) -> datetime:
    return datetime.fromisoformat(one["time_created"])


def an_hour(ahead: int) -> Lie:
    return each(lambda one: {"time_created": (moment(one) + timedelta(hours=ahead)).isoformat()})


NAMELESS = {"recipient_firstname": None, "recipient_lastname": ""}
MASKED = {"recipient_firstname": "Z**", "recipient_lastname": "N…"}
LIES: dict[str, tuple[Lie, str, str]] = {
    "none": (truth, S.ISSUED, S.QUEUED),
    "lagging": (lagging, S.ISSUED, S.QUEUED),
    "no_names": (each(lambda _: NAMELESS), S.ISSUED, Doubt.HIDDEN),
    "names_masked": (each(lambda _: MASKED), S.ISSUED, Doubt.HIDDEN),
    "no_addresses": (each(lambda _: {"recipient_email": None}), Doubt.HIDDEN, Doubt.HIDDEN),
    "addresses_masked": (each(lambda _: {"recipient_email": "z***@example.org"}), Doubt.HIDDEN, Doubt.HIDDEN),
    "other_addresses": (each(lambda _: {"recipient_email": "x@example.net"}), Doubt.OTHER_ADDRESS, Doubt.NO_CONTROL),
    "nothing_told": (each(lambda _: {"recipient_email": "x@example.net"} | MASKED), Doubt.HIDDEN, Doubt.HIDDEN),
    "page_dropped": (dropped, Doubt.NO_CONTROL, Doubt.NO_CONTROL),
    "page_empty": (empty, Doubt.NO_CONTROL, Doubt.NO_CONTROL),
    "page_repeated": (repeated, Doubt.NO_CONTROL, Doubt.NO_CONTROL),
    "cut_short": (cut_short, Doubt.NO_CONTROL, Doubt.NO_CONTROL),
    "oldest_first": (oldest_first, Doubt.NO_CONTROL, Doubt.NO_CONTROL),
    "no_times": (each(lambda _: {"time_created": None}), Doubt.NO_TIME, Doubt.NO_CONTROL),
    "clock_ahead": (an_hour(1), Doubt.NO_TIME, S.QUEUED),
    "clock_behind": (an_hour(-1), Doubt.NO_CONTROL, Doubt.NO_CONTROL),
}
"""What the list does, what is to be made of it where the badge was issued, and where it was not."""


@pytest.mark.parametrize("is_issued", [True, False])
@pytest.mark.parametrize("name", LIES)
def test_lying_list_is_believed_in_nothing_that_may_be_false(
    monkeypatch: pytest.MonkeyPatch, story: Story, later: Pass, name: str, is_issued: bool
) -> None:
    lie, *expected = LIES[name]
    tell(monkeypatch, story, lie)
    if is_issued:
        story.list(story.row.email, 0.01)
    assert story.settle(later) == expected[not is_issued]


BEFORE, AFTER = (-40, -35, -30), (1, 2, 3)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (BEFORE, "oldest_first"),
        (BEFORE + AFTER, "page_repeated"),
        (BEFORE + AFTER, "cut_short"),
        (BEFORE + AFTER, "clock_behind"),
        (AFTER, "page_empty"),
    ],
)
def test_lying_list_is_not_believed_when_little_of_ours_is_on_it(
    monkeypatch: pytest.MonkeyPatch, practice: PracticeServer, later: Pass, ours: tuple[float, ...], name: str
) -> None:
    story = Story(practice, ours)
    tell(monkeypatch, story, LIES[name][0])
    story.list(story.row.email, 0.01)
    assert story.settle(later) == Doubt.NO_CONTROL


@pytest.mark.parametrize(
    ("others", "becomes"),
    [
        ([-60], S.QUEUED),
        ([-60, 0.01], S.ISSUED),
        ([-0.5], Doubt.NO_TIME),
        ([-0.5, 0.01], Doubt.SEVERAL),
        ([0.01, 0.02], Doubt.SEVERAL),
    ],
)
def test_equal_badge_from_before_the_call_is_no_presence(
    monkeypatch: pytest.MonkeyPatch, story: Story, later: Pass, others: list[float], becomes: str
) -> None:
    tell(monkeypatch, story, truth)
    for minutes in others:
        story.list(story.row.email, minutes)
    assert story.settle(later) == becomes


def test_look_reads_back_to_the_first_call_without_an_answer(
    monkeypatch: pytest.MonkeyPatch, story: Story, later: Pass
) -> None:
    tell(monkeypatch, story, truth)
    story.call_again(8.5)
    story.list(story.row.email, 0.01)
    assert story.settle(later) == S.ISSUED


def test_nameless_record_at_the_address_of_another_of_ours_is_no_doubt(
    monkeypatch: pytest.MonkeyPatch, story: Story, later: Pass
) -> None:
    tell(monkeypatch, story, LIES["no_names"][0])
    make_issuance(story.badge, make_agreed(story.badge, "sol@example.net"))
    assert story.settle(later) == S.QUEUED


@pytest.mark.parametrize(
    ("bound", "value", "doubt"), [("MOST_PAGES", 1, Doubt.TOO_LONG), ("LONGEST", -1.0, Doubt.NO_CONTROL)]
)
def test_list_that_is_not_read_to_the_call_is_never_taken_for_an_absence(
    story: Story, later: Pass, monkeypatch: pytest.MonkeyPatch, bound: str, value: float, doubt: Doubt
) -> None:
    tell(monkeypatch, story, truth)
    monkeypatch.setattr(listing, bound, value)
    assert story.settle(later) == doubt


def test_record_is_found_on_what_was_read_of_a_list_that_is_too_long(
    story: Story, later: Pass, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, story, truth)
    story.list(story.row.email, 4)
    monkeypatch.setattr(listing, "MOST_PAGES", 1)
    assert story.settle(later) == S.ISSUED
