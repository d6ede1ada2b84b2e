"""Wiring: the only place that receives signals."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def _after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from issuing.models import ensure_email_key, triggers  # noqa: PLC0415  (models load after the app)

    triggers.install(connections[using])
    ensure_email_key()


class IssuingConfig(AppConfig):
    name = "issuing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_after_migrate, sender=self)
