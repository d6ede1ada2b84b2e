"""What staff decide about a link or a receipt that did not reach its learner."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from issuing.enums import MailStatus
from issuing.models import ConsentMail, Learner
from issuing.presenters.mails import Stranded
from issuing.queries import mails as reads
from issuing.services import consent
from issuing.views.access import actor
from issuing.views.consent.addresses import do_and_return

MOST = 50


def stranded(learner: Learner | None = None) -> list[Stranded]:
    """Those that wait for a person, the latest first; at most fifty, for each that is dealt with makes room."""
    found = reads.stranded(learner).select_related("learner__merged_into").order_by("-pk")
    return [Stranded(mail) for mail in found[:MOST]]


@require_POST
def again(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """E-mail it once more."""
    found = _found(uuid)
    return do_and_return(
        request, lambda: consent.mail_again(mail=found, by=actor(request)), _("It is e-mailed once more.")
    )


@require_POST
def aside(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """Nothing is to be done about it; what was perhaps sent has arrived."""
    found = _found(uuid)
    said = _("Noted: it arrived.") if found.status == MailStatus.PERHAPS else _("Noted: nothing more to do.")
    return do_and_return(request, lambda: consent.set_aside(mail=found, by=actor(request)), said)


@require_POST
def undelivered(request: HttpRequest, uuid: uuid.UUID) -> HttpResponse:
    """It came back."""
    found = _found(uuid)
    said = _("Noted: it was not delivered. Correct their address, then send it again.")
    return do_and_return(request, lambda: consent.mail_undelivered(mail=found, by=actor(request)), said)


def _found(uuid: uuid.UUID) -> ConsentMail:
    return get_object_or_404(ConsentMail.objects.select_related("learner__merged_into"), uuid=uuid, request=None)
