"""What the background worker runs: call one service, done. Each may be lost, doubled or late without harm."""

from issuing.queries import tallies
from issuing.services import (
    badges,
    claims,
    consent,
    erasure,
    forgetting,
    heartbeats,
    issuances,
    retention,
    rosters,
    settling,
)


def send(connection_id: int) -> None:
    """Send what is due over a connection."""
    issuances.send(connection_id)


def check_roster(roster_id: int) -> None:
    """Make checked rows of an uploaded file."""
    rosters.check_kept(roster_id)


def canary() -> None:
    """Give the watcher a sign of life."""
    heartbeats.beat()


def settle(connection_id: int) -> None:
    """Look up calls of a connection that got no usable answer."""
    settling.settle(connection_id)


def every_minute() -> None:
    """The net below all waking: what was lost is found, what is due is woken."""
    heartbeats.beat()
    issuances.reap()
    issuances.wake_due()
    issuances.wake_revocations()
    settling.wake_due()
    rosters.wake_unread()
    consent.reap()
    consent.wake_due()


def every_hour() -> None:
    """Whose badges have not been read for a day has them read; what counts no longer is forgotten, and at night goes
    what is kept no longer, for good."""
    badges.wake_sync()
    forgetting.forget()
    retention.wake()
    erasure.checkpoint()


def sync_badges(connection_id: int) -> None:
    """Read the badges of a connection's organisations."""
    badges.sync_in_background(connection_id=connection_id)


def revoke(revocation_id: int) -> None:
    """Ask Navigatr to take a badge back."""
    issuances.carry_out(revocation_id)


def every_quarter() -> None:
    """Have the states of sent badges read, and what pages show of them counted."""
    claims.wake()
    tallies.count_again()


def sync_claims(connection_id: int) -> None:
    """Read the states of a connection's badges at Navigatr, or read on."""
    claims.sync(connection_id)


def mail() -> None:
    """Send the e-mails that are due, or go on with them."""
    consent.send_due()


def retain(run_id: int) -> None:
    """Remove what is kept no longer, or go on with it."""
    retention.go_on(run_id)
