"""Hands out everything that is held about one learner, as plain values."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from issuing.fields import decrypt
from issuing.models import (
    Attempt,
    AuditEvent,
    ConsentMail,
    ConsentRecord,
    ConsentRequest,
    Issuance,
    Learner,
    RightsRequest,
    RosterRow,
    User,
)
from issuing.queries import personal
from issuing.services import audit

_LEARNER: Final = (
    *("uuid", "first_name", "last_name", "email", "student_number", "created_at"),
    *("on_hold_since", "on_hold_note", "under_13_since", "erased_at"),
)
_CONSENT: Final = (
    *("uuid", "decision", "decided_at", "route", "giver", "giver_name", "giver_relation", "giver_reason"),
    *("giver_contact", "ends_at", "evidence_note"),
    *("recorded_at", "recorded_by", "invalidated_at", "invalidated_by", "invalidated_note"),
)
_BADGE: Final = (
    *("uuid", "status", "reason", "detail", "first_name", "last_name", "email", "organisation", "issue_date"),
    *("end_date", "evidence_text", "evidence_url", "reissue_no", "reissue_reason", "confirmed_at", "confirmed_by"),
    *("not_before", "changed_at", "issued_at", "perhaps_twice_since"),
)
_ATTEMPT: Final = ("number", "claimed_at", "ended_at", "outcome", "effect", "status_code", "detail", "assertion_id")
_ASSERTION: Final = ("navigatr_id", "status", "time_created", "time_claimed", "read_at")
_REVOCATION: Final = ("reason", "asked_at", "asked_by", "ended_at", "outcome", "detail")
_LOOK: Final = ("attempt_no", "began_at", "matches", "doubt", "verdict")
_ROW: Final = (
    *("row_no", "first_name", "last_name", "email", "student_number", "organisation", "issue_date", "end_date"),
    *("evidence_text", "evidence_url", "problems", "repairs", "disposition", "decision", "decided_at", "decided_by"),
)
_ASKED: Final = ("asked_at", "asked_by", "ends_at", "answer", "answered_at", "stopped_at", "stopped_by")
_MAIL: Final = ("kind", "status", "due_at", "ended_at", "detail")
_REQUEST: Final = ("right", "received_on", "due_on", "noted_at", "noted_by", "closed_at", "closed_by")


def export(*, learner: Learner, by: User) -> dict[str, Any]:
    """The same as `held`, and a note that it was handed out."""
    with transaction.atomic():
        audit.record("export", learner, by=by)
        return held(learner=learner, by=by)


def held(*, learner: Learner, by: User) -> dict[str, Any]:
    """Everything that is held about one learner, as JSON values: times as ISO 8601, staff by their names.

    Of an entry that was erased before they came back it is what was left: badges and answers without a name. Keyed
    hashes and the files of class lists are left out; a file that proves an answer is there whole, in base 64, unless
    it proves the answers of others too.
    """
    return {
        "made_at": _plain(timezone.now()),
        "made_by": by.display_name,
        "organisation": settings.ORGANISATION_NAME,
        "learner": _values(learner, _LEARNER) | _entries(learner),
        "consent": [_consent(one) for one in _consents(learner)],
        "asked": [_about(one) | _values(one, _ASKED) for one in _asked(learner)],
        "mails": _all(_mails(learner), _MAIL),
        "badges": [_badge(one) for one in _badges(learner)],
        "roster_rows": [_row(one) for one in personal.rows_about(learner).select_related("roster__uploaded_by")],
        "requests": _all(_requests(learner), _REQUEST),
        "acts": [_act(one) for one in personal.acts_about(learner)],
    }


def _entries(learner: Learner) -> dict[str, Any]:
    """Their other entries here: those merged into this one, and those that were erased before they came back."""
    merged = [str(one.uuid) for one in personal.entries_of(learner)[1:]]
    return {"merged": merged, "erased_before": [_plain(one.erased_at) for one in _came_from(learner)]}


def _came_from(learner: Learner) -> list[Learner]:
    return list(learner.came_from.order_by("erased_at"))


def _consents(learner: Learner) -> Iterable[ConsentRecord]:
    related = ("text__statement__provider", "text__statement__badge", "recorded_by", "invalidated_by")
    found = ConsentRecord.objects.filter(learner__in=[learner, *_came_from(learner)])
    return found.select_related(*related, "evidence", "shared_evidence").order_by("decided_at", "pk")


def _consent(record: ConsentRecord) -> dict[str, Any]:
    return _values(record, _CONSENT) | {"words": _words(record), "evidence": _evidence(record)}


def _evidence(record: ConsentRecord) -> dict[str, Any] | None:
    """The file that proves the answer, whole; None where there is none. One that may show others too is only named."""
    file = record.proof
    if file is None:
        return None
    if file.record_id is None:
        return _values(file, ("name", "kind", "size", "sha256")) | {"content": None, "shows_others": True}
    content = b64encode(decrypt(bytes(file.sealed), str(file.uuid))).decode()
    return _values(file, ("name", "kind", "size", "sha256")) | {"content": content}


def _words(record: ConsentRecord) -> dict[str, Any] | None:
    """The exact wording that was answered to; None where it is not certain."""
    if record.text is None:
        return None
    statement = record.text.statement
    return {
        "provider": statement.provider.name,
        "badge": statement.badge.name if statement.badge else None,
        "version": statement.version,
        "kind": statement.kind,
        "published_at": _plain(statement.published_at),
        "language": record.text.language,
        "body": record.text.body,
        "sha256": record.text.sha256,
    }


def _asked(learner: Learner) -> Iterable[ConsentRequest]:
    theirs = ConsentRequest.objects.filter(learner__in=personal.entries_of(learner))
    related = ("text__statement__provider", "text__statement__badge", "asked_by", "stopped_by")
    return theirs.select_related(*related).order_by("pk")


def _about(request: ConsentRequest) -> dict[str, Any]:
    """Whose badges they were asked about, or which one with words of its own, and with which version."""
    statement = request.text.statement
    badge = statement.badge.name if statement.badge else None
    return {"provider": statement.provider.name, "badge": badge, "version": statement.version}


def _mails(learner: Learner) -> Iterable[ConsentMail]:
    return ConsentMail.objects.filter(learner__in=personal.entries_of(learner)).order_by("pk")


def _badges(learner: Learner) -> Iterable[Issuance]:
    related = ("badge__provider", "roster", "confirmed_by", "allowed_by")
    found = Issuance.objects.filter(learner__in=[learner, *_came_from(learner)])
    found = found.select_related(*related).order_by("pk")
    return found.prefetch_related("attempts", "assertions", "revocations__asked_by", "looks")


def _badge(issuance: Issuance) -> dict[str, Any]:
    allowed_by = issuance.allowed_by
    return {
        "badge": issuance.badge.name,
        "provider": issuance.badge.provider.name,
        **_values(issuance, _BADGE),
        "roster": _roster_name(issuance.roster) if issuance.roster else None,
        "allowed_by": str(allowed_by.uuid) if allowed_by else None,
        "attempts": [_attempt(one) for one in sorted(issuance.attempts.all(), key=lambda one: one.number)],
        "looks": _all(issuance.looks.all(), _LOOK),
        "navigatr_records": _all(issuance.assertions.all(), _ASSERTION),
        "revocations": _all(issuance.revocations.all(), _REVOCATION),
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return _values(attempt, _ATTEMPT) | {"answer": attempt.answer}


def _row(row: RosterRow) -> dict[str, Any]:
    roster = row.roster
    told = {"roster": _roster_name(roster), "uploaded_at": _plain(roster.uploaded_at)}
    return told | {"uploaded_by": roster.uploaded_by.display_name} | _values(row, _ROW)


def _roster_name(roster: Any) -> str:
    return f"{roster.file_name} ({roster.group})" if roster.group else str(roster.file_name)


def _requests(learner: Learner) -> Iterable[RightsRequest]:
    theirs = RightsRequest.objects.filter(learner__in=personal.entries_of(learner))
    return theirs.select_related("noted_by", "closed_by").order_by("pk")


def _act(event: AuditEvent) -> dict[str, Any]:
    return _values(event, ("at", "verb", "subject", "details")) | {"by": _plain(event.actor)}


def _all(rows: Iterable[Model], names: Sequence[str]) -> list[dict[str, Any]]:
    return [_values(row, names) for row in rows]


def _values(row: Model, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    """A value as JSON has it; None for what is empty."""
    if isinstance(value, User):
        return value.display_name
    if isinstance(value, datetime):
        return timezone.localtime(value, timezone.get_default_timezone()).isoformat(timespec="seconds")
    if isinstance(value, (date, UUID)):
        return str(value)
    return None if value == "" else value
