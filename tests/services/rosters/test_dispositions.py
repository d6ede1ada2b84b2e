"""What each row may expect: every disposition, their order, and how many questions it takes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from issuing.enums import Decision, Disposition, IssuanceStatus
from issuing.models import Assertion, Badge, ConsentRecord, Issuance, Learner, email_key
from issuing.services.rosters.dispositions import Facts, place
from tests.factories import (
    LONG_AGO,
    make_agreed,
    make_badge,
    make_consent,
    make_issuance,
    make_learner,
    make_text,
)

D = Disposition


def row(email: str = "zoe@example.org", **fields: Any) -> Facts:
    """A usable row about the learner of `make_learner`, unless told otherwise."""
    given = {"first_name": "Zoë", "last_name": "Núñez", "student_number": "", "has_problems": False} | fields
    return Facts(row_no=given.pop("row_no", 2), email_key=email_key(email), **given)


def dispositions(badge: Badge, *rows: Facts, now: datetime) -> list[Disposition]:
    return [one.disposition for one in place(badge, rows, now=now)]


def hold_assertion(badge: Badge, email: str, now: datetime, status: str = "Pending") -> Assertion:
    return Assertion.objects.create(
        badge=badge, navigatr_id="8001", email_key=email_key(email), status=status, read_at=now
    )


# One by one


def test_row_is_ready_when_its_learner_agreed_and_nothing_else_applies(badge: Badge, now: datetime) -> None:
    learner = make_agreed(badge, "zoe@example.org")
    (placed,) = place(badge, [row()], now=now)
    assert (placed.disposition, placed.learner_id) == (D.READY, learner.pk)


def test_row_needs_consent_when_nobody_with_its_address_is_known(badge: Badge, now: datetime) -> None:
    (placed,) = place(badge, [row()], now=now)
    assert (placed.disposition, placed.learner_id) == (D.NEEDS_CONSENT, None)
    assert Learner.objects.count() == 0


@pytest.mark.parametrize(
    ("decision", "ends_at", "expected"),
    [
        (Decision.GIVEN, None, D.READY),
        (Decision.GIVEN, LONG_AGO + timedelta(days=1), D.NEEDS_CONSENT),
        (Decision.DECLINED, None, D.CONSENT_DECLINED),
        (Decision.WITHDRAWN, None, D.CONSENT_DECLINED),
    ],
)
def test_row_follows_the_learners_latest_answer_when_there_is_one(
    badge: Badge, now: datetime, decision: Decision, ends_at: datetime | None, expected: Disposition
) -> None:
    make_consent(make_learner("zoe@example.org"), make_text(badge.provider), decision, ends_at=ends_at)
    assert dispositions(badge, row(), now=now) == [expected]


def test_row_is_declined_when_learner_and_guardian_contradict_each_other(badge: Badge, now: datetime) -> None:
    learner = make_agreed(badge, "zoe@example.org")
    make_consent(learner, None, Decision.DECLINED, giver="guardian", giver_name="Mo Núñez")
    assert dispositions(badge, row(), now=now) == [D.CONSENT_DECLINED]


def test_row_needs_consent_when_the_learner_agreed_to_another_badge_only(badge: Badge, now: datetime) -> None:
    other = make_badge(badge.provider, navigatr_id=52)
    make_consent(make_learner("zoe@example.org"), make_text(badge.provider, badge=other))
    assert dispositions(badge, row(), now=now) == [D.NEEDS_CONSENT]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (IssuanceStatus.QUEUED, D.IN_ANOTHER_RUN),
        (IssuanceStatus.SENDING, D.IN_ANOTHER_RUN),
        (IssuanceStatus.UNCONFIRMED, D.UNCONFIRMED_EARLIER),
        (IssuanceStatus.ISSUED, D.ALREADY_ISSUED),
        (IssuanceStatus.REJECTED, D.READY),
        (IssuanceStatus.CANCELLED, D.READY),
    ],
)
def test_row_follows_our_own_issuance_when_there_is_one(
    badge: Badge, now: datetime, status: IssuanceStatus, expected: Disposition
) -> None:
    issuance_in(badge, status, now)
    assert dispositions(badge, row(), now=now) == [expected]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (IssuanceStatus.QUEUED, D.IN_ANOTHER_RUN),
        (IssuanceStatus.UNCONFIRMED, D.UNCONFIRMED_EARLIER),
        (IssuanceStatus.ISSUED, D.ALREADY_ISSUED),
        (IssuanceStatus.CANCELLED, D.READY),
    ],
)
def test_row_follows_what_went_to_an_address_its_learner_had_before(
    badge: Badge, now: datetime, status: IssuanceStatus, expected: Disposition
) -> None:
    issuance_in(badge, status, now)
    Learner.objects.update(email="zoe@new.org", email_key=email_key("zoe@new.org"))
    assert dispositions(badge, row("zoe@new.org"), now=now) == [expected]


def issuance_in(badge: Badge, status: IssuanceStatus, now: datetime, **fields: Any) -> Issuance:
    """An issuance of this badge for the learner of `row`."""
    learner = Learner.objects.filter(email="zoe@example.org").first() or make_agreed(badge, "zoe@example.org")
    given: dict[str, Any] = {"allowed_by": ConsentRecord.objects.get(learner=learner), "attempt_no": 1}
    if status in (IssuanceStatus.REJECTED, IssuanceStatus.CANCELLED):
        given["reason"] = "stopped_by_staff"
    if status == IssuanceStatus.ISSUED:
        given["issued_at"] = now
    return make_issuance(badge, learner, status=status, **given, **fields)


def test_row_is_ready_when_its_learner_has_another_badge(badge: Badge, now: datetime) -> None:
    learner = make_agreed(badge, "zoe@example.org")
    make_issuance(make_badge(badge.provider, navigatr_id=52), learner)
    assert dispositions(badge, row(), now=now) == [D.READY]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Pending", D.ALREADY_ISSUED),
        ("Claimed", D.ALREADY_ISSUED),
        ("Complained", D.ALREADY_ISSUED),
        ("Revoked", D.READY),
        ("failed", D.READY),
        ("Expired", D.READY),
    ],
)
def test_row_is_already_issued_when_navigatr_shows_the_badge(
    badge: Badge, now: datetime, status: str, expected: Disposition
) -> None:
    make_agreed(badge, "zoe@example.org")
    hold_assertion(badge, "zoe@example.org", now, status)
    assert dispositions(badge, row(), now=now) == [expected]


# In the file


def test_row_is_repeated_when_an_earlier_row_has_its_address_in_any_spelling(badge: Badge, now: datetime) -> None:
    make_agreed(badge, "zoe@example.org")
    rows = [row("Zoe@Example.org"), row(" zoe@EXAMPLE.ORG "), row("zoe+b@example.org")]
    assert dispositions(badge, *rows, now=now) == [D.READY, D.REPEATED, D.NEEDS_CONSENT]


def test_row_is_not_repeated_when_the_earlier_one_cannot_be_used(badge: Badge, now: datetime) -> None:
    make_agreed(badge, "zoe@example.org")
    rows = [row(has_problems=True), row(), row(has_problems=True), row()]
    assert dispositions(badge, *rows, now=now) == [D.INVALID, D.READY, D.INVALID, D.REPEATED]


def test_rows_without_any_address_are_invalid_and_not_repeated(badge: Badge, now: datetime) -> None:
    nobody = Facts(2, "Ana", "Ng", "", "", True)
    assert dispositions(badge, nobody, nobody, now=now) == [D.INVALID, D.INVALID]


# The order


def test_first_disposition_counts_when_several_apply(badge: Badge, now: datetime) -> None:
    """Each step takes away what applied and shows what stood behind it."""
    issuance_in(badge, IssuanceStatus.UNCONFIRMED, now, reissue_no=1, reissue_reason="lost")
    issuance_in(badge, IssuanceStatus.ISSUED, now)
    Learner.objects.update(on_hold_since=now)
    seen = [dispositions(badge, row(), row(), row(has_problems=True), now=now)]
    for step in (_settle, _forget_issued, _cancel, _release, _decline, _invalidate):
        step(now)
        seen.append(dispositions(badge, row(), now=now))
    assert seen == [
        [D.UNCONFIRMED_EARLIER, D.REPEATED, D.INVALID],
        [D.ALREADY_ISSUED],
        [D.IN_ANOTHER_RUN],
        [D.NEEDS_DECISION],
        [D.READY],
        [D.CONSENT_DECLINED],
        [D.NEEDS_CONSENT],
    ]


def _settle(now: datetime) -> None:
    Issuance.objects.filter(status="unconfirmed").update(status="queued")


def _forget_issued(now: datetime) -> None:
    Issuance.objects.filter(status="issued").delete()


def _cancel(now: datetime) -> None:
    Issuance.objects.update(status="cancelled", reason="stopped_by_staff")


def _release(now: datetime) -> None:
    Learner.objects.update(on_hold_since=None)


def _decline(now: datetime) -> None:
    make_consent(Learner.objects.get(), None, Decision.DECLINED, decided_at=now)


def _invalidate(now: datetime) -> None:
    ConsentRecord.objects.update(invalidated_at=now)


# Like somebody we know


def test_row_needs_a_decision_when_its_number_is_known_with_another_address(badge: Badge, now: datetime) -> None:
    make_agreed(badge, "old@example.org", student_number="00123")
    make_agreed(badge, "zoe@example.org")
    assert dispositions(badge, row(student_number="00123"), now=now) == [D.NEEDS_DECISION]


def test_row_needs_a_decision_when_its_address_is_known_with_another_number(badge: Badge, now: datetime) -> None:
    make_agreed(badge, "zoe@example.org", student_number="00123")
    numbers = ["00124", "00123", ""]
    found = [dispositions(badge, row(student_number=number), now=now)[0] for number in numbers]
    assert found == [D.NEEDS_DECISION, D.READY, D.READY]


def test_row_needs_a_decision_when_an_earlier_row_has_its_number_with_another_address(
    badge: Badge, now: datetime
) -> None:
    make_agreed(badge, "zoe@example.org")
    make_agreed(badge, "z.private@example.org")
    rows = [row(student_number="7"), row("z.private@example.org", student_number="7")]
    assert dispositions(badge, *rows, now=now) == [D.READY, D.NEEDS_DECISION]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("Zoë", "Núñez", D.READY),
        ("ZOE", "nunez", D.READY),
        ("Zoë Maria", "García", D.READY),
        ("Núñez", "Zoë", D.READY),
        ("Zozo", "Núñez", D.NEEDS_DECISION),
        ("Ben", "Núñez", D.NEEDS_DECISION),
        ("Ben", "Smith", D.NEEDS_DECISION),
        ("Zara", "Smith", D.NEEDS_DECISION),
    ],
)
def test_row_needs_a_decision_when_its_address_is_known_under_another_name(
    badge: Badge, now: datetime, first: str, last: str, expected: Disposition
) -> None:
    make_agreed(badge, "zoe@example.org")
    assert dispositions(badge, row(first_name=first, last_name=last), now=now) == [expected]


@pytest.mark.parametrize("field", ["on_hold_since", "erased_at"])
def test_row_needs_a_decision_when_its_learner_is_held_or_was_erased(badge: Badge, now: datetime, field: str) -> None:
    make_agreed(badge, "zoe@example.org", **{field: now})
    assert dispositions(badge, row(), now=now) == [D.NEEDS_DECISION]


# How many questions


def test_placing_asks_as_often_for_three_hundred_rows_as_for_three(badge: Badge, now: datetime) -> None:
    emails = [f"p{number}@example.org" for number in range(300)]
    for number, email in enumerate(emails):
        make_agreed(badge, email, student_number=str(number))
    rows = [row(email, student_number=str(number)) for number, email in enumerate(emails)]
    found = {size: counted(badge, rows[:size], now) for size in (3, 300)}
    assert found == {3: ([D.READY], 8), 300: ([D.READY], 8)}


def test_placing_asks_in_parts_of_five_hundred_rows(badge: Badge, now: datetime) -> None:
    rows = [row(f"p{number}@example.org") for number in range(1001)]
    assert counted(badge, rows, now) == ([D.NEEDS_CONSENT], 9)


def counted(badge: Badge, rows: list[Facts], now: datetime) -> tuple[list[Disposition], int]:
    """The different dispositions, and the number of queries."""
    with CaptureQueriesContext(database) as queries:
        found = sorted(set(dispositions(badge, *rows, now=now)))
    return found, len(queries)
