"""Keeps personal links out of every log. Imports nothing of ours."""

import logging
import re

_LINK = re.compile(r"(/my-consent/)[^/\s?#\"']+")
_formatter = logging.Formatter()


class HideLinks(logging.Filter):
    """Writes `/my-consent/…` wherever a record holds the address of somebody's link, also in its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if _LINK.search(message):
            record.msg, record.args = hidden(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = hidden(record.exc_text)
        return True


def hidden(text: str) -> str:
    return _LINK.sub(r"\1…", text)
