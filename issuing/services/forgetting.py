"""Forgets what counts no longer: tries to sign in or to get a link, sessions that have ended, what was put by."""

from importlib import import_module

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from issuing.models import LinkTry, SignInFailure
from issuing.services.consent.links import ADDRESS_WINDOW
from issuing.services.staff.signing_in import WINDOW


def forget() -> None:
    """Once an hour, for these go by themselves only when somebody tries again, or not at all."""
    now = timezone.now()
    LinkTry.objects.filter(at__lte=now - ADDRESS_WINDOW).delete()
    SignInFailure.objects.filter(at__lte=now - WINDOW).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    if sweep := getattr(cache, "sweep", None):  # Redis does it by itself
        sweep()
