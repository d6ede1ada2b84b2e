"""The page on which a person says whether a badge is on Navigatr's list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from issuing.enums import IssuanceStatus, StatusReason
from issuing.exceptions import IssuingError
from issuing.forms.settling import AGAIN, SettleForm
from issuing.models import Attempt, Issuance, Look
from issuing.services import settling
from issuing.views.access import actor


@require_http_methods(["GET", "POST"])
def issuance_settle(request: HttpRequest, uuid: UUID) -> HttpResponse:
    issuance = get_object_or_404(Issuance.objects.select_related("badge__provider", "learner"), uuid=uuid)
    form = SettleForm(request.POST or None, initial={"attempt_no": issuance.attempt_no})
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            said = _take_word(request, issuance, form)
        except IssuingError as error:
            problem = str(error)
        else:
            messages.success(request, said)
            return redirect("issuance-detail", uuid=uuid)
    context = {"form": form, "problem": problem, "page": SettlePage(issuance)}
    return render(request, "issuing/issuance_settle.html", context)


def _take_word(request: HttpRequest, issuance: Issuance, form: SettleForm) -> str:
    """Write what they saw, and return what to tell them."""
    word = {
        "issuance": issuance,
        "attempt_no": form.cleaned_data["attempt_no"],
        "reason": form.cleaned_data["reason"],
        "by": actor(request),
    }
    if form.cleaned_data["verdict"] == AGAIN:
        settling.send_again(**word)
        return _("It will be sent again now.")
    settling.mark_sent(**word)
    return _("Marked as sent.")


class SettlePage:
    """What is known of a badge that got no answer."""

    def __init__(self, issuance: Issuance) -> None:
        self.issuance = issuance
        self.attempt = Attempt.objects.filter(issuance=issuance, number=issuance.attempt_no).first()
        self.looks = Look.objects.filter(issuance=issuance, attempt_no=issuance.attempt_no).order_by("began_at")
        self.is_open = issuance.status == IssuanceStatus.UNCONFIRMED
        self.is_for_a_person = self.is_open and issuance.reason == StatusReason.TO_DECIDE
