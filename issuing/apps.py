"""Wiring: the only place that receives signals."""

import logging
from typing import Any

from django.apps import AppConfig
from django.db import DatabaseError, connections
from django.db.models.signals import post_migrate

log = logging.getLogger(__name__)


def _after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from issuing import enqueue  # noqa: PLC0415  (models load after the app)
    from issuing.models import ensure_email_key, triggers  # noqa: PLC0415

    triggers.install(connections[using])
    ensure_email_key()
    enqueue.ensure_schedules()


def _after_spawn(sender: Any, **kwargs: Any) -> None:
    """A worker that starts wakes what waits: whoever should have done it may have been killed."""
    from issuing.services import consent, issuances  # noqa: PLC0415  (models load after the app)

    try:
        issuances.wake_due()
        consent.wake_due()
    except DatabaseError as error:
        log.warning("Could not look for what waits at the start of a worker: %s", type(error).__name__)


class IssuingConfig(AppConfig):
    name = "issuing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django_q.signals import post_spawn  # noqa: PLC0415  (imports models)

        from issuing import checks  # noqa: F401, PLC0415  (registers itself)

        post_migrate.connect(_after_migrate, sender=self)
        post_spawn.connect(_after_spawn)
