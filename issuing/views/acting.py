"""Buttons that do one thing: the next page says what was done, or why not."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest

from issuing.exceptions import IssuingError

T = TypeVar("T")


def do(request: HttpRequest, act: Callable[[], T], said: str) -> T | None:
    """What came of it; None where it was refused, in the refusal's own sentence."""
    try:
        done = act()
    except IssuingError as error:
        messages.error(request, str(error))
        return None
    messages.success(request, said)
    return done
