"""All parts of pages on one page, for whoever builds them; only while DEBUG is on."""

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from issuing.forms.base import StyledForm


class ExampleForm(StyledForm):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As it will be sent.")
    badge = forms.ChoiceField(label="Badge", choices=[("", "Choose one"), ("51", "Digital Skills")])
    answer = forms.ChoiceField(label="Answer", widget=forms.RadioSelect, choices=[("yes", "Yes"), ("no", "No")])
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="This is me and I agree", required=False)


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    context = {"form": ExampleForm(), "refused": ExampleForm({"name": "", "badge": "", "answer": ""})}
    return render(request, "issuing/components.html", context)
