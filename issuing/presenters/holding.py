"""How it is said that somebody has a badge already, or had it."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from issuing.enums import NotAgain
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


AGAINST = {
    NotAgain.ON_HOLD: gettext_lazy("%(count)s on hold"),
    NotAgain.ERASED: gettext_lazy("%(count)s asked to be erased"),
    NotAgain.SAID_NO: gettext_lazy("%(count)s said no or withdrew"),
    NotAgain.ON_ITS_WAY: gettext_lazy("%(count)s being sent it again already"),
}


def against(found: Iterable[NotAgain]) -> str:
    """How many of those who have it cannot be issued it again, and what they are; empty where all can."""
    counts = Counter(found)
    if not counts:
        return ""
    parts = [str(said) % {"count": f"{counts[why]:,}"} for why, said in AGAINST.items() if counts[why]]
    told = {"count": f"{counts.total():,}", "parts": ", ".join(parts)}
    return _("Of these, %(count)s cannot be issued it again now: %(parts)s.") % told


def without_consent(count: int, of: int, others: int) -> str:
    """How many of those whom it can be issued to again did not agree yet; empty where all did.

    Args:
        others (int): how many it cannot be issued to again, of whom something is said before.
    """
    if not count:
        return ""
    if others:
        said = ngettext(
            "%(count)s of the other %(of)s has not agreed yet, and needs consent first.",
            "%(count)s of the other %(of)s have not agreed yet, and need consent first.",
            count,
        )
    else:
        said = ngettext(
            "%(count)s of them has not agreed yet, and needs consent first.",
            "%(count)s of them have not agreed yet, and need consent first.",
            count,
        )
    return said % {"count": f"{count:,}", "of": f"{of:,}"}
