"""The steps of an e-mail, what a mail server's code means, and when reminders are due."""

from datetime import UTC, datetime, timedelta

import pytest

from issuing.enums import MailStatus
from issuing.workflow.mailing import LONGEST_REST, STEPS, is_for_now, next_reminder, pause_after

FIRST = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)


def test_what_may_have_reached_somebody_never_waits_again() -> None:
    assert {status for status, targets in STEPS.items() if MailStatus.WAITING in targets} == {MailStatus.MARKED}
    assert set(STEPS) == set(MailStatus)


@pytest.mark.parametrize(("code", "later"), [(421, True), (452, True), (499, True), (550, False), (554, False)])
def test_only_a_no_for_the_moment_is_tried_again(code: int, later: bool) -> None:
    assert is_for_now(code) == later


def test_pause_doubles_up_to_an_hour() -> None:
    assert [pause_after(tries) for tries in (1, 2, 3)] == [timedelta(minutes=count) for count in (1, 2, 4)]
    assert pause_after(1000) == LONGEST_REST


def test_reminders_are_counted_from_the_first_and_end() -> None:
    due = [next_reminder(FIRST, sent, [7, 14]) for sent in range(4)]
    assert due == [None, FIRST + timedelta(days=7), FIRST + timedelta(days=14), None]
