"""How a badge's way to a learner is said."""

from dataclasses import dataclass

from issuing.enums import IssuanceStatus
from issuing.models import Issuance

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
        return Said("Sent, not claimed", "good")
    return Said(navigatr_says, "good" if navigatr_says.casefold() == "claimed" else "bad")
