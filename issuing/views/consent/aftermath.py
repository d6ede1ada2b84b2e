"""What was sent and is not claimed, of somebody who does not agree any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuing import queries
from issuing.enums import ConsentState, IssuanceStatus
from issuing.models import Issuance, Learner
from issuing.presenters.dates import day_and_time
from issuing.presenters.issuances import navigatr_says

_NOES: Final = (ConsentState.DECLINED, ConsentState.WITHDRAWN, ConsentState.CONFLICT, ConsentState.UNDER_13)


@dataclass(frozen=True, slots=True)
class Left:
    """One badge that lies unclaimed at Navigatr.

    Args:
        can_revoke (bool): whether Navigatr's record is known, by which it is asked.
        is_asked (bool): whether Navigatr is being asked already.
    """

    issuance: Issuance
    sent: str
    can_revoke: bool
    is_asked: bool


def unclaimed(learner: Learner, issuances: Iterable[Issuance], *, now: datetime) -> list[Left]:
    """Badges Navigatr may go on reminding of, though a no stands against each; they come with their assertions."""
    waiting = [one for one in issuances if _is_unclaimed(one)]
    badges = {one.badge_id: one.badge for one in waiting}
    against = {pk for pk, badge in badges.items() if queries.consent_of(learner.pk, badge, now=now).state in _NOES}
    return [_left(one) for one in waiting if one.badge_id in against]


def _is_unclaimed(issuance: Issuance) -> bool:
    return issuance.status == IssuanceStatus.ISSUED and navigatr_says(issuance).casefold() in ("", "pending")


def _left(issuance: Issuance) -> Left:
    asked = issuance.revocations.filter(ended_at=None).exists()
    is_known = bool(issuance.assertions.all())
    sent = day_and_time(issuance.issued_at or issuance.changed_at)
    return Left(issuance, sent, can_revoke=is_known and not asked, is_asked=asked)
