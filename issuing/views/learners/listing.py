"""The list of learners, and its search."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from issuing.enums import IssuanceStatus
from issuing.models import Learner
from issuing.presenters.learners import asked_to_be_erased
from issuing.views.learners.finding import address, erased_at_address, matching, query_of
from issuing.views.paging import page


@require_safe
def learners(request: HttpRequest) -> HttpResponse:
    """Those who fit ?q=…, newest first; htmx gets the list alone."""
    query = query_of(request)
    sent = Count("issuances", filter=Q(issuances__status=IssuanceStatus.ISSUED))
    shown = page(request, matching(query), noun=(_("learner"), _("learners")))
    counts = dict(
        Learner.objects.filter(pk__in=[one.pk for one in shown.rows]).annotate(sent=sent).values_list("pk", "sent")
    )
    context = {
        "query": query,
        "asked": "" if shown.rows else asked_to_be_erased(erased_at_address(query)),
        "page": shown,
        "people": [(one, counts[one.pk]) for one in shown.rows],
        "new": address("learner-add", q=query),
    }
    is_part = request.htmx and request.htmx.target == "learners"  # type: ignore[attr-defined]
    return render(request, "issuing/_learner_rows.html" if is_part else "issuing/learner_list.html", context)
