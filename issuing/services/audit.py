"""Writes who did what, when, to what."""

from typing import Any

from django.db import models
from django.utils import timezone

from issuing.models import AuditEvent, User


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
