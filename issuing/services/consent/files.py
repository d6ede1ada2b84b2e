"""Keeps an uploaded file of answers for an hour, encrypted, until its answers are recorded, and records them once."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final
from uuid import UUID, uuid4

from django.core.cache import cache

from issuing import sheets
from issuing.exceptions import AlreadyTaken
from issuing.models import User
from issuing.services.consent import shelf
from issuing.services.consent.importing import Imported, import_answers
from issuing.services.consent.planning import ImportOptions
from issuing.services.consent.stopping import Stopped
from issuing.sheets import Choices, Field, Matching, Table

_GONE: Final = "This file is not kept any more. Choose it again; answers that were recorded stay recorded."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How staff said that a file is to be read; what they left alone is None.

    Args:
        columns (Mapping[str, int] | None): every field that is used and its column's place from 0.
        is_settled (bool): somebody looked at what else would be a guess: its letters, and whole names.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, int] | None = None
    is_settled: bool = False


AS_FOUND: Final = Reading()


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file of answers that was uploaded and can be read."""

    name: str
    table: Table
    matching: Matching


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was uploaded, and how it is to be read."""

    name: str
    content: bytes
    reading: Reading


def keep(*, content: bytes, name: str, reading: Reading = AS_FOUND) -> UUID:
    """Keep a file that can be a table; the name it is asked for by.

    Raises:
        SheetError: it is none.
    """
    sheets.kind_at_sight(content, name)
    token = uuid4()
    _keep(token, Upload(name, content, reading))
    return token


def read_as(*, token: UUID, reading: Reading) -> AnswerFile:
    """Keep how a file is to be read, and read it so.

    Raises:
        AlreadyTaken: it is not kept any more.
        SheetError: it cannot be read so.
    """
    upload = uploaded(token)
    if upload is None:
        raise AlreadyTaken(_GONE)
    file = _read(replace(upload, reading=reading))
    _keep(token, replace(upload, reading=reading))
    return file


def uploaded(token: UUID) -> Upload | None:
    """The file itself, while it is kept and was not recorded."""
    found = shelf.look(_key("file", token))
    if found is None:
        return None
    head, _newline, content = found.partition(b"\n")
    told = json.loads(head)
    return Upload(told["name"], content, Reading(**told["reading"]))


def kept(token: UUID) -> AnswerFile | None:
    """The file as people and their answers, while it is kept and was not recorded.

    Raises:
        SheetError: it cannot be read so without guessing.
    """
    upload = uploaded(token)
    return _read(upload) if upload else None


def import_once(*, token: UUID, options: ImportOptions, by: User) -> Imported:
    """Record the answers of a kept file, once however often it is asked for; the file is forgotten then.

    Raises:
        AlreadyTaken: it is being recorded at this moment, or is kept no more.
        InvalidInput: as for `import_answers`.
        SheetError: as for `import_answers`.
    """
    if done := imported(token):
        return done
    if not cache.add(_key("run", token), "", shelf.KEPT_SECONDS):
        raise AlreadyTaken(
            "These answers are being recorded at this moment. Look again in a minute; if it never ends, choose the "
            "file again: an answer recorded twice counts as once."
        )
    return _ending(token, lambda: _import(token, options, by))


def imported(token: UUID) -> Imported | None:
    """What recording a file came to, for an hour; None where it was not recorded."""
    found = shelf.look(_key("result", token))
    if found is None:
        return None
    told = json.loads(found)
    left_out = [(row_no, why) for row_no, why in told.pop("left_out")]
    return Imported(**told | {"left_out": left_out, "stopped": Stopped(**told["stopped"])})


def _import(token: UUID, options: ImportOptions, by: User) -> Imported:
    file = kept(token)
    if file is None:
        raise AlreadyTaken(_GONE)
    done = import_answers(table=file.table, matching=file.matching, options=options, by=by)
    shelf.put(_key("result", token), json.dumps(asdict(done)).encode())
    shelf.drop(_key("file", token))
    return done


def _ending(token: UUID, work: Callable[[], Imported]) -> Imported:
    """Let the next one in, whatever came of it."""
    try:
        return work()
    finally:
        cache.delete(_key("run", token))


def _read(upload: Upload) -> AnswerFile:
    how = upload.reading
    choices = Choices(encoding=how.encoding, delimiter=how.delimiter, sheet=how.sheet, header_row=how.header_row)
    table = sheets.read_table(upload.content, name=upload.name, choices=choices)
    if not how.is_settled:
        table = sheets.certain(table)
    chosen = None if how.columns is None else {Field(name): index for name, index in how.columns.items()}
    return AnswerFile(upload.name, table, sheets.match_columns(table, chosen=chosen))


def _keep(token: UUID, upload: Upload) -> None:
    head = json.dumps({"name": upload.name, "reading": asdict(upload.reading)}).encode()
    shelf.put(_key("file", token), head + b"\n" + upload.content)


def _key(kind: str, token: UUID) -> str:
    return f"consent-{kind}-{token}"
