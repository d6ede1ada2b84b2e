"""What staff type about a file of answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from issuing import queries, sheets
from issuing.enums import Decision, Route
from issuing.exceptions import InvalidInput
from issuing.forms.base import StyledForm
from issuing.forms.consent import ROUTES, DayInput
from issuing.forms.words import word_choices
from issuing.models import Badge
from issuing.services.consent import MAX_NOTE, ImportOptions
from issuing.workflow.consent import moment_of_day

MOST_ANSWERS: Final = 20
_NONE: Final[Mapping[str, bool]] = {}
_ROUTES: Final = [*ROUTES, (Route.IMPORTED.value, lazy("In another system, from which this file comes"))]
YES, NO, UNSAID = "yes", "no", "none"


class FileForm(StyledForm):
    """A file with people and their answers."""

    use_required_attribute = False

    file = forms.FileField(
        label=lazy("File with the answers"),
        help_text=lazy("Excel or CSV, at most 10 MB, with first names, last names and e-mail addresses."),
        allow_empty_file=True,
    )


class AnswersForm(StyledForm):
    """What the answers in a file mean, and what they were given to; nothing is chosen beforehand.

    Args:
        values (Mapping[str, int] | None): the column's different answers and how many rows have each; None where
            everybody in the file agreed.
        badge (Badge | None): offer only words that cover this badge.
        headings (Mapping[str, bool]): of the columns that may hold days, and whether in their dates day or month
            may come first; one that names birthdays is chosen beforehand.
    """

    use_required_attribute = False

    route = forms.ChoiceField(label=lazy("How they answered"), widget=forms.RadioSelect, choices=_ROUTES)
    decided_column = forms.ChoiceField(label=lazy("Which column says the day they answered"), required=False)
    decided_on = forms.DateField(label=lazy("Day they answered"), widget=DayInput())
    decided_until = forms.DateField(
        label=lazy("Last day, if they answered over several days"),
        help_text=lazy(
            "A yes then counts from the first day and a no from the last, so that no yes outweighs a later no."
        ),
        widget=DayInput(),
        required=False,
    )
    birth_column = forms.ChoiceField(
        label=lazy("Which column has dates of birth"),
        help_text=lazy("Read only to note who is under 13, who is sent nothing. The dates themselves are not kept."),
        required=False,
    )
    day_first = forms.ChoiceField(
        label=lazy("In dates such as 4/5/2026, what comes first"),
        choices=[
            ("", lazy("Choose, if you use such a column")),
            ("day", lazy("The day: 4 May")),
            ("month", lazy("The month: 5 April")),
        ],
        required=False,
    )
    words = forms.ChoiceField(label=lazy("Which words they saw"))
    evidence = forms.CharField(
        label=lazy("Where the answers can be looked up"),
        help_text=lazy("For example: enrolment forms 2026, archive room B. Kept with every answer."),
        max_length=MAX_NOTE,
        widget=forms.Textarea,
    )

    def __init__(
        self,
        *args: Any,
        column: str,
        values: Mapping[str, int] | None,
        badge: Badge | None = None,
        headings: Mapping[str, bool] = _NONE,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._column = column
        self._values = list(values or ())
        self._texts = {str(text.pk): text for text in queries.texts_on_offer(badge)}
        field = self.fields["words"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = word_choices(self._texts.values(), may_be_all=False)
        self._offer_columns(headings)
        for index, (value, count) in enumerate((values or {}).items()):
            self.fields[f"means_{index}"] = _meaning(value, count)
        self.order_fields([name for name in self.fields if name.startswith("means_")])

    def _offer_columns(self, headings: Mapping[str, bool]) -> None:
        for name, none in (("decided_column", _("None: one day for all")), ("birth_column", _("None"))):
            if headings:
                self._set(name, [("", none), *((heading, heading) for heading in headings)])
            else:
                del self.fields[name]
        if not any(headings.values()):
            del self.fields["day_first"]
        if headings and self.is_bound and self["decided_column"].value():
            self.fields["decided_on"].required = False
        if born := [heading for heading in headings if sheets.is_of_births(heading)]:
            self.fields["birth_column"].initial = born[0]

    def _set(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    @property
    def meanings(self) -> list[forms.BoundField]:
        return [self[f"means_{index}"] for index in range(len(self._values))]

    @property
    def has_words(self) -> bool:
        """Whether there are any words to agree to."""
        return bool(self._texts)

    def clean_decided_on(self) -> date | None:
        given: date | None = self.cleaned_data["decided_on"]
        return None if given is None or self.cleaned_data.get("decided_column") else _possible(given)

    def clean_decided_until(self) -> date | None:
        if self.cleaned_data.get("decided_column"):
            return None
        last, first = self.cleaned_data["decided_until"], self.cleaned_data.get("decided_on")
        if last and first and last < first:
            raise forms.ValidationError(_("This is before the first day."))
        return _possible(last) if last else None

    def options(self) -> ImportOptions:
        """How to record the file, once the form is valid."""
        data = self.cleaned_data
        means = {value: data[f"means_{index}"] for index, value in enumerate(self._values)}
        return ImportOptions(
            text=self._texts[data["words"]],
            route=Route(data["route"]),
            decided_on=data["decided_on"],
            decided_until=data["decided_until"],
            decided_column=data.get("decided_column") or None,
            birth_column=data.get("birth_column") or None,
            day_first={"day": True, "month": False}.get(data.get("day_first", "")),
            evidence=data["evidence"],
            decision_column=self._column or None,
            **{name: [value for value, meant in means.items() if meant == kind] for name, kind in _KINDS.items()},
        )


def _possible(day: date) -> date:
    try:
        moment_of_day(day, Decision.GIVEN, zone=timezone.get_default_timezone(), now=timezone.now())
    except InvalidInput as error:
        raise forms.ValidationError(str(error)) from error
    return day


_KINDS: Final = {"yes": YES, "no": NO, "unsaid": UNSAID}


def _meaning(value: str, count: int) -> forms.ChoiceField:
    rows = ngettext("%d row", "%d rows", count) % count
    return forms.ChoiceField(
        label=f"“{value[:80]}” ({rows})",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Choose one.")},
        choices=[
            (YES, _("Means yes: they agree")),
            (NO, _("Means no")),
            (UNSAID, _("Is no answer: record nothing")),
        ],
    )
