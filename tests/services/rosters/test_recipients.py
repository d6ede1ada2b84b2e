"""Who has a badge is read a part at a time: no check is lost by a long list, or by a Navigatr that asks us to wait."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from issuing import tasks
from issuing.enums import Outcome
from issuing.exceptions import NoEffect
from issuing.models import Roster
from issuing.navigatr import NavigatrClient
from issuing.practice import PracticeServer
from issuing.practice.records import Wanted
from issuing.services import connections, rosters
from issuing.services.rosters import uploading
from issuing.views.rosters.unread import UnreadPage
from tests.services.rosters.conftest import Desk, csv

HOLDERS = [f"holder{number}@example.org" for number in range(7)]


@pytest.fixture
def long_list(practice: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven people on pages of two, and time for two pages each time."""
    for email in HOLDERS:
        practice.practice.ledger.issue(
            Wanted(51, 12, email, "Ana", "Ng"), claimed=False, redacted=False, listed_from=0.0
        )
    ask = NavigatrClient.assertions

    def assertions(client: NavigatrClient, *numbers: int, **how: Any) -> Iterator[Any]:
        return ask(client, *numbers, **how, size=2)

    monkeypatch.setattr(NavigatrClient, "assertions", assertions)
    read = connections.read

    def read_patiently(*given: Any, give_up: float) -> Any:
        return read(*given)

    monkeypatch.setattr(connections, "read", read_patiently)
    for bound in ("AT_ONCE", "IN_BACKGROUND"):
        monkeypatch.setattr(uploading, bound, -1.0)


def upload(desk: Desk) -> Roster:
    content = csv(f"Ana,Ng,{HOLDERS[0]}", "Zoë,Núñez,zoe@example.org")
    return rosters.upload(content=content, file_name="people.csv", badge=desk.badge, by=desk.by)


def pages_read(practice: PracticeServer) -> list[str]:
    queries = [str(call["query"]) for call in practice.practice.ledger.calls()]
    return [query.partition("page=")[2].partition("&")[0] for query in queries]


def test_check_goes_on_by_itself_until_all_who_have_it_are_known(
    desk: Desk, long_list: None, practice: PracticeServer
) -> None:
    roster, tasks_run = upload(desk), 0
    assert (roster.status, rosters.is_unread(roster), roster.reading["recipients"]["page"]) == ("uploaded", True, 2)
    while roster.status == "uploaded":
        assert (OrmQ.objects.count(), tasks_run < 5) == (1 + tasks_run, True)
        tasks.check_roster(roster.pk)
        tasks_run += 1
        roster.refresh_from_db()
    assert pages_read(practice) == ["1", "2", "2", "3", "3", "4", "4"]
    dispositions = list(roster.rows.order_by("row_no").values_list("disposition", flat=True))
    assert (roster.status, dispositions, desk.badge.assertions.count()) == (
        "checked",
        ["already_issued", "needs_consent"],
        7,
    )


def test_parts_that_came_on_use_up_no_try(desk: Desk, long_list: None) -> None:
    roster = upload(desk)
    Roster.objects.update(reading=roster.reading | {"tries": uploading.MOST_TRIES - 1})
    tasks.check_roster(roster.pk)
    roster.refresh_from_db()
    assert UnreadPage(roster).sentence.startswith("Reading at Navigatr who has this badge already: 6 so far.")
    assert (roster.reading["tries"], "fault" in roster.reading, roster.reading["recipients"]["page"]) == (0, False, 3)


def test_check_waits_for_the_net_where_navigatr_asks_us_to_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked_to_wait(*_: object, **__: object) -> None:
        raise NoEffect("Too many requests", outcome=Outcome.RATE_LIMITED, status_code=429)

    with monkeypatch.context() as patched:
        patched.setattr(connections, "read", asked_to_wait)
        roster = upload(desk)
        tasks.check_roster(roster.pk)
    roster.refresh_from_db()
    assert (roster.status, rosters.is_unread(roster), OrmQ.objects.count()) == ("uploaded", True, 1)
    Roster.objects.update(checked_at=timezone.now() - timedelta(minutes=3))
    rosters.wake_unread()
    assert OrmQ.objects.count() == 2
    tasks.check_roster(roster.pk)
    roster.refresh_from_db()
    assert roster.status == "checked"


def test_part_of_a_deleted_upload_goes_on_no_more(desk: Desk, long_list: None) -> None:
    roster = upload(desk)
    rosters.delete(roster=roster, by=desk.by)
    tasks.check_roster(roster.pk)
    assert OrmQ.objects.count() == 1
