"""Finds learners by what staff know of them."""

from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from issuing.models import Learner, email_key

MOST = 10
FEW = 500


def matching(text: str) -> QuerySet[Learner]:
    """Learners who fit, put so that listing and counting them is quick whether few of very many do or most."""
    rows = Learner.objects.present().matching(text)
    if not text:
        return rows
    # One walk over all of them, not one for the page and one for its number.
    few = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return rows if len(few) > FEW else Learner.objects.filter(pk__in=few)


def found(text: str, *, but: Learner | None = None) -> list[Learner]:
    """The few learners who fit best: whoever has exactly this address or number first. None for an empty text."""
    if not text.strip():
        return []
    exact = Q(email_key=email_key(text)) if "@" in text else Q(student_number=text.strip())
    first = list(Learner.objects.present().filter(exact))
    # Not sorted by the database, which would read far more rows where very many fit.
    newest = Learner.objects.present().matching(text).order_by("-pk")[:FEW]
    others = sorted(newest, key=lambda one: (one.last_name, one.first_name, one.pk))
    everybody = [*first, *(one for one in others if one not in first)]
    return [one for one in everybody if one != but][:MOST]


def erased_at_address(text: str) -> Learner | None:
    """Whoever was erased and had exactly this address."""
    found = Learner.objects.filter(email_key=email_key(text), erased_at__isnull=False) if "@" in text else None
    return found.first() if found is not None else None


def query_of(request: HttpRequest) -> str:
    """What is searched for, as the address says it."""
    return request.GET.get("q", "").strip()[:200]


def address(name: str, *arguments: object, **query: object) -> str:
    """An address with those parts of its query that are not empty."""
    asked = urlencode({key: str(value) for key, value in query.items() if value})
    return reverse(name, args=arguments) + (f"?{asked}" if asked else "")
