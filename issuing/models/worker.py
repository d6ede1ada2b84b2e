"""Signs of life of the background worker."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker last did something; `canary` is answered every 15 seconds while all is well.

    `since` is when it answered first after the last gap, and `away_from` its last answer before that gap; that is empty
    where no badge was kept waiting by it.
    """

    name = models.CharField(max_length=30, primary_key=True)
    answered_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    away_from = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
