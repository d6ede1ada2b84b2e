"""A roster's rows that need consent, by whether these people were asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from issuing.enums import Decision
from issuing.models import Badge, ConsentRequest, ConsentText, Learner, Roster
from issuing.queries import roster_consent as reads
from issuing.services import consent, learners
from issuing.services.consent import Ask
from tests.factories import (
    make_badge,
    make_consent,
    make_learner,
    make_mail,
    make_provider,
    make_request,
    make_roster,
    make_row,
    make_text,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def badge() -> Badge:
    return make_badge()


@pytest.fixture
def text(badge: Badge) -> ConsentText:
    return make_text(badge.provider)


def listed(badge: Badge, *people: Learner) -> Roster:
    roster = make_roster(badge)
    for number, one in enumerate(people, start=2):
        make_row(roster, one.email, row_no=number, disposition="needs_consent", learner=one)
    return roster


def states(roster: Roster, now: datetime) -> list[str]:
    rows = reads.with_asked(roster.rows.order_by("row_no"), roster.badge, now=now)
    return [row.asked for row in rows]  # type: ignore[attr-defined]


def asked(text: ConsentText, status: str = "", **fields: Any) -> Learner:
    """Somebody with a request whose newest e-mail stands so; without one where none is named."""
    request = make_request(text, **fields)
    if status:
        make_mail(request, status)
    return request.learner


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("waiting", "asked"),
        ("sent", "asked"),
        ("perhaps", "asked"),
        ("refused", "not_delivered"),
        ("undelivered", "not_delivered"),
    ],
)
def test_open_request_is_told_by_its_newest_mail(text: ConsentText, now: datetime, status: str, state: str) -> None:
    assert states(listed(text.statement.provider.badges.get(), asked(text, status)), now) == [state]


def test_whose_request_has_ended_was_asked_earlier(text: ConsentText, badge: Badge, now: datetime) -> None:
    stopped = asked(text, "sent", stopped_at=now)
    over = asked(text, "sent", ends_at=now - timedelta(days=1))
    never_left = asked(text, "dropped", stopped_at=now)
    roster = listed(badge, stopped, over, never_left, make_learner())
    assert states(roster, now) == ["asked_earlier", "asked_earlier", "never_asked", "never_asked"]


def test_whose_answer_counts_no_more_was_asked_earlier(text: ConsentText, badge: Badge, now: datetime) -> None:
    learner = make_learner()
    record = make_consent(learner, text, ends_at=now - timedelta(days=1))
    request = make_request(text, learner, answer=Decision.GIVEN, answered_at=now, record=record)
    make_mail(request, "refused")
    assert states(listed(badge, learner), now) == ["asked_earlier"]


def test_open_request_counts_before_a_newer_one_that_was_stopped(
    text: ConsentText, badge: Badge, now: datetime
) -> None:
    learner = asked(text, "sent")
    own = make_text(badge.provider, badge=badge)
    make_mail(make_request(own, learner, about=f"badge:{badge.pk}", stopped_at=now), "sent")
    assert states(listed(badge, learner), now) == ["asked"]


def test_request_for_something_else_is_none(badge: Badge, now: datetime) -> None:
    other = make_provider(badge.provider.connection, navigatr_id=99)
    elsewhere = asked(make_text(other), "sent")
    another = make_badge(badge.provider, navigatr_id=52)
    own = make_text(badge.provider, badge=another)
    for_another = asked(own, "sent", about=f"badge:{another.pk}")
    assert states(listed(badge, elsewhere, for_another), now) == ["never_asked", "never_asked"]


def test_request_to_an_entry_that_was_merged_is_theirs(text: ConsentText, badge: Badge, now: datetime) -> None:
    kept, other = make_learner(), asked(text, "sent")
    learners.merge(kept=kept, other=other, by=make_user())
    assert states(listed(badge, kept), now) == ["asked"]


def test_rows_that_need_no_consent_have_no_such_state(text: ConsentText, badge: Badge, now: datetime) -> None:
    roster = listed(badge, asked(text, "sent"))
    roster.rows.update(disposition="ready")
    assert states(roster, now) == [""]
    assert sum(reads.asked_counts(roster, now=now).values()) == 0


def test_parts_add_up_and_each_is_a_filter(text: ConsentText, badge: Badge, now: datetime) -> None:
    people = [make_learner(), make_learner(), asked(text, "sent"), asked(text, "refused"), asked(text, stopped_at=now)]
    roster = listed(badge, *people)
    counts = reads.asked_counts(roster, now=now)
    assert counts == {"never_asked": 2, "asked": 1, "not_delivered": 1, "asked_earlier": 1}
    for state, count in counts.items():
        assert reads.rows_asked(roster, state, now=now).count() == count


def test_number_to_mail_is_that_of_the_requests_that_are_made(badge: Badge, settings: Any, now: datetime) -> None:
    settings.IS_PRACTICE = True
    text, often = make_text(badge.provider), make_learner()
    for _ in range(3):
        make_mail(make_request(text, often, stopped_at=now), "sent")
    over = asked(text, "sent", ends_at=now - timedelta(days=1))
    people = [make_learner(), often, over, asked(text, "sent"), asked(text, "refused")]
    roster = listed(badge, *people)
    assert reads.rows_to_mail(roster, now=now) == 2
    assert consent.foresee_roster(roster=roster, text=text).count == 2
    assert consent.ask_roster(roster=roster, what=Ask(text), by=make_user()).count == 2
    assert reads.rows_to_mail(roster, now=now) == 0
    assert ConsentRequest.objects.open().count() == 4


def test_counting_asks_as_many_questions_for_three_rows_as_for_one(text: ConsentText, badge: Badge) -> None:
    counted = []
    for people in ([asked(text, "sent")], [asked(text, "sent"), asked(text, "refused"), make_learner()]):
        roster = listed(badge, *people)
        with CaptureQueriesContext(database) as questions:
            reads.asked_counts(roster, now=timezone.now())
            reads.rows_to_mail(roster, now=timezone.now())
        counted.append(len(questions))
    assert counted[0] == counted[1]
