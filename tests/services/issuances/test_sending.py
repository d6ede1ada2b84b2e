"""The sender against the practice server: real sockets, real threads, both databases."""

import pytest

from issuing.enums import IssuanceStatus, Outcome
from issuing.models import Badge, Issuance
from issuing.practice import PracticeServer
from issuing.services import issuances
from tests.factories import make_issuance


def send_all(badge: Badge) -> None:
    issuances.send(badge.provider.connection_id)


def test_sender_issues_everything_once_when_nothing_is_in_the_way(badge: Badge, practice: PracticeServer) -> None:
    rows = [make_issuance(badge) for _ in range(5)]
    send_all(badge)
    assert {row.status for row in Issuance.objects.all()} == {IssuanceStatus.ISSUED}
    assert practice.practice.summary()["recipients"] == {row.email: 1 for row in rows}
