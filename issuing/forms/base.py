"""What all forms share: Bootstrap's classes on their widgets, and what is said where nothing was filled in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_CLASSES = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)

_REQUIRED = (
    (forms.BooleanField, _("Tick this.")),
    (forms.FileField, _("Choose a file.")),
    (forms.ChoiceField, _("Choose one.")),
    (forms.ModelChoiceField, _("Choose one.")),
    (forms.Field, _("Fill this in.")),
)


class StyledMixin(forms.BaseForm):
    """Fields are drawn by `templates/django/forms/field.html`: `{{ form.name.as_field_group }}`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            css = next(css for widget, css in _CLASSES if isinstance(field.widget, widget))
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.update({"rows": 3})
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = next(said for kind, said in _REQUIRED if isinstance(field, kind))
            field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} {css}".strip()


class StyledForm(StyledMixin, forms.Form):
    """A plain form in our look."""
