"""What the background worker runs: call one service, done. Each may be lost, doubled or late without harm."""

from issuing.services import heartbeats, issuances


def send(connection_id: int) -> None:
    """Send what is due over a connection."""
    issuances.send(connection_id)


def canary() -> None:
    """Give the watcher a sign of life."""
    heartbeats.beat()


def every_minute() -> None:
    """The net below all waking: what was lost is found, what is due is woken."""
    heartbeats.beat()
    issuances.reap()
    issuances.wake_due()
