"""The personal links with which learners answer and withdraw, and how somebody gets theirs again."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from issuing import enqueue
from issuing.enums import MailKind, MailStatus
from issuing.exceptions import AlreadyTaken
from issuing.fields import Secret
from issuing.models import ConsentLink, ConsentMail, Learner, LinkTry, email_key
from issuing.services.learners import lock_present
from issuing.validators import normalise_email

BYTES = 24
PLACE_WINDOW = timedelta(minutes=10)
MOST_FROM_ONE_PLACE = 100
"""A whole class behind one address may ask within ten minutes."""
ADDRESS_WINDOW = timedelta(days=1)
MOST_TO_ONE_ADDRESS = 3


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose link it is.

    Args:
        is_current (bool): whether it went to the address on file. Another address may be another person's: it may say
            no and withdraw, but not agree.
    """

    learner: Learner
    is_current: bool


def holder(token: str) -> Holder | None:
    """Whose link this is; None for a wrong one, and once the learner was erased."""
    links = ConsentLink.objects.select_related("learner")
    link = links.filter(token_hash=_hash(token)).first()
    if link is None:
        return None
    learner = link.learner
    while learner.merged_into is not None:
        learner = learner.merged_into
    if learner.erased_at is not None:
        return None
    return Holder(learner, link.email_key == learner.email_key)


def link_of(learner: Learner) -> ConsentLink:
    """The link that goes to a learner's address, made where there is none; in the caller's transaction."""
    found = ConsentLink.objects.filter(learner=learner, email_key=learner.email_key).first()
    if found is not None:
        return found
    token = secrets.token_urlsafe(BYTES)
    return ConsentLink.objects.create(
        learner=learner,
        email_key=learner.email_key,
        token_hash=_hash(token),
        secret=Secret(token),
        made_at=timezone.now(),
    )


def url_of(link: ConsentLink) -> str:
    """The whole address.

    Raises:
        SecretUnreadable: the keys do not fit.
    """
    return settings.PUBLIC_URL + reverse("asking-answer", args=[link.secret.reveal()])


def ask_for_link(*, address: str, place: str) -> timedelta:
    """E-mail the link of whoever has this address on file; returns how long to wait instead, zero: it was looked at.

    Nothing tells whether the address is known. More than three times a day nothing is sent to it.

    Args:
        address (str): as typed.
        place (str): where the request comes from.

    Raises:
        InvalidInput: it is no e-mail address.
    """
    key, now = email_key(normalise_email(address)), timezone.now()
    here = salted_hmac("issuing.link_try", place, algorithm="sha256").hexdigest()
    with transaction.atomic():
        LinkTry.objects.filter(at__lte=now - ADDRESS_WINDOW).delete()
        last = LinkTry.objects.filter(place=here, at__gt=now - PLACE_WINDOW).order_by("-at")
        times = list(last.values_list("at", flat=True)[:MOST_FROM_ONE_PLACE])
        if len(times) == MOST_FROM_ONE_PLACE:
            return max(timedelta(seconds=1), times[-1] + PLACE_WINDOW - now)
        may_mail = LinkTry.objects.filter(address=key, at__gt=now - ADDRESS_WINDOW).count() < MOST_TO_ONE_ADDRESS
        LinkTry.objects.create(address=key, place=here, at=now)
    if may_mail:
        _mail_link(key)
    return timedelta(0)


def _mail_link(key: str) -> None:
    learner = Learner.objects.present().filter(email_key=key).first()
    if learner is None:
        return
    try:
        with transaction.atomic():
            lock_present(learner.pk)
            waiting = {"kind": MailKind.LINK, "learner": learner, "status": MailStatus.WAITING}
            if not ConsentMail.objects.filter(**waiting).exists():
                ConsentMail.objects.create(due_at=timezone.now(), **waiting)
                enqueue.mail()
    except AlreadyTaken:  # merged or erased this very moment
        return


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
