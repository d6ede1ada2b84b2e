"""What staff type about learners."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from issuing.forms.base import StyledForm
from issuing.models import Learner
from issuing.services.learners import Person
from issuing.validators import InvalidValue, clean_name, clean_student_number, normalise_email


class LearnerForm(StyledForm):
    """Who a learner is."""

    first_name = forms.CharField(label=_("First name"))
    last_name = forms.CharField(label=_("Last name"))
    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("Badges go here. It must be their own address."),
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
    )
    student_number = forms.CharField(
        label=_("Student number"), help_text=_("Kept here only; never sent to Navigatr."), required=False
    )

    def clean_first_name(self) -> str:
        return _checked(lambda: clean_name(self.cleaned_data["first_name"]))

    def clean_last_name(self) -> str:
        return _checked(lambda: clean_name(self.cleaned_data["last_name"], label="last name"))

    def clean_email(self) -> str:
        return _checked(lambda: normalise_email(self.cleaned_data["email"]))

    def clean_student_number(self) -> str:
        return _checked(lambda: clean_student_number(self.cleaned_data["student_number"]))

    def person(self) -> Person:
        """Who was typed, once the form is valid."""
        names = ("first_name", "last_name", "email", "student_number")
        return Person(**{name: self.cleaned_data.get(name, "") for name in names})

    @staticmethod
    def values_of(learner: Learner) -> dict[str, Any]:
        """A learner as this form's initial values."""
        return {name: getattr(learner, name) for name in ("first_name", "last_name", "email", "student_number")}


class ReasonForm(StyledForm):
    """Why somebody is added again who asked to be erased."""

    reason = forms.CharField(
        label=_("Why are they added again?"),
        help_text=_("For example: came back for a new course and asked for it. Kept with their entry."),
        max_length=500,
    )


class HoldForm(StyledForm):
    """Why a learner is put on hold."""

    note = forms.CharField(
        label=_("Why"),
        help_text=_("For example: asked to wait until the end of term. Nothing about health or behaviour."),
        max_length=500,
        required=False,
    )


def _checked(clean: Any) -> str:
    try:
        value: str = clean()
    except InvalidValue as error:
        raise forms.ValidationError(str(error), code=error.code) from error
    return value
