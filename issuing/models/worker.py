"""Signs of life of the background worker."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker last did something; `canary` is answered every 15 seconds while all is well."""

    name = models.CharField(max_length=30, primary_key=True)
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
