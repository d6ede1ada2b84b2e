"""What is said after an account changed."""

from django.utils.translation import gettext as _

from issuing.models import Connection, Provider
from issuing.services.connections import Connected, Replaced


def connected(found: Connected) -> str:
    """What connecting came to, and what happens next."""
    account = found.connection
    whose = {"account": account.name, "whose": account.navigatr_user_name or account.navigatr_user_id}
    done = _("%(account)s is connected, with %(whose)s's token.") if found.is_new else ""
    done = done or _("This account was connected already: its token was replaced (%(whose)s's).")
    parts = [done % whose]
    if found.providers:
        parts.append(_("It issues for %(names)s.") % {"names": _names(found.providers)})
        parts.append(_("Its badges are being read now; that takes up to a minute."))
    else:
        parts.append(_("It issues for no organisation yet: Navigatr lists none that is active."))
    if found.elsewhere:
        parts.append(_("Left with another account: %(names)s.") % {"names": _names(found.elsewhere)})
    return " ".join([*parts, _still_stopped(account)]).strip()


def replaced(account: Connection, found: Replaced) -> str:
    """What replacing a token came to."""
    done = _("%(account)s goes on with %(whose)s's token.")
    if account.is_stopped:
        done = _("%(account)s has %(whose)s's token now.")
    parts = [done % {"account": account.name, "whose": found.user_name}, _still_stopped(account)]
    if found.new:
        told = {"names": ", ".join(found.new)}
        parts.append(_("Its token sees more than the account issues for: %(names)s. Press Test to add it.") % told)
    return " ".join(part for part in parts if part)


def _still_stopped(account: Connection) -> str:
    return _("It is still stopped by a colleague; resume it to send.") if account.is_stopped else ""


def _names(providers: list[Provider]) -> str:
    return ", ".join(provider.name for provider in providers)
