"""How it is said that somebody has a badge already, or had it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issuing.presenters.dates import day
from issuing.queries import Holding

SINCE = {
    "revoked": (gettext_lazy("Had it, sent %(day)s; since then revoked."), gettext_lazy("Had it; it was revoked.")),
    "failed": (
        gettext_lazy("Was sent it %(day)s; that e-mail failed."),
        gettext_lazy("Was sent it; that e-mail failed."),
    ),
    "expired": (gettext_lazy("Had it, sent %(day)s; since then expired."), gettext_lazy("Had it; it expired.")),
}


def had(holding: Holding) -> str:
    """That somebody has it, or had it and what became of that; empty where they never had it."""
    sent = day(holding.since) if holding.since else ""
    if holding.ended:
        dated, undated = SINCE[holding.ended.casefold()]
        return str(dated) % {"day": sent} if sent else str(undated)
    if not holding.is_held:
        return ""
    return _("Was sent it %(day)s.") % {"day": sent} if sent else _("Has it, as Navigatr shows.")


def row_says(holding: Holding, *, is_again: bool, is_ready: bool) -> str:
    """The same of a roster's row, and what is decided about it.

    Args:
        is_again (bool): staff decided that it is issued to them again.
        is_ready (bool): whether nothing speaks against that any more.
    """
    said = had(holding)
    if not is_again or not holding.is_held:
        return said
    if is_ready:
        return " ".join([said, _("It is issued to them again.")])
    return " ".join([said, _("That was after you decided to issue it again, so they are left out.")])
