"""Choosing a password: with a one-time link, or one's own anew."""

from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from issuing.exceptions import InvalidInput
from issuing.forms.staff import ChangePasswordForm, NewPasswordForm
from issuing.services import staff
from issuing.views.access import actor

GONE = 410


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def staff_welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link uses nothing up, for mail programs open links too; choosing the password does."""
    try:
        owner = staff.link_owner(token)
    except InvalidInput as error:
        return render(request, "registration/link_ended.html", {"problem": str(error)}, status=GONE)
    form = NewPasswordForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            login(request, staff.use_link(token=token, password=form.cleaned_data["password"]))
        except InvalidInput as error:
            problem = str(error)
        else:
            messages.success(request, _("Your password is set, and you are signed in."))
            return redirect("home")
    return render(request, "registration/welcome.html", {"form": form, "problem": problem, "owner": owner})


@require_http_methods(["GET", "POST"])
@never_cache
def password_change(request: HttpRequest) -> HttpResponse:
    user, problem = actor(request), ""
    form = ChangePasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            staff.change_password(user, password=form.cleaned_data["password"])
        except InvalidInput as error:
            problem = str(error)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Your password is changed. Wherever else you were signed in, you are no more."))
            return redirect("home")
    return render(request, "registration/password_change.html", {"form": form, "problem": problem})
