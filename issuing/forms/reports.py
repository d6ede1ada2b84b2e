"""Which year a report is about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from issuing.forms.base import StyledForm
from issuing.queries import Period, periods


def period_label(period: Period) -> str:
    """E.g. `2026`, `School year 2025/26`."""
    if not period.is_school_year:
        return period.slug
    return str(_("School year %s") % period.slug.replace("-", "/"))


class YearForm(StyledForm):
    """The year, as an address."""

    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periods = {period.slug: period for period in periods()}
        chosen = self.fields["year"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - as declared above
        chosen.choices = [(slug, period_label(period)) for slug, period in self.periods.items()]

    def period(self) -> Period:
        """The year asked for; this calendar year where none was, or one that is not on offer."""
        self.is_valid()
        newest = next(slug for slug, period in self.periods.items() if not period.is_school_year)
        return self.periods[self.cleaned_data.get("year") or newest]
