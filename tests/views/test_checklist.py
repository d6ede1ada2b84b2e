"""What is still to be done before the first roster."""

import pytest
from django.utils import timezone

from issuing.views.checklist import FirstRun
from tests.factories import make_badge, make_connection, make_issuance, make_provider, make_running, make_text

pytestmark = pytest.mark.django_db


def done() -> list[bool]:
    return [step.is_done for step in FirstRun().steps]


def test_nothing_is_done_at_first() -> None:
    first = FirstRun()
    assert (first.is_over, done()) == (False, [False] * 5)
    assert first.next
    assert first.next.label == "Connect your Navigatr account"


def test_each_step_is_ticked_when_it_is_done() -> None:
    provider = make_provider(make_connection())
    assert done() == [True, False, False, False, False]
    badge = make_badge(provider, is_sandbox=True)
    assert done() == [True, True, False, False, False]
    make_issuance(badge, status="issued", issued_at=timezone.now())
    make_text(make_provider(navigatr_id=13))
    assert done() == [True, True, True, True, False]


def test_badge_is_marked_before_the_sandbox_badge_is_sent() -> None:
    badge = make_badge()
    assert FirstRun().steps[2].hint.startswith("First open the badge")
    badge.is_sandbox = True
    badge.save()
    assert FirstRun().steps[2].hint == "To see what a learner gets."


def test_list_is_over_with_the_first_confirmed_roster() -> None:
    make_running(make_badge())
    first = FirstRun()
    assert first.is_over
