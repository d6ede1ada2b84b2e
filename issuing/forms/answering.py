"""What learners press and type on their pages."""

from django import forms
from django.utils.translation import gettext_lazy as lazy

from issuing.enums import Decision
from issuing.forms.base import StyledForm
from issuing.services.consent import Reply

NO_ADDRESS = lazy("This is not an e-mail address.")


class ReplyForm(forms.Form):
    """What a learner pressed on their page; drawn by hand in `asking/_question.html`."""

    about = forms.CharField(max_length=50)
    decision = forms.ChoiceField(choices=Decision)
    text = forms.IntegerField(required=False)
    is_old_enough = forms.BooleanField(required=False)

    def reply(self) -> Reply:
        """The reply, once the form is valid."""
        data = self.cleaned_data
        return Reply(data["about"], Decision(data["decision"]), data["text"], data["is_old_enough"])


class AddressForm(StyledForm):
    """Whose link is to be e-mailed."""

    email = forms.EmailField(
        label=lazy("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": lazy("Fill in your e-mail address."),
            "invalid": NO_ADDRESS,
            "max_length": NO_ADDRESS,
        },
    )
