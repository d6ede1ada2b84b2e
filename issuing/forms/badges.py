"""Finding badges."""

from django import forms
from django.utils.translation import gettext_lazy as _

from issuing.forms.base import StyledForm

ALL = ""
FILTERS = ("", "ready", "held", "other", "sandbox")


class BadgeSearch(StyledForm):
    """What the list is narrowed to; anything that cannot be is read as nothing."""

    q = forms.CharField(
        label=_("Name, number or address of a badge"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    show = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def text(self) -> str:
        return str(self.cleaned_data.get("q", "")).strip() if self.is_valid() else ""

    @property
    def filter(self) -> str:
        wanted = str(self.cleaned_data.get("show", "")) if self.is_valid() else ""
        return wanted if wanted in FILTERS else ""
