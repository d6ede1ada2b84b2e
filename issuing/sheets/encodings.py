"""From bytes to text: by the byte order mark, else as strict UTF-8, else by what makes the likeliest words of it."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import Final

from issuing.sheets.faults import fault

ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "utf-32": "UTF-32",
    "cp1252": "Windows Western",
    "cp1250": "Windows Central European",
    "cp1251": "Windows Cyrillic",
    "cp1253": "Windows Greek",
    "cp1254": "Windows Turkish",
    "iso8859-1": "ISO 8859-1 (Western)",
    "iso8859-2": "ISO 8859-2 (Central European)",
    "iso8859-9": "ISO 8859-9 (Turkish)",
    "iso8859-15": "ISO 8859-15 (Western)",
    "mac-roman": "Mac Roman",
    "cp850": "DOS Western",
    "cp437": "DOS American",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "shift_jis": "Japanese (Shift JIS)",
}
"""Every encoding staff may choose, by Python's name, with the name it is shown by."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark it begins with.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Detectors call Windows-1252 names Central European; here the first of these wins unless another makes better words.
_GUESSES: Final = ("cp1252", "cp1250", "cp850", "mac-roman", "cp1251")
# Control characters no text has: many of them mean that it is no text at all.
_NOT_TEXT: Final = frozenset(range(0x20)) - frozenset(b"\t\n\r\x0b\x0c\x1a\x1f")
_WORDS: Final = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_NOT_IN_UTF_8: Final = re.compile("[\udc80-\udcff]")
_IN_UTF_8: Final = re.compile("[^\x00-\x7f\udc80-\udcff]")
_MOST_WORDS: Final = 2_000
_HEAD: Final = 4096


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the encoding it was read in, and whether that is a guess."""

    text: str
    encoding: str
    guessed: bool = False


def decode(content: bytes, *, name: str = "", encoding: str | None = None) -> Decoded:
    """The text of a file, without a byte order mark.

    Args:
        content (bytes): the file.
        name (str): its name, for sentences only.
        encoding (str | None): one staff chose; None decides from the bytes.

    Raises:
        SheetError: `encoding` or `not_a_table`.
    """
    if encoding is not None:
        return _decode_as(content, encoding)
    if mark := next((known for bom, known in _BOMS if content.startswith(bom)), None):
        return _decode_as(content, mark)
    head = content[:_HEAD]
    if order := _unmarked_utf_16(head):
        decoded = _decode_as(content, order)
        return Decoded(decoded.text, order, guessed=True)
    _refuse_binary(head, name)
    try:
        return Decoded(content.decode(), "utf-8")
    except UnicodeDecodeError as error:
        _refuse_mixture(content, error)
    likeliest = _likeliest(content)
    return Decoded(content.decode(likeliest), likeliest, guessed=True)


def encoding_name(encoding: str) -> str:
    """What staff may know an encoding by."""
    return ENCODINGS.get(encoding, encoding.upper())


def _decode_as(content: bytes, encoding: str) -> Decoded:
    try:
        used = codecs.lookup(encoding).name
        if used.removesuffix("-sig") not in ENCODINGS:
            raise LookupError(encoding)
        return Decoded(content.decode(used).removeprefix("\ufeff"), used.removesuffix("-sig"))
    except (LookupError, UnicodeError) as error:
        raise fault("encoding_named", encoding=f"“{ENCODINGS.get(encoding, encoding)[:40]}”") from error


def _unmarked_utf_16(head: bytes) -> str | None:
    """Which byte order the zeros of Latin letters show, if they stand at every other place."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) < max(2, len(head) // 8) or min(first, second) > max(first, second) // 20:
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def _refuse_binary(head: bytes, name: str) -> None:
    if sum(byte in _NOT_TEXT for byte in head) > len(head) // 8 + 1:
        raise fault("not_a_table", name=f"“{name}”" if name else "This file", what="data of another kind")


def _refuse_mixture(content: bytes, error: UnicodeDecodeError) -> None:
    """Rows of different programs pasted together: no one encoding reads them."""
    text = content.decode("utf-8", "surrogateescape")
    if len(_IN_UTF_8.findall(text)) > len(_NOT_IN_UTF_8.findall(text)):
        before = content[: error.start]
        raise fault("mixed_encodings", line=max(before.count(b"\n"), before.count(b"\r")) + 1)


def _likeliest(content: bytes) -> str:
    words = {match[0] for match in islice(_WORDS.finditer(content), _MOST_WORDS)}
    possible = [encoding for encoding in _GUESSES if _decodes(content, encoding)]
    return max(possible, key=lambda encoding: sum(_likelihood(word.decode(encoding)) for word in words))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _likelihood(word: str) -> float:
    """Above zero where letters beyond ASCII stand as in a name, below where signs or odd capitals stand among them."""
    padded = f" {word} "
    return sum(
        _fits(padded[index - 1], padded[index], padded[index + 1])
        for index in range(1, len(padded) - 1)
        if not padded[index].isascii()
    )


def _fits(before: str, char: str, after: str) -> float:
    beside = before.isalpha() or after.isalpha()
    if char in "’ʼ":
        return 0.5 if before.isalpha() else 0
    if char in "–—":
        return -1 if beside and not after.isupper() else 0
    if not beside:
        return 0
    if not char.isalpha():
        return -1
    if _script(before) not in ("", _script(char)) or _script(after) not in ("", _script(char)):
        return -1
    if char.isupper() and before.islower():
        return -1
    if char.islower() and before.isupper() and after.isupper():
        return -1
    # In Latin letters three in a row beyond ASCII are no name.
    return -1 if _script(char) == "LATIN" and _beyond(before) and _beyond(after) else 1


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""


def _beyond(char: str) -> bool:
    return char.isalpha() and not char.isascii()
