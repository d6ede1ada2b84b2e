"""One method changes a status: by the table of steps, for the attempt it belongs to, or not at all."""

from typing import Any

import pytest

from issuing.enums import IssuanceStatus as S
from issuing.exceptions import StepRefused
from issuing.models import Issuance
from issuing.workflow.steps import STEPS
from tests import factories as make
from tests.models.breaches import NOW

pytestmark = pytest.mark.django_db
STEPS_THERE_ARE = sorted((source, to) for source, targets in STEPS.items() for to in targets)
STEPS_THERE_ARE_NOT = sorted((source, to) for source in S for to in S if to not in STEPS[source])
LATER = NOW.replace(hour=15)


def standing(status: S) -> Issuance:
    """An issuance with two attempts behind it, in this status."""
    badge = make.make_badge()
    learner = make.make_agreed(badge)
    needs: dict[str, Any] = {"allowed_by": learner.consent_records.get(), "reason": "sent_back"}
    if status == S.ISSUED:
        needs["issued_at"] = NOW
    return make.make_issuance(badge, learner, status=status, attempt_no=2, changed_at=NOW, **needs)


def step(issuance: Issuance, to: S, *, attempt_no: int | None = 2, **fields: Any) -> bool:
    sources = [S(issuance.status)]
    needs = {"reason": "stopped_by_staff"} if to in (S.REJECTED, S.CANCELLED) else {}
    return Issuance.step(issuance.pk, attempt_no=attempt_no, sources=sources, to=to, at=LATER, **needs | fields)


@pytest.mark.parametrize(("source", "to"), STEPS_THERE_ARE)
def test_status_changes_with_its_time_when_the_table_has_the_step(source: S, to: S) -> None:
    issuance = standing(source)

    assert step(issuance, to)
    issuance.refresh_from_db()
    issued_at = LATER if to == S.ISSUED else None
    assert (issuance.status, issuance.changed_at, issuance.issued_at) == (to, LATER, issued_at)


@pytest.mark.parametrize(("source", "to"), STEPS_THERE_ARE_NOT)
def test_status_is_refused_when_the_table_has_no_such_step(source: S, to: S) -> None:
    issuance = standing(source)

    with pytest.raises(StepRefused, match=f"to {to}"):
        step(issuance, to)
    assert Issuance.objects.get().status == source


def test_status_stays_when_somebody_else_changed_it_before() -> None:
    issuance = standing(S.QUEUED)
    Issuance.objects.update(status=S.SENDING)

    assert (step(issuance, S.CANCELLED), Issuance.objects.get().status) == (False, S.SENDING)


@pytest.mark.parametrize(("attempt_no", "changed"), [(1, False), (2, True), (3, False), (None, True)])
def test_status_changes_only_for_its_own_attempt_when_there_was_another(attempt_no: int | None, changed: bool) -> None:
    assert step(standing(S.SENDING), S.UNCONFIRMED, attempt_no=attempt_no) == changed


def test_earlier_reason_goes_when_the_status_changes() -> None:
    issuance = standing(S.QUEUED)
    step(issuance, S.SENDING)
    issuance.refresh_from_db()

    assert (issuance.reason, issuance.detail) == ("", "")


def test_another_issuance_stays_when_one_changes() -> None:
    issuance = standing(S.QUEUED)
    other = make.make_issuance(issuance.badge)
    step(issuance, S.SENDING)

    assert Issuance.objects.get(pk=other.pk).status == S.QUEUED
