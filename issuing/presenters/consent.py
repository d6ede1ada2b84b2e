"""How consent is said: what a learner's records come to, in one sentence, and what one record holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from issuing import queries
from issuing.enums import ConsentState, Decision, Giver, MailStatus, Route
from issuing.models import (
    Badge,
    ConsentEvidence,
    ConsentMail,
    ConsentRecord,
    Learner,
)
from issuing.presenters.dates import day, day_and_time
from issuing.presenters.scopes import giver, scope, whole_scope, wording
from issuing.queries import ConsentStanding
from issuing.services.consent import Stopped

_HOW: Final[dict[str, Promise]] = {
    Route.ONLINE: lazy("online"),
    Route.PAPER: lazy("on paper"),
    Route.PHONE: lazy("by phone"),
    Route.IN_PERSON: lazy("in person"),
    Route.IMPORTED: lazy("imported from a file"),
}
_TONES: Final[dict[str, str]] = {ConsentState.GIVEN: "good", ConsentState.NONE: "wait"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a learner's records come to for a badge, in words.

    Args:
        sentence (str): e.g. "Agreed 14 Sept 2026, on paper, to all badges from Example College; …".
        tone (str): good, wait or bad.
        allows (bool): whether the badge may be issued to them.
        label (str): the state in a few words, for a tag.
        scope (str): what it is about, e.g. "All badges from Example College", "Digital Skills".
    """

    sentence: str
    tone: str
    allows: bool
    label: str
    scope: str


def of(learner: Learner | None, badge: Badge, *, now: datetime | None = None) -> Said:
    """What a learner's records come to for one badge; of somebody who is not known yet that there is no consent."""
    found = queries.consent_standing(learner.pk if learner else None, badge, now=now or timezone.now())
    return said(found)


def said(standing: ConsentStanding) -> Said:
    """What a standing comes to, in words."""
    state = standing.verdict.state
    scope = standing.badge.name if standing.badge else _("All badges from %s") % standing.provider.name
    label = _("Conflicting answers") if state == ConsentState.CONFLICT else str(state.label)  # short, for a phone
    return Said(_sentence(standing), _TONES.get(state, "bad"), standing.allows, label, scope)


def _sentence(standing: ConsentStanding) -> str:
    state, records = standing.verdict.state, standing.records
    if state == ConsentState.CONFLICT:
        each = "; ".join(_short(record) for record in records)
        about = {"scope": whole_scope(standing.provider, standing.badge), "answers": each}
        return _("Answers about %(scope)s contradict each other, and one no is enough (%(answers)s)") % about
    if state == ConsentState.UNDER_13:
        return _("Under 13: Navigatr is for people of 13 and over, so no badge is sent, whoever agrees")
    if state == ConsentState.NONE:
        return _none(records[0], standing) if records else _about(standing, _("No consent yet for %s"))
    if state == ConsentState.GIVEN:
        saved = [record for record in records if record.pk == standing.verdict.allowed_by]
        return full(saved[0] if saved else next(record for record in records if not record.pk))
    return full(next(record for record in records if record.decision == state.value))


def _none(record: ConsentRecord, standing: ConsentStanding) -> str:
    """Why a yes that was given counts no more."""
    begin = _about(standing, _("No consent now for %s"))
    statement = record.text.statement if record.text else None
    if statement and statement.superseded_at:
        words = _("the words agreed to on %(day)s (version %(version)s) were replaced on %(replaced)s") % {
            "day": day(record.decided_at),
            "version": statement.version,
            "replaced": day(statement.superseded_at),
        }
    else:
        ended = day(record.ends_at) if record.ends_at else ""
        words = _("the yes of %(day)s ended on %(ended)s") % {"day": day(record.decided_at), "ended": ended}
    return f"{begin}: {words}"


def _about(standing: ConsentStanding, pattern: str) -> str:
    return pattern % (_("this badge") if standing.badge else _("badges from %s") % standing.provider.name)


def full(record: ConsentRecord) -> str:
    """One record in a sentence: what, when, how, by whom, to what, and who wrote it down."""
    how = str(_HOW[record.route])
    if record.giver != Giver.LEARNER:
        how += _(", by %s") % giver(record)
    pattern = _("%(said)s %(day)s, %(how)s, for %(scope)s")
    if record.decision != Decision.WITHDRAWN:
        pattern = _("%(said)s %(day)s, %(how)s, to %(scope)s")
    sentence = pattern % {
        "said": Decision(record.decision).label,
        "day": day(record.decided_at),
        "how": how,
        "scope": scope(record),
    }
    by = record.recorded_by
    return sentence + (_("; recorded by %s") % by.display_name if by else "")


def _short(record: ConsentRecord) -> str:
    who = giver(record) if record.giver != Giver.LEARNER else _("the learner")
    patterns = {
        Decision.GIVEN: _("%(who)s agreed %(day)s"),
        Decision.DECLINED: _("%(who)s said no %(day)s"),
        Decision.WITHDRAWN: _("%(who)s withdrew %(day)s"),
    }
    return patterns[Decision(record.decision)] % {"who": who, "day": day(record.decided_at)}


def language(code: str) -> str:
    """A language's name where we know it, else its code."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def stopped(done: Stopped) -> str:
    """What a change of consent stopped and what it came too late for; empty where neither."""
    sentences = []
    if done.cancelled:
        sentences.append(
            ngettext(
                "%d badge that was waiting was stopped.", "%d badges that were waiting were stopped.", done.cancelled
            )
            % done.cancelled
        )
    if done.on_the_way:
        sentences.append(
            ngettext("%d badge was already on its way.", "%d badges were already on their way.", done.on_the_way)
            % done.on_the_way
        )
    return " ".join(sentences)


@dataclass(frozen=True, slots=True)
class Mailed:
    """One receipt that was e-mailed, in words.

    Args:
        may_say_undelivered (bool): whether it left, so that it may have come back, and none was e-mailed since.
    """

    mail: ConsentMail
    said: str
    may_say_undelivered: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the history, in words; `record` for its address and evidence, `file` for one that proves it.

    Args:
        mailed (list[Mailed]): how each receipt of it that was e-mailed stands, the latest last.
    """

    record: ConsentRecord
    label: str
    tone: str
    day: str
    how: str
    giver: str
    scope: str
    wording: str
    recorded: str
    ends: str
    invalidated: str
    file: ConsentEvidence | None
    mailed: list[Mailed]


def entry(record: ConsentRecord) -> Entry:
    """One record for the history."""
    return Entry(
        record=record,
        label=str(Decision(record.decision).label),
        tone="good" if record.decision == Decision.GIVEN else "bad",
        day=day(record.decided_at),
        how=str(Route(record.route).label),
        giver=giver(record),
        scope=scope(record),
        wording=wording(record.text.statement) if record.text else "",
        recorded=stamp(record.recorded_at, record.recorded_by),
        ends=day(record.ends_at) if record.ends_at else "",
        invalidated=stamp(record.invalidated_at, record.invalidated_by) if record.invalidated_at else "",
        file=record.proof,
        mailed=_mailed(record) if record.pk else [],
    )


def _mailed(record: ConsentRecord) -> list[Mailed]:
    mails = sorted(record.receipts.all(), key=lambda mail: mail.pk)
    may_be_back = [mail for mail in mails[-1:] if mail.status in (MailStatus.SENT, MailStatus.PERHAPS)]
    return [Mailed(mail, _stands(mail), mail in may_be_back) for mail in mails]


def _stands(mail: ConsentMail) -> str:
    told = [str(MailStatus(mail.status).label), day_and_time(mail.marked_at) if mail.marked_at else "", mail.detail]
    return ", ".join(filter(None, told))


def stamp(at: datetime, by: object) -> str:
    """When, and by whom where that is known."""
    name = getattr(by, "display_name", "")
    return _("%(when)s by %(who)s") % {"when": day_and_time(at), "who": name} if name else day_and_time(at)
