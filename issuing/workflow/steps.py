"""The steps an issuance may take, as data. The diagram in the docs is drawn from it."""

from collections.abc import Mapping

from issuing.enums import IssuanceStatus as S

STEPS: Mapping[S, frozenset[S]] = {
    S.QUEUED: frozenset({S.SENDING, S.CANCELLED, S.ISSUED}),
    S.SENDING: frozenset({S.ISSUED, S.REJECTED, S.QUEUED, S.UNCONFIRMED, S.CANCELLED}),
    S.UNCONFIRMED: frozenset({S.ISSUED, S.QUEUED, S.REJECTED, S.CANCELLED}),
    S.ISSUED: frozenset(),
    S.REJECTED: frozenset({S.QUEUED, S.CANCELLED, S.ISSUED}),
    S.CANCELLED: frozenset(),
}

LIVE = frozenset(S) - {S.REJECTED, S.CANCELLED}
"""Statuses that hold the key: one live issuance per provider, badge, e-mail key and reissue number."""

OPEN = frozenset({S.QUEUED, S.SENDING, S.UNCONFIRMED})
"""Statuses of which nobody knows the end yet."""


def may_become(current: str, wanted: str) -> bool:
    return S(wanted) in STEPS[S(current)]


def sources(wanted: str) -> frozenset[S]:
    """Every status from which `wanted` may be reached."""
    return frozenset(status for status, targets in STEPS.items() if S(wanted) in targets)
