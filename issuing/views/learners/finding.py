"""Finds learners by what staff know of them."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from issuing.models import Learner, email_key

MOST = 10


def found(text: str, *, but: Learner | None = None) -> list[Learner]:
    """The few learners who fit best: whoever has exactly this address or number first. None for an empty text."""
    if not text.strip():
        return []
    everybody = Learner.objects.present().exclude(pk=but.pk) if but else Learner.objects.present()
    exact = everybody.filter(student_number=text.strip())
    if "@" in text:
        exact = everybody.filter(email_key=email_key(text))
    first = list(exact)
    others = (
        everybody.matching(text).exclude(pk__in=[one.pk for one in first]).order_by("last_name", "first_name", "pk")
    )
    return first + list(others[:MOST])


def query_of(request: HttpRequest) -> str:
    """What is searched for, as the address says it."""
    return request.GET.get("q", "").strip()[:200]


def address(name: str, *arguments: object, **query: object) -> str:
    """An address with those parts of its query that are not empty."""
    asked = urlencode({key: str(value) for key, value in query.items() if value})
    return reverse(name, args=arguments) + (f"?{asked}" if asked else "")
