"""History is only added to, and what has an identity keeps it: held by the database itself, on both kinds."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db import connection as database

from issuing.models import (
    Attempt,
    AuditEvent,
    Badge,
    ConsentRecord,
    ConsentStatement,
    ConsentText,
    Provider,
    triggers,
)
from tests import factories as make
from tests.models.breaches import NOW, attempt

ENDED: dict[str, Any] = {
    "outcome": "issued",
    "effect": "one",
    "ended_at": NOW,
    "status_code": 200,
    "detail": "Navigatr's words",
    "assertion_id": "8001",
    "answer": {"id": 8001},
}


@pytest.fixture
def begun(db: None) -> Attempt:
    return attempt(make.make_issuance(make.make_badge()))


@pytest.fixture
def ended(begun: Attempt) -> Attempt:
    Attempt.objects.update(**ENDED)
    begun.refresh_from_db()
    return begun


@pytest.fixture
def event(db: None) -> AuditEvent:
    return AuditEvent.objects.create(at=NOW, actor=None, verb="confirm", subject="roster")


def refusal(act: Callable[[], object]) -> str:
    """The words of the trigger that refused."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    return str(caught.value).splitlines()[0]


def test_attempt_is_filled_in_when_it_ends(ended: Attempt) -> None:
    assert {name: getattr(ended, name) for name in ENDED} == ENDED


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "unknown"},
        {"effect": "none"},
        {"ended_at": NOW.replace(year=2027)},
        {"status_code": 500},
        {"status_code": None},
        {"assertion_id": "9999"},
        {"slot_at": NOW.replace(year=2027)},
        {"detail": "other words"},
        {"answer": {"id": 9999}},
    ],
)
def test_attempt_is_not_filled_in_again_when_it_has_ended(change: dict[str, Any], ended: Attempt) -> None:
    assert refusal(lambda: Attempt.objects.update(**change)) == "an attempt is filled in once"


@pytest.mark.parametrize(
    "change", [{"number": 2}, {"secret_version": 2}, {"worker": "x"}, {"claimed_at": NOW.replace(year=2027)}]
)
def test_attempt_stays_the_same_call_when_it_is_still_open(change: dict[str, Any], begun: Attempt) -> None:
    assert refusal(lambda: Attempt.objects.update(**change)) == "an attempt is filled in once"


def test_attempt_goes_to_no_other_issuance_when_it_is_still_open(begun: Attempt) -> None:
    other = make.make_issuance(begun.issuance.badge)

    assert refusal(lambda: Attempt.objects.update(issuance=other)) == "an attempt is filled in once"


def test_attempt_takes_another_slot_when_it_is_still_open(begun: Attempt) -> None:
    later = NOW.replace(hour=13)

    assert (Attempt.objects.update(slot_at=later), Attempt.objects.get().slot_at) == (1, later)


def test_words_of_an_attempt_are_blanked_when_a_learner_is_erased(ended: Attempt) -> None:
    Attempt.objects.update(detail="", answer=None)
    ended.refresh_from_db()

    assert (ended.detail, ended.answer, ended.outcome) == ("", None, "issued")


def test_attempt_is_not_deleted_when_asked(ended: Attempt) -> None:
    assert refusal(Attempt.objects.all().delete) == "an attempt is never deleted"


def test_audit_event_is_not_deleted_when_asked(event: AuditEvent) -> None:
    assert refusal(event.delete) == "an audit event is never deleted"


@pytest.mark.parametrize("change", [{"verb": "stop"}, {"details": {"a": 1}}, {"at": NOW.replace(year=2027)}])
def test_audit_event_is_not_changed_when_asked(change: dict[str, Any], event: AuditEvent) -> None:
    assert refusal(lambda: AuditEvent.objects.update(**change)) == "an audit event is never changed"


@pytest.mark.parametrize(
    "details", [{}, {"verdict": "sent"}, {"attempt": 1}, {"attempt": 1, "verdict": "sent", "reason": "other"}]
)
def test_audit_event_loses_nothing_but_its_reason(details: dict[str, Any], event: AuditEvent) -> None:
    told = {"attempt": 1, "verdict": "sent", "reason": "Zoë’s list"}
    act = AuditEvent.objects.create(at=NOW, actor=None, verb="settle", subject="issuance", details=told)
    assert refusal(lambda: AuditEvent.objects.filter(pk=act.pk).update(details=details)) == (
        "an audit event is never changed"
    )
    AuditEvent.objects.filter(pk=act.pk).update(details={"attempt": 1, "verdict": "sent"})
    act.refresh_from_db()
    assert act.details == {"attempt": 1, "verdict": "sent"}


@pytest.mark.parametrize("change", [{"body": "We sell…\n"}, {"sha256": "1" * 64}, {"language": "cy"}])
def test_published_words_never_change(change: dict[str, Any], db: None) -> None:
    make.make_text(make.make_provider())

    assert refusal(lambda: ConsentText.objects.update(**change)) == "published words never change"


@pytest.mark.parametrize("change", [{"version": 2}, {"kind": "elsewhere"}, {"is_minor": True}, {"published_at": NOW}])
def test_published_version_never_changes(change: dict[str, Any], db: None) -> None:
    make.make_text(make.make_provider())

    assert refusal(lambda: ConsentStatement.objects.update(**change)) == "a published version never changes"


@pytest.mark.parametrize("change", [{"decision": "declined"}, {"decided_at": NOW}, {"text": None}, {"route": "phone"}])
def test_answer_is_never_changed(change: dict[str, Any], db: None) -> None:
    make.make_consent(make.make_learner(), make.make_text(make.make_provider()))

    assert refusal(lambda: ConsentRecord.objects.update(**change)) == "an answer is never changed"


@pytest.mark.parametrize("change", [{"host": "elsewhere"}, {"navigatr_id": 13}])
def test_organisation_keeps_its_identity_when_changed(change: dict[str, Any], db: None) -> None:
    make.make_provider()

    assert refusal(lambda: Provider.objects.update(**change)) == "an organisation is never another"


def test_organisation_takes_another_account_and_name_when_changed(db: None) -> None:
    make.make_provider()
    account = make.make_connection()
    Provider.objects.update(name="New name", connection=account)

    assert Provider.objects.values_list("name", "connection").get() == ("New name", account.pk)


def test_badge_keeps_its_number_when_changed(db: None) -> None:
    make.make_badge()

    assert refusal(lambda: Badge.objects.update(navigatr_id=99)) == "a badge is never another"


def test_badge_stays_with_its_organisation_when_changed(db: None) -> None:
    badge = make.make_badge()
    other = make.make_provider(badge.provider.connection, navigatr_id=13)

    assert refusal(lambda: Badge.objects.update(provider=other)) == "a badge is never another"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", ["migrate", "flush"])
def test_triggers_are_back_when_the_tables_were_made_anew(command: str) -> None:
    triggers.remove(database)
    call_command(command, interactive=False, verbosity=0)
    event = AuditEvent.objects.create(at=NOW, actor=None, verb="confirm", subject="roster")

    assert refusal(event.delete) == "an audit event is never deleted"


@pytest.mark.django_db(transaction=True)
def test_audit_event_can_be_deleted_when_triggers_are_taken_away() -> None:
    triggers.remove(database)
    AuditEvent.objects.create(at=NOW, actor=None, verb="confirm", subject="roster").delete()

    assert AuditEvent.objects.count() == 0


def test_triggers_stand_once_when_installed_again(event: AuditEvent) -> None:
    triggers.install(database)

    assert refusal(event.delete) == "an audit event is never deleted"
