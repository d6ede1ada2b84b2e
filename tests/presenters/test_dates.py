"""Days and times are said as the site's calendar has them."""

from datetime import UTC, date, datetime

import pytest
from pytest_django import Settings

from issuing.presenters.dates import day, day_and_time


@pytest.mark.parametrize(
    ("when", "said"),
    [(date(2026, 9, 14), "14 Sept 2026"), (date(2026, 1, 5), "5 Jan 2026"), (date(2026, 5, 1), "1 May 2026")],
)
def test_day_is_said_in_words(when: date, said: str) -> None:
    assert day(when) == said


def test_moment_is_said_in_the_time_zone_of_the_site(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    moment = datetime(2026, 9, 14, 22, 30, tzinfo=UTC)
    assert (day(moment), day_and_time(moment)) == ("15 Sept 2026", "15 Sept 2026, 00:30")
