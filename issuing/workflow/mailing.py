"""The steps an e-mail may take, as data, what a mail server's code means, and when reminders are due."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from issuing.enums import MailStatus as S

STEPS: Mapping[S, frozenset[S]] = {
    S.WAITING: frozenset({S.MARKED, S.DROPPED}),
    # Back to waiting only where the server said "not now", which is no effect.
    S.MARKED: frozenset({S.SENT, S.REFUSED, S.PERHAPS, S.WAITING}),
    S.PERHAPS: frozenset({S.SENT, S.REFUSED, S.UNDELIVERED}),
    S.SENT: frozenset({S.UNDELIVERED}),
    S.REFUSED: frozenset(),
    S.UNDELIVERED: frozenset(),
    S.DROPPED: frozenset(),
}

ON_ITS_WAY = frozenset({S.WAITING, S.MARKED})
FOR_A_PERSON = frozenset({S.REFUSED, S.PERHAPS, S.UNDELIVERED})
"""Those that go no further without a person."""
ARRIVED = frozenset({S.MARKED, S.SENT, S.PERHAPS, S.UNDELIVERED})
"""Those that may have reached somebody: what the limit counts."""

MOST_TRIES = 5
LONGEST_REST = timedelta(hours=1)


def is_for_now(code: int) -> bool:
    """Whether a server's no holds only for the moment: it takes the e-mail later (RFC 5321, 4.2.1)."""
    return 400 <= code < 500


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries that came to nothing: a minute, doubling up to an hour."""
    return min(LONGEST_REST, timedelta(minutes=1) * 2.0 ** min(max(0, tries - 1), 10))


def next_reminder(first_sent: datetime, sent: int, days: Sequence[int]) -> datetime | None:
    """When the next reminder is due, `sent` e-mails after the first was sent; None: there is none."""
    if not 1 <= sent <= len(days):
        return None
    return first_sent + timedelta(days=days[sent - 1])
