"""Signs of life of the background worker."""

from django.utils import timezone

from issuing.models import Heartbeat

CANARY = "canary"


def beat() -> None:
    """Say that a worker is alive and does what it is given."""
    Heartbeat.objects.update_or_create(name=CANARY, defaults={"answered_at": timezone.now()})
