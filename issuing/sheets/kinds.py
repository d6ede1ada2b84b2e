"""What a file really is, from its bytes; its name is not asked."""

import io
import re
import zipfile
import zlib
from typing import Final

from issuing.exceptions import SheetError
from issuing.sheets.faults import fault

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: Final = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"BZh", "a compressed archive"),
    (b"{\\rtf", "a text document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
)
_MARKUP: Final = re.compile(rb"<(!doctype|html|head|body|table|\?xml|svg|div|meta|script)\b", re.IGNORECASE)
_JSON: Final = re.compile(rb"(\{\s*\"|\[\s*[\[{])")
# The first record of an old workbook, and right after it the one that says how it is encrypted.
_ENCRYPTED_XLS: Final = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00(?:.{4}|.{12})\x2f\x00", re.DOTALL)
_MAX_UNPACKED: Final = 512 * 1024 * 1024
_MAX_ENTRIES: Final = 5_000


def kind_of(content: bytes, name: str) -> str:
    """One of `csv`, `xlsx`, `xls` and `ods`; a file that only may be CSV counts as CSV.

    Raises:
        SheetError: `not_a_table`, `unsupported_kind`, `password_protected`, `damaged` or `too_big`.
    """
    shown = f"“{name}”" if name else "This file"
    if content.startswith(b"PK\x03\x04"):
        return _archive_kind(content, shown)
    if content.startswith(_OLE):
        return _ole_kind(content, shown)
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise fault("not_a_table", name=shown, what=what)
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _MARKUP.match(start):
        raise fault("web_page", name=shown, what="a web page or an XML document")
    if _JSON.match(start):
        raise fault("not_a_table", name=shown, what="JSON")
    return "csv"


def _ole_kind(content: bytes, shown: str) -> str:
    if _has_stream(content, "EncryptedPackage") or _ENCRYPTED_XLS.search(content):
        raise fault("password_protected")
    if _has_stream(content, "Workbook") or _has_stream(content, "Book"):
        return "xls"
    raise fault("not_a_table", name=shown, what="a document of an old kind")


def _has_stream(content: bytes, name: str) -> bool:
    """Whether a directory entry, all of which begin at a multiple of 128 bytes, has this name."""
    wanted = f"{name}\0".encode("utf-16-le")
    place = content.find(wanted)
    while place >= 0 and place % 128:
        place = content.find(wanted, place + 1)
    return place >= 0


def _archive_kind(content: bytes, shown: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            mimetype = _mimetype(archive, entries)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise fault("damaged") from error
    if len(entries) > _MAX_ENTRIES or sum(entry.file_size for entry in entries) > _MAX_UNPACKED:
        raise fault("unpacks_too_big")
    names = {entry.filename.lstrip("/").lower() for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise fault("password_protected")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if b"opendocument.spreadsheet" in mimetype and "content.xml" in names:
        return "ods"
    raise _archive_fault(names, mimetype, shown)


def _mimetype(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bytes:
    """What OpenDocument says of itself, always first and never compressed."""
    first = entries[0] if entries else None
    if first is None or first.filename != "mimetype" or first.compress_type or first.file_size > 200:
        return b""
    return archive.read(first)


def _archive_fault(names: set[str], mimetype: bytes, shown: str) -> SheetError:
    if b"opendocument.spreadsheet" in mimetype:
        return fault("damaged")
    if "xl/workbook.bin" in names:
        return fault("unsupported", name=shown, what="a binary workbook (.xlsb)")
    if any(name.endswith(".iwa") for name in names):
        return fault("unsupported", name=shown, what="an Apple document (Numbers, for example)")
    if "word/document.xml" in names or b"opendocument.text" in mimetype:
        return fault("not_a_table", name=shown, what="a text document")
    if "[content_types].xml" in names:
        return fault("damaged")
    return fault("not_a_table", name=shown, what="an archive (zip)")
