"""Under which number a badge is sent to somebody who has it or had it: one place for the rule."""

from dataclasses import dataclass

from issuing.exceptions import AlreadyTaken
from issuing.models import TAKEN
from issuing.queries import Holding

ENDED_REASON = "Navigatr’s record of the earlier badge: {status}"


class HasItAlready(AlreadyTaken):
    """The learner has this badge already; it may be issued again with a reason."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """How one badge is told apart from those that went to the same address before.

    Args:
        number (int): the reissue number; no other live issuance of badge and address has it.
        reason (str): why it is issued again; empty where it is the first.
        replaces_id (int | None): the one that was sent before.
    """

    number: int = 0
    reason: str = ""
    replaces_id: int | None = None


FIRST = Numbered()


def numbered(holding: Holding, reason: str = "", *, otherwise: int = 0) -> Numbered:
    """The number that comes next for this person; where Navigatr says that they have it no more, that is the reason.

    Where the address holds none yet the number is the first, so that nothing else can be sent there beside it.

    Args:
        reason (str): why staff want it issued again; without, whoever has it is refused.
        otherwise (int): the number where it was never sent to this address.

    Raises:
        HasItAlready: they have it, and there is no reason.
        AlreadyTaken: one is on its way to them.
    """
    if holding.is_open:
        raise AlreadyTaken(TAKEN)
    if holding.is_held and not reason:
        raise HasItAlready(TAKEN)
    if holding.ended:
        reason = reason or ENDED_REASON.format(status=holding.ended)
    latest = holding.latest
    return Numbered(holding.next_number or otherwise, reason, latest.pk if latest else None)
