"""An act is written with what it tells of, in the same transaction, and holds no secret."""

import pytest
from django.db import transaction

from issuing.fields import Secret
from issuing.models import AuditEvent, Heartbeat
from issuing.services import audit
from tests.factories import LONG_AGO, make_connection, make_user

pytestmark = pytest.mark.django_db


def test_act_is_kept_with_who_and_what_when_recorded() -> None:
    account, by = make_connection(), make_user()
    event = audit.record("stop", account, by=by, reason="by_staff")
    kept = AuditEvent.objects.get(pk=event.pk)

    assert (kept.verb, kept.subject, kept.subject_uuid, kept.actor) == ("stop", "connection", account.uuid, by)
    assert (kept.details, kept.at > LONG_AGO) == ({"reason": "by_staff"}, True)


def test_program_has_no_name_when_it_acts_itself() -> None:
    assert audit.record("stop", make_connection(), by=None).actor is None


def test_row_without_uuid_is_named_by_its_kind_when_recorded() -> None:
    event = audit.record("record", Heartbeat(), by=None)

    assert (event.subject, event.subject_uuid) == ("heartbeat", None)


def test_event_goes_with_its_act_when_the_transaction_fails() -> None:
    account = make_connection()
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("stop", account, by=None)
        raise RuntimeError

    assert AuditEvent.objects.count() == 0


def test_secret_is_refused_when_given_as_a_detail() -> None:
    with pytest.raises(TypeError), transaction.atomic():
        audit.record("connect", make_connection(), by=None, token=Secret("t"))


def test_many_are_kept_as_one_is() -> None:
    accounts, by = [make_connection(), make_connection(navigatr_user_id="2")], make_user()
    audit.record_many("stop", ((account, {"number": number}) for number, account in enumerate(accounts)), by=by)
    kept = AuditEvent.objects.order_by("pk").values_list("verb", "subject", "subject_uuid", "actor", "details")
    assert list(kept) == [("stop", "connection", one.uuid, by.pk, {"number": n}) for n, one in enumerate(accounts)]
    assert AuditEvent.objects.earliest("at").at > LONG_AGO
