"""Makes one claimed call at its slot, and says what came of it."""

import time
from dataclasses import dataclass
from typing import Any

from issuing import queries
from issuing.enums import Outcome
from issuing.exceptions import NavigatrError, NoEffect
from issuing.models import Issuance
from issuing.navigatr import Channel, Issued, NavigatrClient, Recipient, boottime, deadline_guard
from issuing.services import connections
from issuing.services.issuances.claim import Claimed, take_new_slot
from issuing.workflow import pace as rules

# Of an answer only this is kept: nothing of the recipient.
KEPT = ("id", "status", "url", "badge_id", "provider_id", "issue_date", "end_date", "time_created", "issuing_method")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, as far as it will be recorded.

    Args:
        retry_after (float | None): seconds Navigatr asked us to wait.
        answer (dict | None): the accepted answer without the recipient; only with `Outcome.ISSUED`.
        assertion_id (str): Navigatr's id of the assertion; empty where the answer does not show it.
    """

    outcome: Outcome
    detail: str = ""
    status_code: int | None = None
    retry_after: float | None = None
    assertion_id: str = ""
    answer: dict[str, Any] | None = None


def make(claimed: Claimed, channel: Channel) -> Ended:
    """Make the call at its slot, or give it up before its first byte; whatever happens is in what is returned."""
    try:
        if not _reach_slot(claimed):
            return Ended(Outcome.ABORTED, "The moment to send had passed; the call was not begun.")
        client = NavigatrClient(
            connections.config(claimed.connection.base_url), connections.credentials(claimed.connection)
        )
    except Exception as error:  # noqa: BLE001 - nothing has left yet, whatever it is
        return Ended(Outcome.ABORTED, f"The call was not begun: {type(error).__name__}.")
    return _issue(client, claimed, channel)


def _issue(client: NavigatrClient, claimed: Claimed, channel: Channel) -> Ended:
    issuance = claimed.issuance
    guard = deadline_guard(claimed.committed_at, rules.FIRST_BYTE_LIMIT)
    try:
        issued = client.issue_badge(
            issuance.badge.navigatr_id,
            recipient_of(issuance),
            provider_id=issuance.badge.provider.navigatr_id,
            channel=channel,
            guard=guard,
        )
    except NavigatrError as error:
        wait = error.retry_after if isinstance(error, NoEffect) else None
        return Ended(error.outcome, str(error), error.status_code, wait)
    except Exception as error:  # noqa: BLE001 - the default is *unknown*
        return Ended(Outcome.UNKNOWN, f"The call broke off: {type(error).__name__}.")
    return _accepted(issued)


def _accepted(issued: Issued) -> Ended:
    kept = {name: issued.answer[name] for name in KEPT if name in issued.answer}
    return Ended(Outcome.ISSUED, "", issued.status_code, None, issued.assertion_id, kept)


def recipient_of(issuance: Issuance) -> Recipient:
    """The person and the details exactly as they are sent."""
    return Recipient(
        first_name=issuance.first_name,
        last_name=issuance.last_name,
        email=issuance.email,
        organisation=issuance.organisation,
        issue_date=issuance.issue_date,
        end_date=issuance.end_date,
        evidence_text=issuance.evidence_text,
        evidence_url=issuance.evidence_url,
    )


def _reach_slot(claimed: Claimed) -> bool:
    """Sleep to the slot, or to a new one where it was missed; False where the claim is too old or sending stopped."""
    slot: float | None = claimed.slot
    while slot is not None and boottime() - claimed.committed_at <= rules.FIRST_BYTE_LIMIT:
        time.sleep(max(0.0, slot - time.monotonic()))
        if not rules.missed(slot, time.monotonic(), queries.rate(), claimed.margin):
            return True
        slot = take_new_slot(claimed)
    return False
