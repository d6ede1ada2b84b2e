"""What staff type about learners' rights."""

from django import forms
from django.utils.translation import gettext_lazy as _

from issuing.enums import Right
from issuing.forms.base import StyledForm
from issuing.forms.consent import DayInput

WORD = "ERASE"


class EraseForm(StyledForm):
    """How identity was checked, and the word that says it is meant."""

    identity_note = forms.CharField(
        label=_("How did you make sure that it is they who ask?"),
        help_text=_("For example: came with a passport, 14 Sept. This note is kept, so do not name the person."),
        max_length=500,
    )
    word = forms.CharField(
        label=_("Type ERASE"),
        help_text=_("In capital letters. Erasing cannot be undone."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip() != WORD:
            raise forms.ValidationError(_("Type the word ERASE in capital letters."))
        return word


class RequestForm(StyledForm):
    """What a learner asked for, and when."""

    right = forms.ChoiceField(label=_("They ask to"), choices=Right.choices, widget=forms.RadioSelect)
    received_on = forms.DateField(
        label=_("When did they ask?"),
        help_text=_("The day it reached you. The answer is due a month later."),
        widget=DayInput(),
    )
