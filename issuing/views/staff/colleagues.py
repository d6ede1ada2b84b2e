"""Colleagues: who has access, as what; for managers."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from issuing.enums import Role
from issuing.exceptions import IssuingError
from issuing.forms.staff import ColleagueForm
from issuing.models import User
from issuing.services import staff
from issuing.views.access import actor, manager_required
from issuing.views.acting import do
from issuing.views.staff.links import shown


@require_safe
@never_cache
@manager_required
def staff_list(request: HttpRequest) -> HttpResponse:
    every = User.objects.select_related("sign_in_link").order_by("-is_active", "first_name", "username")
    return render(request, "issuing/staff_list.html", {"rows": [_row(user) for user in every]})


@require_http_methods(["GET", "POST"])
@never_cache
@manager_required
def staff_add(request: HttpRequest) -> HttpResponse:
    form = ColleagueForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            link = staff.add(colleague=form.colleague(), by=actor(request))
        except IssuingError as error:
            problem = str(error)
        else:
            return render(request, "issuing/staff_link.html", {"page": shown(link, is_new=True)})
    return render(request, "issuing/staff_add.html", {"form": form, "problem": problem})


@require_POST
@never_cache
@manager_required
def staff_link(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = get_object_or_404(User, uuid=uuid)
    try:
        link = staff.make_link(user, by=actor(request))
    except IssuingError as error:
        messages.error(request, str(error))
        return redirect("staff-list")
    return render(request, "issuing/staff_link.html", {"page": shown(link, is_new=False)})


@require_POST
@manager_required
def staff_role(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = get_object_or_404(User, uuid=uuid)
    role = Role.MANAGER if request.POST.get("role") == Role.MANAGER else Role.STAFF
    said = _("%(name)s is a manager now.") if role == Role.MANAGER else _("%(name)s is no manager any more.")
    do(request, lambda: staff.set_role(user, role=role, by=actor(request)), said % {"name": user.display_name})
    return redirect("home" if user == request.user and role != Role.MANAGER else "staff-list")


@require_POST
@manager_required
def staff_access(request: HttpRequest, uuid: UUID) -> HttpResponse:
    user = get_object_or_404(User, uuid=uuid)
    if request.POST.get("access") == "on":
        said = _("%(name)s can sign in again.") % {"name": user.display_name}
        do(request, lambda: staff.switch_on(user, by=actor(request)), said)
    else:
        said = _("%(name)s cannot sign in any more, from this moment on.") % {"name": user.display_name}
        _say_paused(request, do(request, lambda: staff.switch_off(user, by=actor(request)), said))
    return redirect("staff-list")


def _say_paused(request: HttpRequest, paused: int | None) -> None:
    """That runs of somebody who was let out wait for a colleague."""
    if paused:
        said = ngettext(
            "%(count)s roster of theirs was being sent and is paused now. Take it over under Rosters.",
            "%(count)s rosters of theirs were being sent and are paused now. Take them over under Rosters.",
            paused,
        )
        messages.warning(request, said % {"count": paused})


@dataclass(frozen=True, slots=True)
class Row:
    """One colleague; `waits` where they have not chosen a password yet, `has_link` where their link is still good."""

    user: User
    is_manager: bool
    waits: bool
    has_link: bool


def _row(user: User) -> Row:
    link = getattr(user, "sign_in_link", None)
    has_link = link is not None and link.ends_at > timezone.now()
    return Row(user, user.role == Role.MANAGER, not user.has_usable_password(), has_link)
