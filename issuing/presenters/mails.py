"""How links and receipts are said that did not reach their learner."""

from django.utils.translation import gettext as _

from issuing.enums import MailKind, MailStatus
from issuing.models import ConsentMail
from issuing.presenters.dates import day_and_time


class Stranded:
    """One of them, with its learner of today, what happened, and what to do."""

    def __init__(self, mail: ConsentMail) -> None:
        self.mail = mail
        self.learner = mail.learner.merged_into or mail.learner
        self.tone = "wait" if mail.status == MailStatus.PERHAPS else "bad"
        self.happened = _happened(mail)
        self.advice = _advice(mail)


def _happened(mail: ConsentMail) -> str:
    is_link = mail.kind == MailKind.LINK
    what = _("The personal link they asked for") if is_link else _("The receipt of what they answered")
    at = mail.marked_at or mail.due_at
    told = {"what": what, "when": day_and_time(at), "why": mail.detail or _("it gave no reason")}
    if mail.status == MailStatus.PERHAPS:
        return _("%(what)s was perhaps sent, %(when)s: the mail server gave no answer.") % told
    if mail.status == MailStatus.UNDELIVERED:
        return _("%(what)s, e-mailed %(when)s, was not delivered.") % told
    return _("%(what)s was refused by the mail server, %(when)s: %(why)s.") % told


def _advice(mail: ConsentMail) -> str:
    if mail.status == MailStatus.PERHAPS:
        return _("It is not sent again by itself. Ask whether it arrived, or send it again.")
    if mail.kind == MailKind.LINK:
        return _(
            "Without it they cannot withdraw by themselves. Correct their address if it is wrong, then send it again; "
            "or reach them another way and record what they say."
        )
    return _("Correct their address if it is wrong, then send it again. What was recorded stands in any case.")
