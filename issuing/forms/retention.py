"""What managers type about how long things are kept."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from issuing.forms.base import StyledForm
from issuing.workflow.keeping import LIMITS, Rule, Unit

_TOLD = {
    "invalid": _("Give a whole number."),
    "min_value": _("%(limit_value)s is the least that can be said here."),
    "max_value": _("%(limit_value)s is the most that can be said here."),
}


class RulesForm(StyledForm):
    """A number, or a month, for each rule.

    Args:
        labels: what each is called, and what is said of it.
        amounts: as they are now, by rule.
    """

    def __init__(
        self, *args: Any, labels: Mapping[Rule, tuple[Any, Any]], amounts: Mapping[str, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for rule, limit in LIMITS.items():
            label, hint = labels[rule]
            told: dict[str, Any] = {"label": label, "help_text": hint, "initial": amounts[rule.value]}
            if limit.unit == Unit.MONTH:
                field: forms.Field = forms.TypedChoiceField(choices=list(MONTHS.items()), coerce=int, **told)
                field.widget.attrs["class"] = "form-select"
            else:
                told["error_messages"] = _TOLD
                field = forms.IntegerField(min_value=limit.least, max_value=limit.most, **told)
                field.widget.attrs |= {"class": "form-control", "inputmode": "numeric"}
            self.fields[rule.value] = field

    def amounts(self) -> dict[Rule, int]:
        """What was typed."""
        return {rule: int(self.cleaned_data[rule.value]) for rule in LIMITS}
