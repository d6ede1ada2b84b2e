"""Names and addresses: one's own, and a colleague's for managers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from issuing.exceptions import IssuingError
from issuing.forms.staff import DetailsForm
from issuing.models import User
from issuing.services import staff
from issuing.views.access import actor, manager_required

FIELDS = ("first_name", "last_name", "email")


@require_http_methods(["GET", "POST"])
@never_cache
def details_change(request: HttpRequest) -> HttpResponse:
    return _corrected(request, actor(request), done="home")


@require_http_methods(["GET", "POST"])
@never_cache
@manager_required
def staff_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _corrected(request, get_object_or_404(User, uuid=uuid), done="staff-list")


def _corrected(request: HttpRequest, user: User, *, done: str) -> HttpResponse:
    """The form with what is known, or the next page once it is corrected."""
    form, problem = DetailsForm(request.POST or None, initial={name: getattr(user, name) for name in FIELDS}), ""
    if request.method == "POST" and form.is_valid():
        try:
            now = staff.correct(user, details=form.details(), by=actor(request))
        except IssuingError as error:
            problem = str(error)
        else:
            messages.success(request, _said(user, now, is_own=user == request.user))
            return redirect(done)
    told = {"person": user, "is_own": done == "home", "form": form, "problem": problem}
    return render(request, "issuing/staff_edit.html", told)


def _said(before: User, now: User, *, is_own: bool) -> str:
    told = {"name": now.display_name, "username": now.username}
    saved = _("Your details are saved.") if is_own else _("The details of %(name)s are saved.") % told
    if before.username == now.username:
        return saved
    follows = _("From now on you sign in as %(username)s.") if is_own else _("They sign in as %(username)s now.")
    return f"{saved} {follows % told}"
