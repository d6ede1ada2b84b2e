"""What learners asked for by right and nobody has answered yet."""

from django.db.models import QuerySet

from issuing.models import Learner, RightsRequest


def requests_due() -> QuerySet[RightsRequest]:
    """Requests that are still to be answered, the most urgent first."""
    found = RightsRequest.objects.filter(closed_at=None).select_related("learner", "noted_by")
    return found.order_by("due_on", "pk")


def requests_of(learner: Learner) -> QuerySet[RightsRequest]:
    """The same, of one learner."""
    return requests_due().filter(learner=learner)
