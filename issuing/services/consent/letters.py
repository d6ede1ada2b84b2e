"""Writes the e-mails, in the language of their words where we speak it. Neither text nor address is kept."""

from datetime import datetime
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from issuing.enums import Decision, MailKind
from issuing.models import Badge, ConsentMail, ConsentRecord, ConsentText, Provider
from issuing.queries.asking import language_of
from issuing.services.consent import links
from issuing.workflow.languages import words_in


def letter(mail: ConsentMail) -> EmailMessage:
    """The e-mail as it leaves now, to the learner's address of now.

    Raises:
        SecretUnreadable: the link in it cannot be read with the present keys.
    """
    about = mail.request or mail.record
    text = about.text if about else None
    provider = _provider(mail)
    language = words_in(text.language if text else language_of(mail.learner))
    with translation.override(language):
        told = {
            "name": mail.learner.first_name,
            "provider": provider,
            "url": links.url_of(links.link_of(mail.learner)),
            "start_url": settings.PUBLIC_URL + reverse("asking-start"),
            **(_about(mail.request.badge, mail.request.ends_at) if mail.request else {}),
            **(_of_record(mail.record) if mail.record else {}),
        }
        body = render_to_string(f"mail/{mail.kind}.txt", told).strip() + "\n"
        subject = _subject(mail.kind) % {"provider": provider}
    return EmailMessage(
        " ".join(subject.split()),
        body,
        formataddr((provider, settings.DEFAULT_FROM_EMAIL)),
        [mail.learner.email],
        headers={
            "Message-ID": f"<{mail.uuid}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
        },
    )


def example(text: ConsentText, *, name: str, badge: Badge | None, ends_at: datetime | None) -> tuple[str, str]:
    """Subject and words of a request as somebody of this name would get it, with dots for the link."""
    provider = text.statement.provider.name
    with translation.override(words_in(text.language)):
        told = {"name": name, "provider": provider, "url": f"{settings.PUBLIC_URL}/my-consent/…"}
        body = render_to_string("mail/ask.txt", told | _about(badge, ends_at)).strip()
        return _subject(MailKind.ASK) % {"provider": provider}, body


def _subject(kind: str) -> str:
    return {
        MailKind.ASK: _("A question from %(provider)s: may we award you a digital badge?"),
        MailKind.REMINDER: _("Reminder from %(provider)s: may we award you a digital badge?"),
        MailKind.RECEIPT: _("What %(provider)s recorded about your digital badges"),
        MailKind.LINK: _("Your link to what you agreed to with %(provider)s"),
    }[MailKind(kind)]


def _provider(mail: ConsentMail) -> str:
    about = mail.request or mail.record
    if about and about.text:
        return about.text.statement.provider.name
    return settings.ORGANISATION_NAME or ", ".join(Provider.objects.order_by("name").values_list("name", flat=True)[:3])


def _about(badge: Badge | None, ends_at: datetime | None) -> dict[str, Any]:
    return {"badge": badge.name if badge else "", "ends": _day(ends_at) if ends_at else ""}


def _day(moment: datetime) -> str:
    """The day in words, as is usual in the language of the e-mail."""
    is_english = (translation.get_language() or "en").startswith("en")
    return date_format(timezone.localtime(moment), "j F Y" if is_english else "DATE_FORMAT")


def _of_record(record: ConsentRecord) -> dict[str, Any]:
    statement = record.text.statement if record.text else None
    return {
        "day": _day(record.decided_at),
        "is_yes": record.decision == Decision.GIVEN,
        "is_withdrawal": record.decision == Decision.WITHDRAWN,
        "one_badge": statement.badge.name if statement and statement.badge else "",
        "body": record.text.body if record.text else "",
    }
