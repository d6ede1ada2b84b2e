"""How a run goes, in one sentence."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from issuing.models import Badge, Connection
from issuing.presenters import runs
from issuing.presenters.rosters import run_tiles
from issuing.queries import Worker
from issuing.queries.rosters import RunCounts
from tests.factories import make_badge, make_running, make_user

NONE = RunCounts(waiting=0, unclaimed=0, claimed=0, checking=0, not_sent=0, stopped=0, left_out=0)


@pytest.fixture
def badge(db: None) -> Badge:
    return make_badge()


def state(badge: Badge, *, status: str = "running", **counts: int) -> runs.State:
    # Noon, so that half an hour later is the same day.
    now = timezone.localtime().replace(hour=12, minute=0)
    roster = make_running(badge, status=status, group="Art", changed_at=now, changed_by=make_user(first_name="Ann"))
    return runs.State(roster, replace(NONE, **counts), now)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"unclaimed": 3}, "Done: 3 badges sent."),
        ({"claimed": 1}, "Done: 1 badge sent."),
        ({"unclaimed": 2, "not_sent": 1}, "Done: 2 of 3 badges sent."),
        ({"unclaimed": 2, "checking": 1}, "2 of 3 badges sent."),
        ({"waiting": 91, "unclaimed": 140}, "Sending: 140 of 231."),
    ],
)
def test_sentence_says_how_far_a_run_is(badge: Badge, counts: dict[str, int], said: str) -> None:
    assert runs.sentence(state(badge, **counts)).text == said


def test_sentence_says_when_it_finishes(badge: Badge) -> None:
    going = state(badge, waiting=91, unclaimed=140)
    going = replace(going, finish_at=going.now + timedelta(minutes=37))
    assert runs.sentence(going).text == "Sending: 140 of 231, finishes about 12:37."


@pytest.mark.parametrize(
    ("ahead", "said"), [({"hours": 2}, "starts today at 14:00"), ({"days": 1}, "at 12:00; 2 badges are waiting.")]
)
def test_sentence_says_when_it_starts(badge: Badge, ahead: dict[str, Any], said: str) -> None:
    going = state(badge, waiting=2)
    assert said in runs.sentence(replace(going, starts_at=going.now + timedelta(**ahead))).text


def test_sentence_says_that_it_is_paused_before_anything_else(badge: Badge) -> None:
    found = runs.sentence(replace(state(badge, status="paused", waiting=2, claimed=1), worker=Worker(timezone.now())))
    assert (found.text, found.tone) == ("Paused: 1 of 3; 2 badges are waiting.", "wait")


def test_sentence_says_who_stopped_it(badge: Badge) -> None:
    found = runs.sentence(state(badge, status="stopped", stopped=91, unclaimed=140))
    assert found.text == "Stopped by Ann: 140 badges sent, 91 not sent."


def test_sentence_tells_what_it_should_do_while_the_worker_is_away(badge: Badge) -> None:
    going = state(badge, waiting=180)
    found = runs.sentence(replace(going, worker=Worker(going.now, seen_at=going.now - timedelta(minutes=3))))
    assert found.text == (
        "Sending stopped: the background worker was last seen at 11:57. "
        "180 badges are waiting and safe; none will be sent twice."
    )
    assert (found.tone, found.for_it) == ("bad", "manage.py supervise")


def test_sentence_says_when_navigatr_is_asked_again(badge: Badge) -> None:
    going = state(badge, waiting=2, claimed=1)
    pace = going.roster.badge.provider.connection.pace
    pace.breaker_state, pace.rests_until = "open", (going.now + timedelta(minutes=1)).timestamp()
    found = runs.sentence(going)
    assert found.text == (
        "Sending pauses: Navigatr is not answering. It is asked again at 12:01. "
        "2 badges are waiting and safe; none will be sent twice."
    )
    pace.breaker_state = "half_open"
    assert "One badge goes first" in runs.sentence(going).text


def back(going: runs.State, **ago: int) -> runs.State:
    """The same with a worker that came back so long ago; the roster was confirmed an hour ago."""
    going.roster.confirmed_at = going.now - timedelta(hours=1)
    since = going.now - timedelta(**ago)
    return replace(going, worker=Worker(going.now, going.now, since, since - timedelta(minutes=7)))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"waiting": 5}, "Sending again since 11:51."),
        ({"checking": 1}, "Sending again since 11:51. 1 badge is being checked with Navigatr (about 10 minutes)."),
        ({"claimed": 5}, ""),
    ],
)
def test_run_says_that_it_goes_on_again(badge: Badge, counts: dict[str, int], said: str) -> None:
    assert runs.beside(back(state(badge, **counts), minutes=9)) == said


def test_run_says_for_half_an_hour_that_it_goes_on_again(badge: Badge) -> None:
    going = state(badge, waiting=5)
    assert [bool(runs.beside(back(going, minutes=minutes))) for minutes in (30, 31)] == [True, False]


def test_run_that_began_since_goes_on_as_if_nothing_had_been(badge: Badge) -> None:
    going = back(state(badge, waiting=5), minutes=9)
    going.roster.confirmed_at = going.now
    assert runs.beside(going) == ""


def test_run_that_is_paused_does_not_go_on_again(badge: Badge) -> None:
    assert runs.beside(back(state(badge, status="paused", waiting=5), minutes=9)) == ""


def test_sentence_says_why_the_badge_waits(badge: Badge) -> None:
    Badge.objects.update(hold="gone", held_at=timezone.now())
    badge.refresh_from_db()
    assert runs.sentence(state(badge, waiting=1)).text == (
        "This badge waits: Navigatr has no such badge any more. 1 badge is waiting and safe; none will be sent twice."
    )


def test_sentence_says_why_the_account_is_stopped(badge: Badge) -> None:
    going = state(badge, waiting=2)
    going.roster.badge.provider.connection = Connection(stop_reason="token_refused")
    assert runs.sentence(going).text.startswith("Sending stopped: Navigatr refused the access token. 2 badges are")


@pytest.mark.parametrize(
    ("counts", "share"),
    [
        ({"waiting": 1, "unclaimed": 999}, 99.0),
        ({"waiting": 1, "unclaimed": 1}, 50.0),
        ({"checking": 1, "unclaimed": 999}, 99.0),
        ({"unclaimed": 1, "not_sent": 1}, 100.0),
    ],
)
def test_share_is_never_whole_before_the_end(badge: Badge, counts: dict[str, int], share: float) -> None:
    assert state(badge, **counts).share == share


def test_title_says_that_it_is_done(badge: Badge) -> None:
    titles = [
        runs.title(state(badge, **counts)) for counts in ({"waiting": 1, "claimed": 2}, {"checking": 1}, {"claimed": 1})
    ]
    assert titles == ["2/3 · Art", "Checking with Navigatr: Art", "Done: Art"]
    assert runs.title(state(badge, status="stopped", claimed=1, stopped=1)) == "Stopped: Art"


def test_tiles_add_up() -> None:
    counts = RunCounts(waiting=1, unclaimed=2, claimed=3, checking=4, not_sent=5, stopped=6, left_out=7)
    tiles = run_tiles(counts, "claimed", "/rosters/")
    assert sum(tile.count for tile in tiles) == counts.total + counts.left_out == 28
    assert [tile.url for tile in tiles[1:3]] == ["/rosters/?show=unclaimed#rows", "/rosters/"]
