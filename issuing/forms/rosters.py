"""Uploading, reading, correcting and confirming rosters."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from issuing.enums import RowDecision
from issuing.forms.base import StyledForm
from issuing.models import Badge
from issuing.sheets import MAX_BYTES, PERSON_FIELDS

LABELS = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail address"),
    "student_number": _("Student number"),
    "organisation": _("Organisation"),
    "issue_date": _("Issue date"),
    "end_date": _("Expiry date"),
    "evidence_text": _("Evidence"),
    "evidence_url": _("Evidence link"),
}
MOST_DIGITS = 9
NEEDED = ("first_name", "last_name", "email")


class BadgeChoice(forms.ModelChoiceField):
    """Badges by name; sandbox badges say so."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({_('sandbox badge')})" if obj.is_sandbox else obj.name


class UploadForm(StyledForm):
    """A file for one badge. `token` names this upload, so that the same press twice is one upload."""

    badge = BadgeChoice(
        queryset=Badge.objects.none(), label=_("Badge"), to_field_name="uuid", empty_label=_("Choose a badge")
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A spreadsheet (Excel, OpenDocument) or a CSV file with the names and e-mail addresses, as you have it."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt"}),
        allow_empty_file=True,
    )
    group = forms.CharField(
        label=_("Course or group"),
        required=False,
        max_length=200,
        help_text=_("To find it again, e.g. Bakery level 2, evening. It is not sent to Navigatr."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["badge"].queryset = Badge.objects.issuable().order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["token"].initial = uuid.uuid4

    def content(self) -> bytes:
        """The file's bytes; one more than is allowed is enough to refuse it."""
        return bytes(self.cleaned_data["file"].read(MAX_BYTES + 1))


class RowForm(StyledForm):
    """The values of one row as text; the roster's check says what is wrong with them."""

    def __init__(self, *args: Any, names: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in names:
            widget: forms.Widget = forms.Textarea(attrs={"rows": 3}) if name == "evidence_text" else forms.TextInput()
            widget.attrs.update({"class": "form-control", "autocomplete": "off"})
            self.fields[name] = forms.CharField(
                label=LABELS[name], required=name in NEEDED, max_length=5000, widget=widget
            )


class ConfirmForm(StyledForm):
    """What was shown to whoever confirms, and when sending is to start."""

    ready = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    check_no = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    start_at = forms.DateTimeField(
        label=_("Start sending at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Leave it empty to start now."),
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def starts(self) -> datetime | None:
        """When sending is to start, aware; None: now."""
        found: datetime | None = self.cleaned_data.get("start_at")
        return found


class ReissueForm(StyledForm):
    """Why the badge is issued again to those who have it, and how many, and who, they were when the page was shown."""

    reason = forms.CharField(
        label=_("Why it is issued again"),
        help_text=_("One reason for all of them. Kept here; Navigatr and the learners do not see it."),
        max_length=500,
        error_messages={"required": _("Say why; one reason for all.")},
    )
    count = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    check_no = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class LeaveOutForm(forms.Form):
    """The roster's check when the page was shown."""

    check_no = forms.IntegerField(min_value=0)


class DecisionForm(forms.Form):
    """What staff say about one row; nothing: put it back."""

    decision = forms.TypedChoiceField(choices=RowDecision.choices, required=False, coerce=RowDecision, empty_value="")

    def decided(self) -> RowDecision:
        return RowDecision(self.cleaned_data["decision"])


def typed_cells(data: QueryDict) -> dict[int, Mapping[str, str]]:
    """What was typed into single cells, `row-14-email`, by row number and field."""
    found: dict[int, dict[str, str]] = {}
    names = {field.value for field in PERSON_FIELDS}
    for key in data:
        prefix, _dash, rest = key.partition("-")
        number, _dash, name = rest.partition("-")
        if prefix == "row" and number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS and name in names:
            found.setdefault(int(number), {})[name] = str(data[key])
    return dict(found)


def accepted_cell(data: QueryDict) -> tuple[int, str] | None:
    """The row's number and the problem's code of a value that is to be taken as it stands: `14:look_alike_domain`."""
    number, _colon, code = data.get("accept", "").partition(":")
    return (int(number), code) if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS else None
