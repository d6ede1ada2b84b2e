"""What managers type about the wording."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing.enums import StatementKind
from issuing.forms.base import StyledForm
from issuing.models import Badge, Provider
from issuing.services import statements


@dataclass(frozen=True, slots=True)
class Wording:
    """Words as they are to be published."""

    provider: Provider
    badge: Badge | None
    kind: StatementKind
    language: str
    body: str
    is_minor: bool


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
        label=lazy("Minor change: spelling only. Whoever agreed is not asked again."), required=False
    )
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._provider = provider
        self._badges = {str(badge.uuid): badge for badge in Badge.objects.filter(provider=provider).order_by("name")}
        choices = self.fields["badge"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101 - for the type checker
        choices.choices = [(ALL, _("All badges")), *((value, badge.name) for value, badge in self._badges.items())]
        self.fields["body"].widget.attrs["rows"] = 18

    def wording(self) -> Wording:
        """The words, once the form is valid."""
        data = self.cleaned_data
        kind = StatementKind(data["kind"])
        is_minor = data["is_minor"] and kind == StatementKind.OURS
        badge = self._badges.get(data["badge"])
        return Wording(self._provider, badge, kind, data["language"], data["body"], is_minor)
