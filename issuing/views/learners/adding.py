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
from issuing.forms.learners import LearnerForm, ReasonForm
from issuing.models import Learner, User, email_key
from issuing.permissions import is_manager, managers
from issuing.presenters import learners as words
from issuing.presenters.asking import after_correction
from issuing.queries.asking import open_request
from issuing.services import learners
from issuing.services.learners import Corrected, Person
from issuing.views.access import actor
from issuing.views.consent.addresses import asked_next
from issuing.views.learners.finding import address, query_of


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new learner; with ?badge=… it goes on to issue that badge. Asks back where somebody of that name is known."""
    page = AddPage(request)
    if page.is_to_be_saved:
        try:
            learner = page.save(actor(request))
        except IssuingError as error:
            page.problem = str(error)
        else:
            messages.success(request, _("%s was added.") % learner)
            return redirect(page.onwards(learner))
    return render(request, "issuing/learner_add.html", {"page": page})


class AddPage:
    """Who was typed, and who is known here under that address or name.

    Args:
        asked (str): when whoever has that address asked to be erased; a manager may add them again.
        next (str): a class list's row that waits for them; empty where the page was opened by itself.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.form = LearnerForm(request.POST or None, initial=_typed(query_of(request)))
        self.badge, self.next, self.problem = request.GET.get("badge", ""), asked_next(request), ""
        self.may_add_again, self.managers = is_manager(request.user), managers()
        is_whole = request.method == "POST" and self.form.is_valid()
        self.person = self.form.person() if is_whole else None
        self.known = _known(self.person) if self.person else None
        self.asked = words.asked_to_be_erased(self.known)
        self.is_again = bool(self.asked and "again" in request.POST)
        self.reason = ReasonForm(request.POST if self.is_again else None)
        is_asked = self.person is None or self.known or "another" in request.POST
        self.alike = [] if is_asked or self.person is None else _namesakes(self.person)

    @property
    def is_to_be_saved(self) -> bool:
        if self.asked:
            return self.is_again and self.reason.is_valid()
        return self.person is not None and not self.alike

    def save(self, by: User) -> Learner:
        """The new learner; who is known, or may not be added, is refused by the service."""
        assert self.person is not None  # noqa: S101 - saved only once the form is whole
        if self.is_again:
            return learners.add_again(person=self.person, reason=self.reason.cleaned_data["reason"], by=by)
        return learners.add(person=self.person, by=by)

    def onwards(self, learner: Learner) -> str:
        if self.badge:
            return address("issue", badge=self.badge, learner=learner.uuid)
        return self.next or address("learner-detail", learner.uuid)

    @property
    def known_url(self) -> str:
        """Where to go on with whoever has that address; empty where nobody has."""
        return self.onwards(self.known) if self.known and not self.known.erased_at else ""

    @property
    def namesakes(self) -> list[tuple[Learner, str]]:
        return [(one, self.onwards(one)) for one in self.alike]


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
            if to_do := after_correction(open_request(corrected.learner), corrected.learner):
                messages.warning(request, to_do)
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


def _known(person: Person) -> Learner | None:
    return Learner.objects.filter(email_key=email_key(person.email)).first()


def _namesakes(person: Person) -> list[Learner]:
    return list(Learner.objects.present().matching(f"{person.first_name} {person.last_name}").order_by("pk")[:5])


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
