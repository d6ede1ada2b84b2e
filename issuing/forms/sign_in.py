"""Signing in."""

from typing import ClassVar

from django.contrib.auth.forms import AuthenticationForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from issuing.forms.base import StyledMixin


class SignInForm(StyledMixin, AuthenticationForm):
    """Django's own, drawn like all others."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("That username and password do not belong together. Capitals count."),
    }
