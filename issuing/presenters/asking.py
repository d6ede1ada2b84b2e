"""How requests for consent are said to staff."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from issuing.enums import Decision, MailStatus, NotAsked
from issuing.models import ConsentRequest, Learner, Mailing
from issuing.presenters.dates import clock, day, day_and_time
from issuing.queries.asking import MOST_MAILS, MOST_MAILS_IN
from issuing.services.consent import Asked
from issuing.workflow.pace import Rate

TILES: Final[dict[str, tuple[Promise, str]]] = {
    "waiting": (lazy("Waiting"), ""),
    "sent": (lazy("Sent, no answer yet"), "wait"),
    "yes": (lazy("Said yes"), "good"),
    "no": (lazy("Said no or withdrew"), "bad"),
    "refused": (lazy("Refused by the mail server"), "bad"),
    "perhaps": (lazy("Perhaps sent"), "wait"),
    "undelivered": (lazy("Not delivered"), "bad"),
    "ended": (lazy("Ended without an answer"), ""),
}
"""Each state of a request with its label and tone; every request is in exactly one."""
_LEFT_OUT: Final[dict[NotAsked, Promise]] = {
    NotAsked.AGREED: lazy("agreed already"),
    NotAsked.SAID_NO: lazy("said no or withdrew"),
    NotAsked.ASKED: lazy("asked already, with the request open"),
    NotAsked.ON_HOLD: lazy("on hold"),
    NotAsked.UNDER_13: lazy("under 13"),
    NotAsked.GONE: lazy("merged with another entry, or erased"),
}
_OF_MAIL: Final[dict[str, str]] = {
    MailStatus.WAITING: "waiting",
    MailStatus.MARKED: "waiting",
    MailStatus.SENT: "sent",
    MailStatus.REFUSED: "refused",
    MailStatus.PERHAPS: "perhaps",
    MailStatus.UNDELIVERED: "undelivered",
}


def state_of(request: ConsentRequest) -> str:
    """Which tile a request is in."""
    if request.answer:
        return "yes" if request.answer == Decision.GIVEN else "no"
    if request.stopped_at or request.mail is None:
        return "ended"
    return _OF_MAIL.get(request.mail.status, "ended")


def label_of(request: ConsentRequest) -> str:
    """How a request stands, in a few words."""
    if request.answer and request.answer != Decision.GIVEN:
        return str(Decision(request.answer).label)
    return str(TILES[state_of(request)][0])


def happened(request: ConsentRequest) -> str:
    """The latest of a request in a few words, with its time."""
    mail = request.mail
    if request.answered_at:
        return day_and_time(request.answered_at)
    if request.stopped_at:
        return _("ended %s") % day_and_time(request.stopped_at)
    if mail is None or mail.marked_at is None:
        return _("asked %s") % day_and_time(request.asked_at)
    if mail.status not in (MailStatus.SENT, MailStatus.UNDELIVERED):  # it did not leave, or nobody knows
        return _("tried %s") % day_and_time(mail.marked_at)
    if mail.status == MailStatus.SENT and request.remind_at:
        told = {"sent": day_and_time(mail.marked_at), "again": day(request.remind_at)}
        return _("e-mailed %(sent)s; reminder on %(again)s") % told
    return _("e-mailed %s") % day_and_time(mail.marked_at)


def asked(request: ConsentRequest | None) -> str:
    """That somebody was asked by e-mail, and how it stands; empty where they were not."""
    return f"{_('Asked by e-mail')}: {label_of(request)}, {happened(request)}" if request else ""


def requests(count: int) -> str:
    """A number of requests: "48 requests"."""
    return ngettext("%(count)s request", "%(count)s requests", count) % {"count": f"{count:,}"}


def told(done: Asked, mailing: Mailing, now: datetime) -> str:
    """That requests were made, and whether they leave; empty where none was."""
    if not done.count:
        return ""
    if why := pace(mailing, now):
        return _("%(requests)s waiting. %(why)s") % {"requests": requests(done.count), "why": why}
    one_by_one = f" {_('They leave one after another.')}" if done.count > 1 else ""
    return _("%s on the way.") % requests(done.count) + one_by_one


def once_more(mailing: Mailing, now: datetime) -> str:
    """That a request is e-mailed again, or waits for it where nothing leaves now; the list says why."""
    return _("It waits to be e-mailed once more.") if pace(mailing, now) else _("It is e-mailed once more.")


def after_correction(request: ConsentRequest | None, learner: Learner) -> str:
    """What is to be done about an open request once the address was corrected to which it went; empty for nothing."""
    if request is None or request.mail is None or request.mail.email_key in ("", learner.email_key):
        return ""
    if state_of(request) in ("refused", "undelivered"):
        return _("The request was not delivered to the old address: send it again, under Requests for consent.")
    return _(
        "They were asked at the old address, and a yes by that link is not taken any more: under Requests for consent "
        "say that it was not delivered, then send it again."
    )


def mail_folder() -> str:
    """Where each e-mail lies as a file, in practice; empty elsewhere."""
    if not settings.IS_PRACTICE:
        return ""
    folder = Path(settings.EMAIL_FILE_PATH or settings.VAR_DIR / "mail")
    inside = folder.is_relative_to(settings.BASE_DIR)
    return str(folder.relative_to(settings.BASE_DIR) if inside else folder)


def limit() -> str:
    """The limit on how often one person is asked, in words."""
    told = {"mails": MOST_MAILS, "days": MOST_MAILS_IN.days}
    return _("Nobody is e-mailed more than %(mails)s times in %(days)s days about the same question.") % told


def left_out(asked: Asked) -> list[str]:
    """Why others are not asked, a phrase for each reason: "4 agreed already"."""
    often = _("asked %(mails)s times in the last %(days)s days, which is as often as is allowed") % {
        "mails": MOST_MAILS,
        "days": MOST_MAILS_IN.days,
    }
    return [f"{count:,} {_LEFT_OUT.get(why, often)}" for why, count in sorted(asked.left_out.items()) if count]


def finish(waiting: int, now: datetime, *, is_away: bool) -> str:
    """When the last of those that wait leaves, at the pace that is set; empty where none does.

    Args:
        is_away (bool): no background worker is there, so that nobody can tell.
    """
    if not waiting:
        return ""
    if is_away:
        said = ngettext(
            "%(count)s is waiting; it leaves once the background worker runs again.",
            "%(count)s are waiting; they leave once the background worker runs again.",
            waiting,
        )
        return said % {"count": f"{waiting:,}"}
    at = now + timedelta(seconds=waiting * Rate.parse(settings.EMAIL_RATE).spacing())
    said = ngettext(
        "%(count)s is waiting; it leaves about %(time)s.",
        "%(count)s are waiting; the last leaves about %(time)s.",
        waiting,
    )
    return said % {"count": f"{waiting:,}", "time": clock(at, now)}


def pace(mailing: Mailing, now: datetime) -> str:
    """Why nothing leaves now; empty where it does."""
    if mailing.paused_at and mailing.paused_by:
        told = {"who": mailing.paused_by.display_name, "when": clock(mailing.paused_at, now)}
        return _("Paused by %(who)s, %(when)s: no request and no reminder leaves until somebody resumes.") % told
    if mailing.rests(now) and mailing.rests_until:
        told = {"when": clock(mailing.rests_until, now), "why": mailing.rests_why}
        return _("The mail server could not be used (%(why)s). It is tried again at %(when)s; nothing was lost.") % told
    return ""
