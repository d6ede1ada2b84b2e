"""How a Navigatr account is said."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from issuing.enums import StopReason
from issuing.models import Connection

ENVIRONMENTS = {
    "api.navigatr.app": gettext_lazy("Navigatr"),
    "stagapi.navigatr.app": gettext_lazy("Navigatr's staging environment"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A state in words, with the tone of its tag, and what it means for what waits."""

    label: str
    tone: str
    text: str = ""


def state(connection: Connection) -> Said:
    """Whether badges are sent over an account."""
    if connection.stop_reason == StopReason.TOKEN_REFUSED:
        text = _("Navigatr refused the access token. Nothing was lost; what waits is sent once the token is replaced.")
        return Said(_("Stopped"), "bad", text)
    if connection.stop_reason == StopReason.BY_STAFF:
        return Said(
            _("Stopped"), "bad", _("A colleague stopped it. Nothing was lost; what waits is sent once it goes on.")
        )
    if connection.stop_reason == StopReason.REPLACED:
        return Said(_("Replaced"), "")
    return Said(_("Working"), "good")


def hosts() -> list[tuple[str, str]]:
    """The hosts that may be called, each with what it is called."""
    return [(name, host(name)) for name in settings.NAVIGATR_HOSTS]


def host(name: str) -> str:
    """A host as it is chosen: Navigatr itself, its staging environment, or a practice server."""
    if name in ENVIRONMENTS:
        return f"{ENVIRONMENTS[name]} ({name})"
    return _("Practice server (%(host)s)") % {"host": name} if settings.IS_PRACTICE else name
