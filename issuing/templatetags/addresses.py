"""Names and e-mail addresses in narrow columns."""

import re
from typing import Final

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# Before an address's @ and within what stands before it; a domain stays whole.
_PARTS: Final = re.compile(r"(?=@)|(?<=[._-])(?=.*@)")
_LONGEST_PART, _LONGEST_NAME = 30, 20


@register.filter
def breakable(text: str) -> SafeString:
    """The text, escaped, that may go on in the next line: an address at its parts, and whatever is endless."""
    most = _LONGEST_PART if "@" in text else _LONGEST_NAME
    parts = [word[at : at + most] for word in _PARTS.split(text) for at in range(0, len(word), most)]
    return mark_safe("<wbr>".join(conditional_escape(part) for part in parts))  # noqa: S308 - escaped
