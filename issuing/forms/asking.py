"""What staff say of a request."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing.forms.base import StyledForm
from issuing.forms.consent import DayInput
from issuing.models import ConsentText
from issuing.services.consent import Ask


class AskForm(StyledForm):
    """With which words learners are asked, and until when.

    Args:
        texts (list[ConsentText]): the words in force that fit; with only one there is nothing to choose.
    """

    use_required_attribute = False

    words = forms.ChoiceField(label=lazy("What they are asked"))
    ends_on = forms.DateField(
        label=lazy("Last day for a yes"),
        help_text=lazy("Leave empty where it does not matter. Saying no and withdrawing stay possible."),
        required=False,
        widget=DayInput(),
    )

    def __init__(self, *args: Any, texts: list[ConsentText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._texts = {str(text.pk): text for text in texts}
        words = self.fields["words"]
        assert isinstance(words, forms.ChoiceField)  # noqa: S101 - for the type checker
        words.choices = [(value, _label(text)) for value, text in self._texts.items()]
        if len(texts) == 1:
            words.widget = forms.HiddenInput()
            words.initial = str(texts[0].pk)

    def clean_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["ends_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over."))
        return day

    def chosen(self) -> ConsentText | None:
        """The words that are chosen, or come first; None where there are none."""
        first = next(iter(self._texts), "")
        return self._texts.get(str(self["words"].value() or first)) or self._texts.get(first)

    def what(self) -> Ask:
        """What is asked, once the form is valid."""
        day = self.cleaned_data["ends_on"]
        return Ask(self._texts[self.cleaned_data["words"]], ends_at=_end_of(day) if day else None)


def _label(text: ConsentText) -> str:
    statement = text.statement
    scope = statement.badge.name if statement.badge else _("All badges from %s") % statement.provider.name
    return _("%(scope)s, in %(language)s") % {"scope": scope, "language": _language(text.language)}


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _end_of(day: date) -> datetime:
    """The day's last moment here."""
    next_day = datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())
    return next_day - timedelta(microseconds=1)
