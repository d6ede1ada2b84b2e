"""Signing in, as often as is good for the passwords."""

import math
from datetime import timedelta
from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from issuing.forms.sign_in import SignInForm
from issuing.services import staff
from issuing.views.place import place_of

TOO_MANY = 429


class SignIn(LoginView):
    """Django's own; after too many wrong passwords it says how long to wait, and looks at none meanwhile."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = request.POST.get("username", ""), request.POST.get("password", "")
        if not all(typed):
            return super().post(request, *args, **kwargs)
        wait = staff.begin_sign_in(username=typed[0], address=place_of(request))
        if wait:
            return self._asked_to_wait(wait)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        staff.signed_in(username=form.data["username"], address=place_of(self.request))
        return super().form_valid(form)

    def _asked_to_wait(self, wait: timedelta) -> HttpResponse:
        minutes = math.ceil(wait.total_seconds() / 60)
        said = ngettext(
            "Too many wrong passwords for this name. Try again in %(count)s minute, or ask a manager for a link to "
            "choose a new password.",
            "Too many wrong passwords for this name. Try again in %(count)s minutes, or ask a manager for a link to "
            "choose a new password.",
            minutes,
        )
        kept = self.get_form_class()(self.request, initial={"username": self.request.POST["username"]})
        told = {"form": kept, "problem": said % {"count": minutes}}
        return self.render_to_response(self.get_context_data(**told), status=TOO_MANY)
