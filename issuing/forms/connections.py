"""Connecting Navigatr accounts and replacing their tokens."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from issuing.enums import AuthScheme
from issuing.forms.base import StyledForm
from issuing.navigatr.config import is_loopback
from issuing.services.connections import AUTO, Login

SCHEMES = (
    (AUTO, _("By access token (find out which way)")),
    (AuthScheme.ACCESS_TOKEN, _("By access token only")),
    (AuthScheme.BEARER, _("By bearer token")),
    (AuthScheme.PASSWORD, _("By user name and password (Navigatr is ending this)")),
)
NUMBER_LENGTH = 18
_SECRET = {"autocomplete": "off", "spellcheck": "false"}


class LoginForm(StyledForm):
    """An access token and, folded away, the older ways. What is secret is never shown again."""

    use_required_attribute = False  # which fields are needed depends on the way of signing in
    token = forms.CharField(
        label=_("Access token"),
        max_length=4000,
        widget=forms.PasswordInput(attrs=_SECRET),
        help_text=_("Paste it. It is kept encrypted and never shown again, not even after a mistake in this form."),
    )
    scheme = forms.ChoiceField(label=_("How to sign in"), choices=SCHEMES, initial=AUTO, required=False)
    username = forms.CharField(
        label=_("User name at Navigatr"), required=False, max_length=254, widget=forms.TextInput(attrs=_SECRET)
    )
    password = forms.CharField(
        label=_("Password at Navigatr"), required=False, max_length=1000, widget=forms.PasswordInput(attrs=_SECRET)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_password = self.is_bound and self["scheme"].value() == AuthScheme.PASSWORD
        self.fields["token"].required = not by_password
        self.fields["username"].required = self.fields["password"].required = by_password

    @property
    def is_other_way(self) -> bool:
        """Whether the folded part holds what was chosen."""
        return bool(self.is_bound and self["scheme"].value() not in ("", None, AUTO))

    def login(self) -> Login:
        """What was typed to prove who we are."""
        return Login(self.cleaned_data["token"], self.cleaned_data["username"], self.cleaned_data["password"])

    @property
    def scheme_chosen(self) -> str:
        return str(self.cleaned_data["scheme"] or AUTO)


class AddressForm(StyledForm):
    """What an account is called here, and where: one of the hosts that may be called.

    Args:
        hosts (Sequence[tuple[str, str]]): each with what it is called.
    """

    name = forms.CharField(
        label=_("What to call it here"), max_length=100, help_text=_("Such as the name of your organisation.")
    )
    host = forms.ChoiceField(label=_("Where"))

    def __init__(self, *args: Any, hosts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        host = self.fields["host"]
        assert isinstance(host, forms.ChoiceField)  # noqa: S101 - said above
        host.choices = hosts

    def base_url(self) -> str:
        """Where to call: HTTPS, but for a host of this machine, which has a port."""
        host = self.cleaned_data["host"]
        scheme = "http" if is_loopback(urlsplit(f"//{host}").hostname or "") else "https"
        return f"{scheme}://{host}/v1"


class ConnectForm(LoginForm, AddressForm):
    """A new account."""

    field_order = ("name", "host", "token", "scheme", "username", "password")


class NumbersField(forms.TypedMultipleChoiceField):
    """Check boxes whose choices only the service knows: any numbers are taken."""

    def valid_value(self, value: object) -> bool:
        return str(value).isascii() and str(value).isdigit() and len(str(value)) <= NUMBER_LENGTH


class ChosenForm(AddressForm):
    """For which organisations an account is to issue that is not connected yet; none is an answer too.

    Args:
        organisations (Mapping[int, str]): those on offer, when the question is shown.
        must_choose (bool): say that at least one is needed; whether it is, the service decides.
    """

    sealed = forms.CharField(max_length=20_000, widget=forms.HiddenInput)
    organisations = NumbersField(label=_("Issue for"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, organisations: Mapping[int, str] | None = None, must_choose: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget = self.fields["host"].widget = forms.HiddenInput()
        field = self.fields["organisations"]
        assert isinstance(field, NumbersField)  # noqa: S101 - said above
        field.choices, field.required = list((organisations or {}).items()), must_choose


class AcceptForm(forms.Form):
    """A manager's word to go on with a colleague's token."""

    user_id = forms.CharField(max_length=50)
    sealed = forms.CharField(max_length=20_000)


class OrganisationForm(forms.Form):
    """One more organisation for an account, by Navigatr's number."""

    organisation = forms.IntegerField(min_value=1)
