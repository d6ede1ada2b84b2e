"""Keeps personal links and e-mail addresses out of every log. Imports nothing of ours."""

import logging
import re

_LINK = re.compile(r"(/my-consent/)[^/\s?#\"']+")
_PART = r"[^\s@<>()\[\]{},;:\"'=/]+"
_ADDRESS = re.compile(rf"{_PART}@{_PART}\.{_PART}")
_formatter = logging.Formatter()


class HideLinks(logging.Filter):
    """Writes `/my-consent/…` for somebody's link and `(address)` for an e-mail address, also in a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (said := hidden(message)) != message:
            record.msg, record.args = said, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = hidden(record.exc_text)
        return True


def hidden(text: str) -> str:
    return _ADDRESS.sub("(address)", _LINK.sub(r"\1…", text))
