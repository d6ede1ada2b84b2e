"""Erases a learner: first what it would do, then, with a note and a word, for good."""

from functools import cached_property
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from issuing.exceptions import IssuingError
from issuing.forms.rights import EraseForm
from issuing.models import Issuance, Learner
from issuing.presenters import rights
from issuing.services import erasure
from issuing.views.access import actor, manager_required


@require_http_methods(["GET", "POST"])
@never_cache
@manager_required
def erase(request: HttpRequest, uuid: UUID) -> HttpResponse:
    learner = get_object_or_404(Learner.objects.present(), uuid=uuid)
    form, problem = EraseForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["identity_note"]
        try:
            done = erasure.erase(learner=learner, identity_note=note, by=actor(request))
        except IssuingError as error:
            problem = str(error)
        else:
            messages.success(request, _said(done))
            return redirect("learner-detail", learner.uuid)
    page = ErasePage(learner)
    return render(request, "issuing/learner_erase.html", {"page": page, "form": form, "problem": problem})


class ErasePage:
    """What erasing would do now."""

    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        self._found = erasure.foresee(learner=learner)
        self.goes = rights.goes(learner, self._found)
        self.stays = rights.stays(self._found)
        self.alike = self._found.alike

    @property
    def on_the_way(self) -> list[Issuance]:
        """Badges that must arrive, or be settled, first."""
        return self._found.on_the_way

    @property
    def sent(self) -> list[Issuance]:
        """What Navigatr holds, as far as it came from here."""
        return self._found.sent

    @cached_property
    def support_text(self) -> str:
        return rights.support_text(self.learner, self._found)


def _said(done: erasure.Erased) -> str:
    said = [_("The learner was erased.")]
    if done.cancelled:
        stopped = ngettext("%d badge was stopped.", "%d badges were stopped.", done.cancelled)
        said.append(stopped % done.cancelled)
    return " ".join(said)
