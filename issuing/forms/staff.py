"""Colleagues' accounts and passwords."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from issuing.enums import Role
from issuing.forms.base import StyledForm
from issuing.models import User
from issuing.services.staff import Colleague, Details

_NEW = {"autocomplete": "new-password"}


class DetailsForm(StyledForm):
    """Who a colleague is."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)

    def details(self) -> Details:
        """What was typed."""
        given = self.cleaned_data
        return Details(given["first_name"], given["last_name"], given["email"])


class ColleagueForm(DetailsForm):
    """Who is to be let in."""

    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=150,
        required=False,
        help_text=_("Left empty, they sign in with the e-mail address."),
    )
    role = forms.ChoiceField(
        label=_("What they may do"),
        widget=forms.RadioSelect,
        initial=Role.STAFF,
        choices=(
            (Role.STAFF, _("Staff: keep learners and consent, issue badges")),
            (Role.MANAGER, _("Manager: also keep Navigatr accounts, wording and colleagues' access")),
        ),
    )

    def colleague(self) -> Colleague:
        """What was typed."""
        given = self.cleaned_data
        role = Role(given["role"])
        return Colleague(given["first_name"], given["last_name"], given["email"], given["username"], role)


class NewPasswordForm(StyledForm):
    """A password, typed twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs=_NEW),
        help_text=_("At least 12 characters, and nothing that is easily guessed, such as your name."),
    )
    again = forms.CharField(
        label=_("The same once more"), strip=False, max_length=1000, widget=forms.PasswordInput(attrs=_NEW)
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "again" in cleaned and cleaned.get("password") != cleaned["again"]:
            self.add_error("again", _("The two are not the same."))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """One's own, with the present one as proof."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present", "password", "again")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_present(self) -> str:
        present = str(self.cleaned_data["present"])
        if not self._user.check_password(present):
            raise forms.ValidationError(_("This is not your present password."))
        return present
