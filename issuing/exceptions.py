"""What can go wrong, each with the sentence a person reads. Imports nothing of ours but the enums."""

from issuing.enums import Outcome


class IssuingError(Exception):
    """Something could not be done; the text is a sentence for staff that says what to do next."""


class NotPermitted(IssuingError):
    """Your account may not do this. A manager can."""


class InvalidInput(IssuingError):
    """What was typed or uploaded cannot be used as it is; nothing was saved."""


class NothingReady(IssuingError):
    """No row of this roster can be issued as things stand."""


class AlreadyTaken(IssuingError):
    """Somebody else has done this already; nothing was done twice."""


class SecretUnreadable(IssuingError):
    """A stored secret cannot be decrypted: ENCRYPTION_KEYS lacks the key it was encrypted with."""


class StepRefused(IssuingError):
    """An issuance may not go from where it is to where it was asked to go."""


class SheetError(IssuingError):
    """The file cannot be read as a table; nothing was saved.

    Args:
        code (str): stable name of the fault, e.g. `empty`, `too_big`, `no_header`.
        message (str): what is wrong and what to do, in words for staff.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NavigatrError(IssuingError):
    """A call to Navigatr ended without what was asked for.

    Args:
        message (str): Navigatr's words or ours; never a secret.
        outcome (Outcome): how it ended.
        status_code (int | None): HTTP status, None where no answer came.
    """

    def __init__(self, message: str, *, outcome: Outcome, status_code: int | None = None) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.status_code = status_code


class NoEffect(NavigatrError):
    """Nothing reached Navigatr, or it turned the call away unread; the call may be repeated.

    Args:
        retry_after (float | None): seconds Navigatr asked us to wait, as sent, not capped.
    """

    def __init__(
        self,
        message: str,
        *,
        outcome: Outcome,
        status_code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, outcome=outcome, status_code=status_code)
        self.retry_after = retry_after


class Rejected(NavigatrError):
    """Navigatr understood and said no; repeating changes nothing until a person acts."""


class OutcomeUnknown(NavigatrError):
    """The request left and no usable answer came: look before anything else."""
