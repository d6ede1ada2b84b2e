"""What staff type about a yes that they hold for many people of a roster."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing.enums import AskedState, Decision, Giver
from issuing.forms.consent import RecordForm
from issuing.models import Badge

ALL: Final = "all"


class HeldForm(RecordForm):
    """One yes, the same for everybody it is for; nothing but *all of them* is chosen beforehand.

    Args:
        badge (Badge): offer only words that cover it.
        counts (Mapping[str, int]): how many need consent, by `AskedState`.
    """

    whom = forms.ChoiceField(label=lazy("Whose yes you hold"), widget=forms.RadioSelect, initial=ALL)

    def __init__(self, *args: Any, badge: Badge, counts: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, badge=badge, decision=Decision.GIVEN, **kwargs)
        del self.fields["decided_time"]
        self._set("whom", _whom(counts))
        self._set("giver", [(value, _SAID.get(value, label)) for value, label in self.fields["giver"].choices])  # type: ignore[attr-defined]
        told = {"giver_relation": _("What they are to the learners"), "giver_reason": _("Why they answer for them")}
        for name, label in told.items():
            self.fields[name].label = label
        if len(_states(counts)) < 2:
            self.fields["whom"].widget = forms.HiddenInput()

    def among(self) -> AskedState | None:
        """Those it is for, once the form is valid; None: all who need consent."""
        chosen = self.cleaned_data["whom"]
        return None if chosen == ALL else AskedState(chosen)


_SAID: Final = {Giver.LEARNER.value: lazy("Each of them for themselves")}


def _states(counts: Mapping[str, int]) -> list[str]:
    return [state for state in AskedState.values if counts.get(state)]


def _whom(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """All of them, and each part of them that there is."""
    every = _("Everybody on this list who needs consent (%s)") % f"{sum(counts.values()):,}"
    parts = [(state, f"{AskedState(state).label} ({counts[state]:,})") for state in _states(counts)]
    return [(ALL, every), *(parts if len(parts) > 1 else [])]
