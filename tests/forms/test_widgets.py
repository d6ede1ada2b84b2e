"""Our drawing of a list to choose from says what Django's says."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.test import SimpleTestCase

PLAIN = [("", "Any"), ("a&b", "Zoë <1>"), (7, "Seven")]
GROUPED = [("Years", [("11", "Year 11"), ("12", "Year 12")]), ("none", "None")]


@pytest.mark.parametrize(("choices", "value"), [(PLAIN, ""), (PLAIN, "7"), (GROUPED, "12"), ([], None)])
def test_list_to_choose_from_is_drawn_as_django_draws_it(choices: Any, value: str | None) -> None:
    widget = forms.Select(attrs={"class": "form-select", "required": True}, choices=choices)
    ours, theirs = (widget.render("group", value, renderer=kind()) for kind in (TemplatesSetting, DjangoTemplates))
    SimpleTestCase().assertHTMLEqual(ours, theirs)


def test_list_to_choose_from_marks_what_is_chosen() -> None:
    drawn = forms.Select(choices=PLAIN).render("group", "7", renderer=TemplatesSetting())
    assert '<option value="7" selected>Seven</option>' in drawn
