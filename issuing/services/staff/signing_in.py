"""How often somebody may try to sign in: ten times in ten minutes for one name from one place, then not for a while."""

import unicodedata
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from issuing.models import SignInFailure

WINDOW = timedelta(minutes=10)
MOST_FROM_ONE_PLACE = 10
MOST_IN_ALL = 100
"""From wherever: many places guess one password together."""


def begin_sign_in(*, username: str, address: str) -> timedelta:
    """Count a try before its password is looked at, and return how long to wait instead; zero: go on.

    A try that has to wait is not counted: whoever waits is let in again, however often they try meanwhile. The one who
    signs in says so (`signed_in`); until then the try counts as failed, so that tries at the same moment count too.

    Args:
        username (str): as typed.
        address (str): where the try comes from.
    """
    now, account, place = timezone.now(), _hash(_name(username)), _hash(address)
    with transaction.atomic():
        SignInFailure.objects.filter(at__lte=now - WINDOW).delete()
        tries = SignInFailure.objects.filter(account=account, at__gt=now - WINDOW)
        until = max(_full_until(tries.filter(address=place), MOST_FROM_ONE_PLACE), _full_until(tries, MOST_IN_ALL))
        if until:
            return until
        SignInFailure.objects.create(account=account, address=place, at=now)
    return timedelta(0)


def signed_in(*, username: str, address: str) -> None:
    """Forget the tries of somebody who knew the password, made from the same place."""
    SignInFailure.objects.filter(account=_hash(_name(username)), address=_hash(address)).delete()


def _full_until(tries: QuerySet[SignInFailure], most: int) -> timedelta:
    """How long until fewer than `most` of these tries count."""
    last = list(tries.order_by("-at").values_list("at", flat=True)[:most])
    return max(timedelta(0), last[-1] + WINDOW - timezone.now()) if len(last) == most else timedelta(0)


def _name(username: str) -> str:
    return unicodedata.normalize("NFKC", username).strip().lower()


def _hash(text: str) -> str:
    return salted_hmac("issuing.sign_in", text, algorithm="sha256").hexdigest()
