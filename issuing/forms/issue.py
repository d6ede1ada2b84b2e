"""What staff type to issue one badge."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from issuing.forms.base import StyledForm
from issuing.forms.consent import DayInput, RecordForm
from issuing.forms.learners import LearnerForm
from issuing.services.issuances import Details
from issuing.validators import InvalidValue, check_url, clean_text, has_control_characters

MAX_EVIDENCE = 2000


class KeyField(forms.UUIDField):
    """The uuid that the issuance will have: the form sent twice makes one."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(initial=uuid.uuid4, **kwargs)


class IssueForm(StyledForm):
    """Dates and evidence of one badge, all optional."""

    key = KeyField()
    issue_date = forms.DateField(
        label=_("Issue date"), help_text=_("Today, unless you say otherwise."), required=False, widget=DayInput()
    )
    end_date = forms.DateField(
        label=_("Expiry date"), help_text=_("Only if this badge runs out."), required=False, widget=DayInput()
    )
    evidence_text = forms.CharField(
        label=_("Evidence in words"),
        help_text=_("What they did. Nothing about health, support needs or behaviour: others may see it."),
        required=False,
        max_length=MAX_EVIDENCE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence_url = forms.CharField(
        label=_("Evidence link"),
        help_text=_("A web address that anybody may open."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )

    def clean_evidence_text(self) -> str:
        text = clean_text(self.cleaned_data["evidence_text"])
        if has_control_characters(text.replace("\n", "")):
            raise forms.ValidationError(_("The evidence holds a character that cannot be sent."))
        return text

    def clean_evidence_url(self) -> str:
        url: str = self.cleaned_data["evidence_url"]
        try:
            return check_url(url) if url else ""
        except InvalidValue as error:
            raise forms.ValidationError(str(error), code=error.code) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        begins: date = data.get("issue_date") or timezone.localdate()
        if data.get("end_date") and data["end_date"] < begins:
            self.add_error("end_date", _("This is before the issue date."))
        return data

    def details(self) -> Details:
        """What was typed and can be sent; what is wrong or missing is left out."""
        found = {name: self.cleaned_data.get(name) for name in ("issue_date", "end_date")}
        dates = {name: day.isoformat() for name, day in found.items() if day}
        texts = {name: self.cleaned_data.get(name, "") for name in ("evidence_text", "evidence_url")}
        return Details(**dates, **texts)


class RecordHereForm(RecordForm):
    """An answer recorded on the page where the badge is issued; sent twice it is one record."""

    once = KeyField()


class SandboxForm(LearnerForm):
    """The sandbox badge to oneself."""

    key = KeyField()
    words = forms.CharField(widget=forms.HiddenInput)
    is_me = forms.BooleanField(
        label=_("This is me and I agree"), error_messages={"required": _("Tick this if it is you and you agree.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["student_number"]
        self.fields["email"].help_text = _("Your own address; the badge goes here.")
