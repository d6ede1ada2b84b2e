"""Starting later, and sending to those who became ready after a roster was confirmed."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from issuing.exceptions import InvalidInput, NothingReady
from issuing.models import Issuance, Roster
from issuing.services import issuances, rosters
from tests.factories import make_agreed
from tests.services.rosters.conftest import Desk
from tests.services.rosters.test_racing import at_once

ZOE, BO = "Zoë,Núñez,zoe@example.org", "Zoë,Núñez,bo@example.org"


def run_of_one(desk: Desk) -> Roster:
    """Zoë is on her way; Bo was left out and has agreed since."""
    make_agreed(desk.badge, "zoe@example.org")
    roster = desk.upload(ZOE, BO)
    rosters.confirm(roster=roster, ready=1, by=desk.by)
    make_agreed(desk.badge, "bo@example.org")
    roster.refresh_from_db()
    return roster


def rows(roster: Roster) -> list[int]:
    return list(roster.issuances.order_by("pk").values_list("row__row_no", flat=True))


def see_bo(desk: Desk, roster: Roster) -> None:
    """The first press finds that other rows are ready than were shown, and shows them."""
    with pytest.raises(InvalidInput, match=r"now 1, then 0"):
        rosters.confirm_more(roster=roster, ready=0, by=desk.by)
    roster.refresh_from_db()


def test_more_sends_to_those_left_out_who_are_ready_by_now(desk: Desk) -> None:
    roster = run_of_one(desk)
    see_bo(desk, roster)
    assert rosters.confirm_more(roster=roster, ready=1, check_no=roster.check_no, by=desk.by) == 1
    assert rows(roster) == [2, 3]


def test_more_sends_nothing_a_second_time(desk: Desk) -> None:
    roster = run_of_one(desk)
    see_bo(desk, roster)
    rosters.confirm_more(roster=roster, ready=1, by=desk.by)
    with pytest.raises(NothingReady):
        rosters.confirm_more(roster=roster, ready=1, by=desk.by)
    assert rows(roster) == [2, 3]


def test_more_pressed_twice_at_once_sends_once(busy_desk: Desk) -> None:
    roster = run_of_one(busy_desk)
    see_bo(busy_desk, roster)
    press = partial(rosters.confirm_more, roster=roster, ready=1, check_no=roster.check_no, by=busy_desk.by)
    results = at_once(press, press)
    assert sorted(isinstance(one, int) for one in results) == [False, True]
    assert Issuance.objects.filter(roster=roster).count() == 2


def test_more_of_a_paused_run_wait_with_it(desk: Desk) -> None:
    roster = run_of_one(desk)
    see_bo(desk, roster)
    rosters.pause(roster=roster, by=desk.by)
    rosters.confirm_more(roster=roster, ready=1, by=desk.by)
    roster.refresh_from_db()
    assert (roster.status, rows(roster)) == ("paused", [2, 3])


def test_run_set_for_later_is_not_claimed_before(desk: Desk) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    start = timezone.now() + timedelta(hours=2)
    rosters.confirm(roster=desk.upload(ZOE), ready=1, start_at=start, by=desk.by)
    found = issuances.claim(desk.badge.provider.connection_id, worker="w")
    assert found == issuances.Idle(start)


@pytest.mark.parametrize("ahead", [timedelta(minutes=-5), timedelta(days=400)])
def test_run_is_not_set_for_the_past_or_far_ahead(desk: Desk, ahead: timedelta) -> None:
    make_agreed(desk.badge, "zoe@example.org")
    with pytest.raises(InvalidInput, match="start"):
        rosters.confirm(roster=desk.upload(ZOE), ready=1, start_at=timezone.now() + ahead, by=desk.by)
    assert Issuance.objects.count() == 0


def test_upload_sent_twice_at_once_is_one_roster(busy_desk: Desk) -> None:
    token, checked = uuid.uuid4(), busy_desk.check(ZOE, BO)
    press = partial(rosters.save, checked=checked, badge=busy_desk.badge, by=busy_desk.by, token=token)
    first, second = at_once(press, press)
    assert first == second == Roster.objects.get()
    assert first.rows.count() == 2
