import pytest

from issuing.enums import IssuanceStatus as S
from issuing.workflow import steps

WALKS = [
    (S.QUEUED, "sending cancelled issued"),
    (S.SENDING, "issued rejected queued unconfirmed cancelled"),
    (S.UNCONFIRMED, "issued queued rejected cancelled"),
    (S.ISSUED, ""),
    (S.REJECTED, "queued cancelled issued"),
    (S.CANCELLED, ""),
]


@pytest.mark.parametrize(("status", "targets"), WALKS)
def test_status_may_become_exactly_what_the_design_says_when_it_moves(status: S, targets: str) -> None:
    assert {to.value for to in S if steps.may_become(status, to)} == set(targets.split())


def test_table_names_every_status_when_read() -> None:
    assert set(steps.STEPS) == set(S)


@pytest.mark.parametrize("wanted", S)
def test_sources_are_the_steps_read_backwards_when_asked(wanted: S) -> None:
    assert steps.sources(wanted) == {status for status in S if wanted in steps.STEPS[status]}


def test_nothing_leads_back_when_an_issuance_has_ended_for_good() -> None:
    assert [status for status in S if not steps.STEPS[status]] == [S.ISSUED, S.CANCELLED]


def test_every_status_leads_to_an_end_when_followed() -> None:
    ends = {S.ISSUED, S.CANCELLED}

    assert [status for status in S if not ends & (steps.STEPS[status] | {status})] == []


def test_live_statuses_hold_the_key_when_no_person_must_act() -> None:
    assert {status.value for status in steps.LIVE} == {"queued", "sending", "unconfirmed", "issued"}


def test_open_statuses_are_the_live_ones_without_an_end_when_listed() -> None:
    assert steps.LIVE - {S.ISSUED} == steps.OPEN


@pytest.mark.parametrize("unknown", ["", "sent", "Queued"])
def test_unknown_status_is_refused_when_asked_about(unknown: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        steps.may_become(unknown, S.SENDING)
