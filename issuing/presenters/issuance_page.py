"""One badge's page: where it stands in sentences, what was sent, what came of each call."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from issuing.enums import IssuanceStatus, RevocationOutcome, RosterStatus, StatusReason
from issuing.models import Assertion, Attempt, Issuance, Revocation
from issuing.presenters import issuances
from issuing.presenters.dates import day, day_and_time
from issuing.queries import UNCLAIMED_AFTER

S = IssuanceStatus


@dataclass(frozen=True, slots=True)
class Line:
    """One thing with its name."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence in place, with its tone."""

    text: str
    tone: str = ""


def sentence(issuance: Issuance, navigatr_says: str, *, now: datetime) -> str:
    """Where a badge stands and what follows, in a sentence or two."""
    said = {
        S.QUEUED: _queued,
        S.SENDING: lambda _issuance: _("It is being sent at this moment."),
        S.UNCONFIRMED: _unconfirmed,
        S.REJECTED: _rejected,
        S.CANCELLED: _cancelled,
    }
    status = S(issuance.status)
    return _sent(issuance, navigatr_says, now) if status == S.ISSUED else said[status](issuance)


def _queued(issuance: Issuance) -> str:
    if issuance.badge.hold:
        return _("It waits, because the badge is held: %s. Nothing was lost.") % issuance.badge.get_hold_display()
    if issuance.learner.on_hold_since:
        return _("It waits, because the learner is on hold. Nothing was lost.")
    if issuance.roster and issuance.roster.status == RosterStatus.PAUSED:
        return _("It waits, because its roster is paused. It is sent once somebody resumes that.")
    if issuance.not_before:
        return _("It waits to be sent, not before %s.") % day_and_time(issuance.not_before)
    return _("It waits to be sent, as soon as the limit of Navigatr allows.")


def _unconfirmed(issuance: Issuance) -> str:
    if issuance.reason == StatusReason.TO_DECIDE:
        return _("We sent it and got no usable answer, and Navigatr’s list does not settle it. It waits for your look.")
    return _("We sent it and got no usable answer. It is being checked with Navigatr and not sent twice meanwhile.")


def _rejected(issuance: Issuance) -> str:
    words = issuance.detail or issuance.get_reason_display()
    return _("It was not sent. Navigatr said: %s") % words


def _cancelled(issuance: Issuance) -> str:
    why = issuances.reason(issuance)
    return _("It was stopped before it was sent, %(when)s: %(why)s.") % {
        "when": day_and_time(issuance.changed_at),
        "why": f"{why[:1].lower()}{why[1:]}",
    }


def _sent(issuance: Issuance, navigatr_says: str, now: datetime) -> str:
    at = issuance.issued_at or issuance.changed_at
    sent = _("Sent %s.") % day_and_time(at)
    if issuance.learner.lapsed_at:
        return f"{sent} " + _("The learner’s data has not been kept since %s.") % day(issuance.learner.lapsed_at)
    if issuance.learner.erased_at:
        return f"{sent} " + _("The learner was erased %s.") % day(issuance.learner.erased_at)
    if navigatr_says.casefold() == "claimed":
        claimed = next((one.time_claimed for one in issuance.assertions.all() if one.time_claimed), None)
        return f"{sent} " + (
            _("The learner claimed it %s.") % day(claimed) if claimed else _("The learner claimed it.")
        )
    if navigatr_says.casefold() in ("", "pending"):
        days = (now - at).days
        if now - at < UNCLAIMED_AFTER:
            return f"{sent} " + _("Navigatr e-mailed %s a claim link.") % issuance.email
        late = ngettext("Not claimed for %s day.", "Not claimed for %s days.", days) % days
        return f"{sent} {late} " + _("Ask the learner whether the e-mail arrived, also among junk.")
    return f"{sent} " + _("Navigatr says of it now: %s.") % navigatr_says


def sent_lines(issuance: Issuance) -> list[Line]:
    """Exactly what goes to Navigatr; what is empty is not sent."""
    lines = [
        Line(_("Badge"), f"{issuance.badge.name} ({issuance.badge.provider.name})"),
        Line(_("First name"), issuance.first_name),
        Line(_("Last name"), issuance.last_name),
        Line(_("E-mail address"), issuance.email),
        Line(_("Organisation"), issuance.organisation),
        Line(_("Issue date"), issuance.issue_date),
        Line(_("Expiry date"), issuance.end_date),
        Line(_("Evidence text"), issuance.evidence_text),
        Line(_("Evidence link"), issuance.evidence_url),
    ]
    return [line for line in lines if line.value]


def revocation(asked: Revocation) -> Note:
    """What became of a request to revoke."""
    who = _("%(who)s asked on %(when)s to have it revoked (“%(why)s”).") % {
        "who": asked.asked_by.display_name,
        "when": day_and_time(asked.asked_at),
        "why": asked.reason,
    }
    outcome = RevocationOutcome(asked.outcome)
    if outcome == RevocationOutcome.NONE:
        waits = (
            _("Navigatr is being asked.") if asked.tries < 2 else _("Navigatr did not answer yet; it is asked again.")
        )
        return Note(f"{who} {waits}", "wait")
    if outcome == RevocationOutcome.REVOKED:
        return Note(f"{who} " + _("It is revoked at Navigatr."), "good")
    if outcome == RevocationOutcome.REFUSED:
        return Note(f"{who} " + _("Navigatr did not revoke it: %s") % asked.detail, "bad")
    unknown = _("Whether Navigatr revoked it is not known: it gave no usable answer. Look at its recipients there.")
    return Note(f"{who} {unknown}", "bad")


def record(known: Assertion) -> str:
    """One of Navigatr's records: its number, its status, and when that was read."""
    told = ", ".join(part for part in (known.navigatr_id, known.status) if part)
    return _("%(told)s (as of %(when)s)") % {"told": told, "when": day_and_time(known.read_at)}


def support_text(issuance: Issuance) -> str:
    """What Navigatr's support needs to take a badge back by hand."""
    numbers = ", ".join(one.navigatr_id for one in issuance.assertions.all())
    text = _(
        "Please revoke one badge that we had sent.\n"
        "Organisation: %(provider)s (%(provider_id)s)\n"
        "Badge: %(badge)s (%(badge_id)s)\n"
        "Sent to: %(email)s, %(when)s\n"
        "Your record: %(numbers)s"
    )
    return text % {
        "provider": issuance.badge.provider.name,
        "provider_id": issuance.badge.provider.navigatr_id,
        "badge": issuance.badge.name,
        "badge_id": issuance.badge.navigatr_id,
        "email": issuance.email or _("an address that we no longer keep"),
        "when": day_and_time(issuance.issued_at or issuance.changed_at),
        "numbers": numbers or _("not known to us"),
    }


class Call:
    """One attempt as the log shows it."""

    def __init__(self, attempt: Attempt) -> None:
        self.number = attempt.number
        self.at = day_and_time(attempt.slot_at)
        self.outcome = attempt.get_outcome_display() if attempt.outcome else _("Under way, or its worker is gone")
        self.code = attempt.status_code or ""
        self.detail = attempt.detail
        self.worker = attempt.worker
