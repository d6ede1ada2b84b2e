"""How a one-time link is handed on."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from issuing.models import User
from issuing.services.staff import Link


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as it is shown, once.

    Args:
        mail_url (str): opens the manager's own mail program with the link in a message.
        is_new (bool): the account was made with it.
    """

    user: User
    url: str
    mail_url: str
    ends: str
    is_new: bool


def shown(link: Link, *, is_new: bool) -> ShownLink:
    """The page of a link that was just made."""
    url = f"{settings.SITE_URL}{reverse('staff-welcome', args=[link.token])}"
    ends = f"{timezone.localtime(link.ends_at):%-d %b %Y}"
    return ShownLink(link.user, url, _mail(link.user, url, ends), ends, is_new)


def _mail(user: User, url: str, ends: str) -> str:
    body = _(
        "Hello %(name)s,\n\nwith this link you choose your password for issuing badges:\n%(url)s\n\nIt works once, "
        "until %(ends)s. You sign in as %(username)s."
    ) % {"name": user.first_name or user.username, "url": url, "ends": ends, "username": user.username}
    return f"mailto:{user.email}?" + urlencode({"subject": _("Your access"), "body": body}).replace("+", "%20")
