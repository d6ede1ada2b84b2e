"""Writes who did what, when, to what."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from issuing.models import AuditEvent, User
from issuing.models.inserting import insert_many


def record(verb: str, subject: models.Model, *, by: User | None, **details: Any) -> AuditEvent:
    """Write one act, in the caller's transaction.

    Args:
        verb (str): a word of the program's vocabulary, e.g. `confirm`.
        subject (Model): what it was done to; its `uuid` is kept where it has one.
        by (User | None): who did it; None where the program did.
        details: plain JSON values without secrets, names or addresses.
    """
    return AuditEvent.objects.create(
        at=timezone.now(),
        actor=by,
        verb=verb,
        subject=subject._meta.model_name or "",
        subject_uuid=getattr(subject, "uuid", None),
        details=details,
    )


def record_many(verb: str, subjects: Iterable[tuple[models.Model, Mapping[str, Any]]], *, by: User | None) -> None:
    """Write the same act on many, each with its own details; several times as quick as one by one. See `record`."""
    rows = (
        {"subject": one._meta.model_name or "", "subject_uuid": getattr(one, "uuid", None), "details": dict(details)}
        for one, details in subjects
    )
    insert_many(AuditEvent, rows, common={"at": timezone.now(), "actor_id": by.pk if by else None, "verb": verb})
