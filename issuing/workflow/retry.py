"""How long to wait before a call that had no effect is made again. Pure values; jitter is handed in."""

from issuing.enums import Outcome

REST_CAP = 60.0
_FIRST_REST = 2.0
_LEAST_ASKED = 1.0
_FIRST_BACK_OFF = 5.0
_BACK_OFF_CAP = 300.0


def rest_seconds(retry_after: float | None, refused_in_a_row: int, jitter: float) -> float:
    """Seconds the connection rests after a 429.

    Args:
        retry_after (float | None): what Navigatr asked for, in seconds; less than one is no answer to go by.
        refused_in_a_row (int): how many 429 came without a success between, this one included.
        jitter (float): between 0 and 1.
    """
    if retry_after is not None and retry_after >= _LEAST_ASKED:
        return min(REST_CAP, retry_after)
    return min(REST_CAP, _FIRST_REST * 2 ** min(10, max(0, refused_in_a_row - 1)) * (1 + jitter / 4))


def back_off_seconds(outcome: Outcome, attempt_no: int, jitter: float) -> float:
    """Seconds a row waits after an attempt without effect; 0 where its connection rests or stops instead."""
    if outcome not in (Outcome.UNREACHABLE,):
        return 0.0
    return min(_BACK_OFF_CAP, _FIRST_BACK_OFF * 2 ** min(10, attempt_no - 1)) * (1 + jitter / 4)
