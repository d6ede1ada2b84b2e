"""How a badge is said: whether it can be issued and, where not, why and what to do."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from issuing.enums import BadgeHold
from issuing.models import Badge


@dataclass(frozen=True, slots=True)
class Said:
    """A state in words, with the tone of its tag, why it is so, and what to do about it."""

    label: str
    tone: str
    why: str = ""
    to_do: str = ""


def state(badge: Badge) -> Said:
    """Whether a badge can be issued, as far as is known."""
    if badge.hold:
        return Said(_("Held"), "bad", BadgeHold(badge.hold).label + ".", _what_to_do(BadgeHold(badge.hold)))
    if badge.status.lower() != "published":
        said = badge.status or _("nothing")
        why = _("Navigatr gives its status as %(status)s.") % {"status": said}
        return Said(_("Cannot be issued"), "wait", why, _what_to_do(BadgeHold.NOT_PUBLISHED))
    return Said(_("Can be issued"), "good")


def _what_to_do(hold: BadgeHold) -> str:
    return {
        BadgeHold.GONE: _(
            "Look for it at Navigatr. If it was deleted, issue another badge; if not, give the account back its right "
            "to it, then refresh the badges here. What waits for it stays and is safe."
        ),
        BadgeHold.REFUSED: _(
            "Have the account given the right to issue this badge at Navigatr, then refresh the badges here. What "
            "waits for it stays and is sent then."
        ),
        BadgeHold.NOT_PUBLISHED: _(
            "Publish it at Navigatr, then refresh the badges here. What waits for it stays and is sent then."
        ),
        BadgeHold.EXTERNAL: _("Only badges made in Navigatr can be issued. Make it there, or choose another badge."),
    }.get(hold, "")
