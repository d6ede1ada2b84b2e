"""What a reader sees of a page."""

import re
from html import unescape


def words(page: str) -> str:
    """Its words on one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))
