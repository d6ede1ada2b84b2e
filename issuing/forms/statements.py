"""What managers type about the wording."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing.enums import StatementKind
from issuing.forms.base import StyledForm
from issuing.forms.consent import DayInput
from issuing.models import Badge, Provider
from issuing.services import statements
from issuing.services.consent import evidence


@dataclass(frozen=True, slots=True)
class Wording:
    """Words as they are to be published."""

    provider: Provider
    badge: Badge | None
    kind: StatementKind
    language: str
    body: str
    is_minor: bool
    used_from: date | None = None
    used_until: date | None = None
    file: UUID | None = None


ALL: Final = "all"
LANGUAGES: Final = sorted(settings.LANGUAGES, key=lambda language: str(language[1]))


class WordingForm(StyledForm):
    """Words for learners to agree to, and what they are for."""

    use_required_attribute = False

    provider = forms.ModelChoiceField(
        Provider.objects.order_by("name"), label=lazy("Organisation"), to_field_name="uuid"
    )
    badge = forms.ChoiceField(
        label=lazy("For"),
        help_text=lazy("Words for one badge are an addition to those for all badges: either is enough to send it."),
    )
    kind = forms.ChoiceField(
        label=lazy("Whose words"),
        widget=forms.RadioSelect,
        choices=[
            (StatementKind.OURS.value, lazy("Ours: what learners are asked from now on")),
            (StatementKind.ELSEWHERE.value, lazy("Used elsewhere: what a paper or enrolment form has said")),
        ],
    )
    language = forms.ChoiceField(label=lazy("Language"), choices=LANGUAGES)
    body = forms.CharField(
        label=lazy("The words, exactly as learners read them"),
        max_length=statements.LONGEST,
        widget=forms.Textarea,
    )
    is_minor = forms.BooleanField(
        label=lazy(
            "Minor change: spelling or contact details only, never what is sent, to whom or why. Whoever agreed is not "
            "asked again."
        ),
        required=False,
    )
    used_from = forms.DateField(label=lazy("In use from"), widget=DayInput(), required=False)
    used_until = forms.DateField(
        label=lazy("In use until"), help_text=lazy("Leave empty while it is in use."), widget=DayInput(), required=False
    )
    evidence_file = forms.FileField(
        label=lazy("The form itself"),
        help_text=lazy("A PDF of at most 5 MB, in place of the words or beside them."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
    )
    proof = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._provider = provider
        self._badges = {str(badge.uuid): badge for badge in Badge.objects.filter(provider=provider).order_by("name")}
        choices = self.fields["badge"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101 - for the type checker
        choices.choices = [(ALL, _("All badges")), *((value, badge.name) for value, badge in self._badges.items())]
        self.fields["body"].widget.attrs["rows"] = 18
        self.fields["body"].required = self["kind"].value() != StatementKind.ELSEWHERE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        is_elsewhere = data.get("kind") == StatementKind.ELSEWHERE
        if is_elsewhere and not data.get("body", "").strip() and not data.get("proof"):
            self.add_error("body", _("Fill this in."))
        if data.get("used_from") and data.get("used_until") and data["used_until"] < data["used_from"]:
            self.add_error("used_until", _("This is before the first day of use."))
        return data

    @property
    def file(self) -> evidence.ProvingFile | None:
        """The PDF that is put by."""
        token = self["proof"].value()
        try:
            return evidence.found(UUID(str(token))) if token else None
        except ValueError:
            return None

    def wording(self) -> Wording:
        """The words, once the form is valid."""
        data = self.cleaned_data
        kind = StatementKind(data["kind"])
        is_minor = data["is_minor"] and kind == StatementKind.OURS
        badge = self._badges.get(data["badge"])
        given = Wording(self._provider, badge, kind, data["language"], data["body"], is_minor)
        if kind == StatementKind.OURS:
            return given
        return replace(given, used_from=data["used_from"], used_until=data["used_until"], file=data["proof"])
