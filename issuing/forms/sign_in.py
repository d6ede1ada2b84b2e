"""Signing in."""

from django.contrib.auth.forms import AuthenticationForm

from issuing.forms.base import StyledMixin


class SignInForm(StyledMixin, AuthenticationForm):
    """Django's own, drawn like all others."""
