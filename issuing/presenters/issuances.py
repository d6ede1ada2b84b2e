"""How a badge's way to a learner is said."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from issuing.enums import IssuanceStatus, StatusReason
from issuing.models import Issuance
from issuing.presenters.dates import day, day_and_time

S = IssuanceStatus
_TONES = {S.QUEUED: "", S.SENDING: "wait", S.UNCONFIRMED: "wait", S.ISSUED: "good", S.REJECTED: "bad", S.CANCELLED: ""}


@dataclass(frozen=True, slots=True)
class Said:
    """A status in words, with the tone of its tag: good, wait, bad, or empty."""

    label: str
    tone: str


def status(issuance: Issuance, navigatr_says: str = "") -> Said:
    """Where a badge stands, in the words of pages.

    Args:
        navigatr_says (str): the status of Navigatr's record where it is known, e.g. `Pending`, `Claimed`.
    """
    where = S(issuance.status)
    if where != S.ISSUED:
        return Said(str(where.label), _TONES[where])
    if navigatr_says.casefold() in ("", "pending"):
        return Said(_("Sent, not claimed"), "good")
    if navigatr_says.casefold() == "claimed":
        return Said(_("Claimed"), "good")
    if is_revoked(navigatr_says):
        return Said(_("Revoked"), "bad")
    return Said(_("Sent; Navigatr says: %s") % navigatr_says, "bad")


def reason(issuance: Issuance) -> str:
    """Why a badge is where it is, with the day that this speaks of: "Withdrew on 14 Sept 2026"; empty where plain."""
    if not issuance.reason or issuance.reason_at is None:
        return str(issuance.get_reason_display()) if issuance.reason else ""
    told = {"day": day(issuance.reason_at)}
    return {
        StatusReason.SAID_NO: _("Said no on %(day)s"),
        StatusReason.WITHDREW: _("Withdrew on %(day)s"),
        StatusReason.CONSENT_ENDED: _("Consent ended on %(day)s"),
        StatusReason.WORDS_REPLACED: _("Agreed to words that were replaced on %(day)s"),
        StatusReason.RECORDED_IN_ERROR: _("Consent was recorded in error, noted on %(day)s"),
    }.get(StatusReason(issuance.reason), str(issuance.get_reason_display())) % told


def navigatr_says(issuance: Issuance) -> str:
    """The status of the latest of Navigatr's records of this badge; empty where none is known yet."""
    known = sorted(issuance.assertions.all(), key=lambda one: one.pk)
    return known[-1].status if known else ""


def is_revoked(navigatr_says: str) -> bool:
    """Whether Navigatr says of its record that the badge was taken back."""
    return navigatr_says.casefold() == "revoked"


def learner_name(issuance: Issuance) -> str:
    """The names as they were sent; of somebody erased or no longer kept, that there are none."""
    return f"{issuance.first_name} {issuance.last_name}".strip() or _("(name no longer kept)")


class Row:
    """One badge as a list shows it; `issuance` comes with its badge, roster, assertions and who confirmed it."""

    def __init__(self, issuance: Issuance) -> None:
        self.issuance = issuance
        self.learner = learner_name(issuance)
        self.badge = issuance.badge.name
        self.is_sandbox = issuance.badge.is_sandbox
        self.group = issuance.roster.group if issuance.roster else ""
        says = navigatr_says(issuance)
        self.status = status(issuance, says)
        self.is_revoked = is_revoked(says)
        self.when = day_and_time(issuance.issued_at or issuance.changed_at)
        self.by = issuance.confirmed_by.display_name
        self.is_again = bool(issuance.reissue_reason)
