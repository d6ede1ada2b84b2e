"""Where a page about consent leads back to."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from issuing.models import Learner


def asked_next(request: HttpRequest) -> str:
    """The address on this site that `next` names, else nothing."""
    address = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else ""


def learner_page(learner: Learner) -> str:
    return reverse("learner-detail", kwargs={"uuid": learner.uuid})
