"""Adds a learner, and corrects who one is."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from issuing.exceptions import IssuingError
from issuing.forms.learners import LearnerForm
from issuing.models import Learner, email_key
from issuing.services import learners
from issuing.services.learners import Corrected, Person
from issuing.views.access import actor
from issuing.views.learners.finding import address, query_of


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new learner; with ?badge=… it goes on to issue that badge. Asks back where somebody of that name is known."""
    form, problem, alike = LearnerForm(request.POST or None, initial=_typed(query_of(request))), "", []
    known: Learner | None = None
    if request.method == "POST" and form.is_valid():
        person = form.person()
        alike = [] if request.POST.get("another") else _namesakes(person)
        known = Learner.objects.filter(email_key=email_key(person.email)).first()
        if known or not alike:
            try:
                learner = learners.add(person=person, by=actor(request))
            except IssuingError as error:
                problem = str(error)
            else:
                messages.success(request, _("%s was added.") % learner)
                return redirect(_onwards(request, learner))
    badge = request.GET.get("badge", "")
    page = {"form": form, "problem": problem, "known": known, "badge": badge}
    page |= {"alike": [(one, _onwards(request, one)) for one in ([] if known else alike)]}
    page |= {"known_url": _onwards(request, known) if known and not known.erased_at else ""}
    return render(request, "issuing/learner_add.html", page)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Names, address and number; what waits keeps the old ones, and is said."""
    learner = get_object_or_404(Learner.objects.present(), uuid=uuid)
    form = LearnerForm(request.POST or None, initial=LearnerForm.values_of(learner))
    problem = merge_url = ""
    if request.method == "POST" and form.is_valid():
        try:
            corrected = learners.correct(learner=learner, person=form.person(), by=actor(request))
        except IssuingError as error:
            problem, merge_url = str(error), _merge_url(learner, form.person())
        else:
            messages.success(request, _told(corrected))
            return redirect("learner-detail", learner.uuid)
    page = {"learner": learner, "form": form, "problem": problem, "merge_url": merge_url}
    return render(request, "issuing/learner_edit.html", page)


def _merge_url(learner: Learner, person: Person) -> str:
    """Where to merge the learner with whoever has this address or number; empty where nobody has."""
    same = Q(email_key=email_key(person.email))
    if person.student_number:
        same |= Q(student_number=person.student_number)
    other = Learner.objects.present().filter(same).exclude(pk=learner.pk).first()
    return address("learner-merge", learner.uuid, other=other.uuid) if other else ""


def _typed(query: str) -> dict[str, str]:
    """What was searched for, as the start of a new learner."""
    if "@" in query:
        return {"email": query}
    first, _space, last = query.partition(" ")
    return {"first_name": first, "last_name": last} if not any(char.isdigit() for char in query) else {}


def _namesakes(person: Person) -> list[Learner]:
    return list(Learner.objects.present().matching(f"{person.first_name} {person.last_name}").order_by("pk")[:5])


def _onwards(request: HttpRequest, learner: Learner) -> str:
    if badge := request.GET.get("badge", ""):
        return address("issue", badge=badge, learner=learner.uuid)
    return address("learner-detail", learner.uuid)


def _told(corrected: Corrected) -> str:
    if not corrected.changed:
        return _("Nothing was changed.")
    saved = _("%s was corrected.") % corrected.learner
    if not corrected.waiting:
        return saved
    waiting = ngettext(
        "%d badge that waits still goes out with the old names and address, as it was confirmed.",
        "%d badges that wait still go out with the old names and address, as they were confirmed.",
        corrected.waiting,
    )
    return f"{saved} {waiting % corrected.waiting}"
