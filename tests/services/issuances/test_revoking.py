"""Taking badges back: asked by staff, done by a worker, its outcome kept as it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from issuing.enums import Outcome
from issuing.exceptions import AlreadyTaken, InvalidInput, NoEffect, OutcomeUnknown, Rejected
from issuing.models import Assertion, AuditEvent, Badge, Connection, Issuance, Learner, Revocation, User
from issuing.navigatr import Assertion as RemoteAssertion
from issuing.navigatr import NavigatrClient
from issuing.practice import PracticeServer
from issuing.services import issuances
from issuing.services.issuances.sending import send
from tests.factories import make_issuance, make_user

TIMED_OUT = OutcomeUnknown("No answer within a minute.", outcome=Outcome.UNKNOWN)


@pytest.fixture
def by(transactional_db: None) -> User:
    return make_user()


@pytest.fixture
def issuance(badge: Badge) -> Issuance:
    """Really issued at the practice server."""
    issuance = make_issuance(badge)
    send(badge.provider.connection_id)
    issuance.refresh_from_db()
    assert issuance.status == "issued"
    return issuance


def ask(issuance: Issuance, by: User) -> Revocation:
    return issuances.revoke(issuance=issuance, reason="Wrong person", by=by)


def outcome(asked: Revocation) -> tuple[str, str]:
    asked.refresh_from_db()
    return asked.outcome, asked.detail


def answering(monkeypatch: pytest.MonkeyPatch, revoke: Any = None, assertion: Any = None) -> None:
    """Let the client raise or return instead of calling."""

    def instead(given: Any) -> Callable[..., Any]:
        def act(*_: Any, **__: Any) -> Any:
            if isinstance(given, Exception):
                raise given
            return RemoteAssertion.from_json(given)

        return act

    for name, given in (("revoke", revoke), ("assertion", assertion)):
        if given is not None:
            monkeypatch.setattr(NavigatrClient, name, instead(given))


def test_revoke_is_carried_out_by_a_worker(issuance: Issuance, by: User, practice: PracticeServer) -> None:
    asked = ask(issuance, by)
    assert (asked.outcome, OrmQ.objects.count() > 0) == ("", True)
    issuances.carry_out(asked.pk)
    assert outcome(asked) == ("revoked", "")
    assert (Assertion.objects.get().status, practice.practice.summary()["revoked"]) == ("Revoked", 1)
    steps = [event.details.get("step") for event in AuditEvent.objects.filter(verb="revoke").order_by("pk")]
    assert steps == ["asked", "ended"]


def test_revoke_done_twice_is_done_once(issuance: Issuance, by: User, practice: PracticeServer) -> None:
    asked = ask(issuance, by)
    for _ in range(2):
        issuances.carry_out(asked.pk)
    assert practice.practice.summary()["revoked"] == 1


def test_revoke_finds_out_that_an_earlier_try_had_worked(issuance: Issuance, by: User) -> None:
    asked = ask(issuance, by)
    issuances.carry_out(asked.pk)
    Revocation.objects.update(ended_at=None, outcome="", tried_at=timezone.now() - timedelta(minutes=6))
    issuances.carry_out(asked.pk)
    assert (outcome(asked), asked.tries) == (("revoked", ""), 2)


def test_revoke_refuses_without_reason_or_record(issuance: Issuance, by: User) -> None:
    with pytest.raises(InvalidInput, match="Say why"):
        issuances.revoke(issuance=issuance, reason=" ", by=by)
    Assertion.objects.update(issuance=None)
    with pytest.raises(InvalidInput, match="not known here"):
        ask(issuance, by)


def test_revoke_refuses_while_navigatr_is_being_asked_or_when_it_is_revoked(issuance: Issuance, by: User) -> None:
    asked = ask(issuance, by)
    with pytest.raises(AlreadyTaken, match="being asked"):
        ask(issuance, by)
    issuances.carry_out(asked.pk)
    with pytest.raises(AlreadyTaken, match="revoked at Navigatr already"):
        ask(issuance, by)


def test_words_about_somebody_who_was_erased_meanwhile_are_not_kept(
    issuance: Issuance, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(issuance, by)
    Learner.objects.filter(pk=issuance.learner_id).update(erased_at=timezone.now())
    refused = Rejected("zoe@example.org is somebody else.", outcome=Outcome.REJECTED, status_code=400)
    answering(monkeypatch, revoke=refused, assertion={"id": 1, "status": "Pending"})
    issuances.carry_out(asked.pk)
    assert outcome(asked) == ("refused", "")


@pytest.mark.parametrize(
    ("answer", "record", "said"),
    [
        (TIMED_OUT, {"id": "1", "status": "Revoked"}, ("revoked", "")),
        (TIMED_OUT, {"id": "1", "status": "Claimed"}, ("unknown", "No answer within a minute.")),
        (TIMED_OUT, TIMED_OUT, ("unknown", "No answer within a minute.")),
        ({"id": "1", "status": ""}, {"id": "1", "status": ""}, ("unknown", "")),
        (Rejected("Too late", outcome=Outcome.REJECTED), {"id": "1", "status": "Claimed"}, ("refused", "Too late")),
        (NoEffect("No right", outcome=Outcome.FORBIDDEN, status_code=403), None, ("refused", "No right")),
    ],
)
def test_revoke_says_honestly_what_came_of_it(
    issuance: Issuance, by: User, monkeypatch: pytest.MonkeyPatch, answer: Any, record: Any, said: tuple[str, str]
) -> None:
    asked = ask(issuance, by)
    answering(monkeypatch, answer, record)
    issuances.carry_out(asked.pk)
    assert outcome(asked) == said


def test_revoke_is_tried_again_where_nothing_happened(
    issuance: Issuance, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(issuance, by)
    Connection.objects.update(stop_reason="by_staff", stopped_at=timezone.now())
    issuances.carry_out(asked.pk)
    assert (outcome(asked), issuances.wake_revocations()) == (("", ""), 0)
    Revocation.objects.update(tried_at=timezone.now() - timedelta(minutes=6))
    Connection.objects.update(stop_reason="", stopped_at=None)
    assert issuances.wake_revocations() == 1
    issuances.carry_out(asked.pk)
    assert outcome(asked) == ("revoked", "")
