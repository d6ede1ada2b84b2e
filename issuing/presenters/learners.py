"""How a learner, and what Navigatr gets of them, is said."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from issuing.models import Badge, Learner
from issuing.presenters.dates import day
from issuing.services.issuances import Details


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that Navigatr gets."""

    label: str
    value: str


def asked_to_be_erased(learner: Learner | None) -> str:
    """Of an address whose owner was erased, when they asked; empty where nobody was, or their time was over."""
    if learner is None or learner.erased_at is None or learner.lapsed_at is not None:
        return ""
    return _("Whoever has this e-mail address asked to be erased on %s.") % day(learner.erased_at)


def sent(badge: Badge, learner: Learner, details: Details | None = None) -> list[Line]:
    """Exactly what Navigatr gets for one learner, as a person reads it; what is empty is not sent."""
    details = details or Details()
    lines = [
        Line(_("Badge"), f"{badge.name} ({badge.provider.name})"),
        Line(_("First name"), learner.first_name),
        Line(_("Last name"), learner.last_name),
        Line(_("E-mail address"), learner.email),
        Line(_("Organisation"), details.organisation),
        Line(_("Issue date"), details.issue_date),
        Line(_("Expiry date"), details.end_date),
        Line(_("Evidence text"), details.evidence_text),
        Line(_("Evidence link"), details.evidence_url),
    ]
    return [line for line in lines if line.value]
