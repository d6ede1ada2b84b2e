"""Hands e-mails to the mail server, one connection for several, and says what its answers prove."""

import re
import smtplib
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from django.core.mail import EmailMessage, get_connection

from issuing.enums import MailStatus
from issuing.workflow.mailing import is_for_now

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of handing one e-mail over.

    Args:
        status (MailStatus): SENT, REFUSED, PERHAPS, or WAITING where it provably had no effect and is tried later.
        detail (str): the mail server's words, without the address.
        is_ours (bool): whether it would happen to every e-mail: the server refuses us, not the learner's address.
    """

    status: MailStatus
    detail: str = ""
    is_ours: bool = False


class Unreachable(Exception):
    """The mail server cannot be reached or does not let us in; nothing was sent."""


class Post:
    """A connection to the mail server that is opened before anything is marked, and lasts for several e-mails."""

    def __init__(self) -> None:
        self._connection: Any = get_connection()

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            self._connection.connection = None

    def ready(self) -> None:
        """Have an open connection; one that ended meanwhile is opened anew.

        Raises:
            Unreachable: that is not to be had.
        """
        try:
            server = getattr(self._connection, "connection", None)
            if isinstance(server, smtplib.SMTP) and not _is_alive(server):
                self.close()
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_said(error)) from None

    def hand_over(self, letter: EmailMessage) -> Handed:
        """Hand one e-mail over; what cannot be told counts as perhaps sent."""
        address = letter.to[0]
        try:
            count = self._connection.send_messages([letter])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return _refused(code, words, address)
        except smtplib.SMTPSenderRefused as error:
            return Handed(MailStatus.WAITING, _clean(error.smtp_error, address), is_ours=True)
        except smtplib.SMTPDataError as error:
            if error.smtp_code < 400:  # no answer of the protocol, with the whole e-mail in the server's hands
                self.close()
                return Handed(MailStatus.PERHAPS, _clean(error.smtp_error, address))
            return _refused(error.smtp_code, error.smtp_error, address)
        except (smtplib.SMTPNotSupportedError, ValueError) as error:  # before anything of it was written
            return Handed(MailStatus.REFUSED, _clean(str(error), address))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Handed(MailStatus.PERHAPS, _clean(_said(error), address))
        return Handed(MailStatus.SENT) if count else Handed(MailStatus.WAITING, is_ours=True)


def _is_alive(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _refused(code: int, words: bytes | str, address: str) -> Handed:
    detail = f"{code} {_clean(words, address)}"[:LONGEST]
    return Handed(MailStatus.WAITING if is_for_now(code) else MailStatus.REFUSED, detail)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_clean(error.smtp_error)}"[:LONGEST]
    return type(error).__name__


def _clean(words: bytes | str, address: str = "") -> str:
    """On one line, without the address: it is kept nowhere but with the learner."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    for part in (address, address.partition("@")[0]) if address else ():
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "…", text, flags=re.IGNORECASE)
    return " ".join(text.split())[:LONGEST]
