"""What every page knows without asking for it."""

from django.conf import settings
from django.http import HttpRequest


def instance(_: HttpRequest) -> dict[str, object]:
    """Which instance this is, and whose."""
    return {"is_practice": settings.IS_PRACTICE, "organisation_name": settings.ORGANISATION_NAME}
