"""What staff type to find badges and to put them right."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from issuing.forms.base import StyledForm
from issuing.forms.consent import DayInput
from issuing.forms.learners import LearnerForm
from issuing.models import Badge, Issuance, Learner, Roster
from issuing.queries import Wanted
from issuing.services.issuances import Details
from issuing.validators import InvalidValue, check_url, email_lookup_form

STATUSES = [
    ("", _("Any")),
    ("waiting", _("Waiting")),
    ("sending", _("Sending now")),
    ("checking", _("Checking with Navigatr")),
    ("by-hand", _("To check by hand")),
    ("sent", _("Sent (all)")),
    ("unclaimed", _("Sent, not claimed")),
    ("unclaimed-30-days", _("Not claimed for 30 days")),
    ("claimed", _("Claimed")),
    ("revoked", _("Revoked")),
    ("other", _("Something else at Navigatr")),
    ("twice", _("Possibly sent twice")),
    ("not-sent", _("Not sent: Navigatr said no")),
    ("stopped", _("Stopped")),
]
MOST_GROUPS = 500


class BadgeChoice(forms.ModelChoiceField):
    """Badges by name, known in addresses by their uuid."""

    def __init__(self, **kwargs: Any) -> None:
        badges = Badge.objects.order_by("name", "pk")
        super().__init__(badges, to_field_name="uuid", required=False, empty_label=_("Any"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({_('sandbox badge')})" if obj.is_sandbox else str(obj.name)


class HistoryForm(StyledForm):
    """What is looked for among all badges; what cannot be read is said and left out."""

    q = forms.CharField(
        label=_("Find a learner or a badge sent"),
        help_text=_("Name or its beginning, e-mail address, student number, or Navigatr’s record number."),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    badge = BadgeChoice(label=_("Badge"))
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, required=False)
    group = forms.ChoiceField(label=_("Course or group"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, widget=DayInput())
    learner = forms.ModelChoiceField(
        Learner.objects.all(), to_field_name="uuid", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Roster.objects.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
        chosen = self.fields["group"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - as declared above
        chosen.choices = [("", _("Any")), *((group, group) for group in groups[:MOST_GROUPS])]

    def wanted(self) -> Wanted:
        """What is looked for, as far as it could be read."""
        self.is_valid()
        got = self.cleaned_data
        badge, learner, until = got.get("badge"), got.get("learner"), got.get("until")
        return Wanted(
            text=got.get("q") or "",
            badge_id=badge.pk if badge else None,
            learner_id=learner.pk if learner else None,
            status=got.get("status") or "",
            group=got.get("group") or "",
            since=_midnight(got.get("since")),
            until=_midnight(until + timedelta(days=1) if until else None),
        )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, timezone.get_default_timezone()) if day else None


class CorrectForm(LearnerForm):
    """Who a badge is for and what goes with it, put right; `attempt_no` is that of the page."""

    attempt_no = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    evidence_text = forms.CharField(
        label=_("Evidence in words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence_url = forms.CharField(
        label=_("Evidence link"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    issue_date = forms.DateField(label=_("Issue date"), required=False, widget=DayInput())
    end_date = forms.DateField(label=_("Expiry date"), required=False, widget=DayInput())
    organisation = forms.CharField(label=_("Organisation"), required=False, max_length=200)
    reason = forms.CharField(label=_("Why another is sent"), required=False, max_length=500)
    needs_reason = False

    def __init__(self, *args: Any, issuance: Issuance, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _values(issuance))
        super().__init__(*args, **kwargs)
        del self.fields["student_number"]
        if self.needs_reason:
            self.fields["reason"].required = True

    def clean_evidence_url(self) -> str:
        url: str = self.cleaned_data["evidence_url"]
        try:
            return check_url(url) if url else ""
        except InvalidValue as error:
            raise forms.ValidationError(str(error), code=error.code) from error

    def details(self) -> Details:
        """What goes with the badge, once the form is valid."""
        got = self.cleaned_data
        dates = {name: got[name].isoformat() if got.get(name) else "" for name in ("issue_date", "end_date")}
        return Details(**dates, **{name: got.get(name) or "" for name in _TEXTS})


class AgainForm(CorrectForm):
    """A sent badge, issued again: a reason is asked for."""

    needs_reason = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why it is issued again")
        self.fields["reason"].help_text = _("Kept here; Navigatr and the learner do not see it.")


class MisdirectedForm(AgainForm):
    """Who has a badge that went astray, and where it should go."""

    NOBODY, SOMEBODY = "nobody", "somebody"
    who = forms.ChoiceField(
        label=_("Who has the e-mail now?"),
        widget=forms.RadioSelect,
        choices=[
            (NOBODY, _("Nobody: the address does not exist, or the mail came back")),
            (SOMEBODY, _("Somebody else may have it, or I do not know")),
        ],
        help_text=_("If somebody else may have it, we also ask Navigatr to revoke that badge."),
    )
    field_order = ("who",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What went wrong")
        self._went_to: str = kwargs["issuance"].email
        self.initial["email"] = ""
        self.fields["email"].label = _("Right e-mail address")
        self.fields["email"].help_text = _("It went to %s.") % self._went_to

    def clean_email(self) -> str:
        email = super().clean_email()
        if email_lookup_form(email) == email_lookup_form(self._went_to):
            raise forms.ValidationError(_("This is where it went. To send it there once more, choose “Issue again”."))
        return email

    @property
    def is_with_somebody_else(self) -> bool:
        return bool(self.cleaned_data["who"] == self.SOMEBODY)


class RevokeForm(StyledForm):
    """Why a badge is taken back."""

    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The learner sees this at Navigatr. Nothing about health or behaviour."),
        max_length=500,
        error_messages={"required": _("Say why: the learner sees it.")},
    )


class LookedForm(StyledForm):
    """What somebody saw who looked whether a badge was sent twice."""

    reason = forms.CharField(
        label=_("What you saw, and what you did"),
        max_length=500,
        error_messages={"required": _("Say what you saw at Navigatr, and what you did.")},
    )


_TEXTS = ("organisation", "evidence_text", "evidence_url")


def _values(issuance: Issuance) -> dict[str, Any]:
    """As it was sent; of whoever was erased since and came back, who they are now."""
    names = ("attempt_no", "issue_date", "end_date", *_TEXTS)
    who = issuance.learner.came_back_as or issuance
    person = {name: getattr(who, name) for name in ("first_name", "last_name", "email")}
    return person | {name: getattr(issuance, name) for name in names}
