"""A person's word on a badge that got no answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from issuing.forms.base import StyledForm

SENT, AGAIN = "sent", "again"


class SettleForm(StyledForm):
    """What staff saw on Navigatr's list; carries the attempt that was shown to them."""

    reason = forms.CharField(
        label=_("What did you see there?"),
        help_text=_("For example: listed since 14:02, or: not among the recipients of today."),
        max_length=500,
    )
    attempt_no = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=[(SENT, SENT), (AGAIN, AGAIN)], widget=forms.HiddenInput)
