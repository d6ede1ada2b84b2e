"""Keeps an uploaded file of answers for an hour, encrypted, until its answers are recorded, and records them once."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID, uuid4

from django.core.cache import cache

from issuing import sheets
from issuing.exceptions import AlreadyTaken, SecretUnreadable
from issuing.fields import decrypt, encrypt
from issuing.models import User
from issuing.services.consent.importing import Imported, import_answers
from issuing.services.consent.planning import ImportOptions
from issuing.services.consent.stopping import Stopped
from issuing.sheets import Matching, Table

KEPT_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file of answers that was uploaded and can be read."""

    name: str
    table: Table
    matching: Matching


def keep(*, content: bytes, name: str) -> UUID:
    """Keep a file that can be read as people; the name it is asked for by.

    Raises:
        SheetError: it cannot be read, or lacks names or addresses.
    """
    _read(content, name)
    token = uuid4()
    head = json.dumps({"name": name}).encode()
    _write("file", token, head + b"\n" + content)
    return token


def kept(token: UUID) -> AnswerFile | None:
    """The file, while it is kept and was not recorded.

    Raises:
        SheetError: it can be read no more.
    """
    found = _load("file", token)
    if found is None:
        return None
    head, _newline, content = found.partition(b"\n")
    return _read(content, json.loads(head)["name"])


def import_once(*, token: UUID, options: ImportOptions, by: User) -> Imported:
    """Record the answers of a kept file, once however often it is asked for; the file is forgotten then.

    Raises:
        AlreadyTaken: it is being recorded at this moment, or is kept no more.
        InvalidInput: as for `import_answers`.
        SheetError: as for `import_answers`.
    """
    if done := imported(token):
        return done
    if not cache.add(_key("run", token), "", KEPT_SECONDS):
        raise AlreadyTaken(
            "These answers are being recorded at this moment. Look again in a minute; if it never ends, choose the "
            "file again: an answer recorded twice counts as once."
        )
    return _ending(token, lambda: _import(token, options, by))


def imported(token: UUID) -> Imported | None:
    """What recording a file came to, for an hour; None where it was not recorded."""
    found = _load("result", token)
    if found is None:
        return None
    told = json.loads(found)
    left_out = [(row_no, why) for row_no, why in told.pop("left_out")]
    return Imported(**told | {"left_out": left_out, "stopped": Stopped(**told["stopped"])})


def _import(token: UUID, options: ImportOptions, by: User) -> Imported:
    file = kept(token)
    if file is None:
        raise AlreadyTaken("This file is not kept any more. Choose it again; answers that were recorded stay recorded.")
    done = import_answers(table=file.table, matching=file.matching, options=options, by=by)
    _write("result", token, json.dumps(asdict(done)).encode())
    cache.delete(_key("file", token))
    return done


def _ending(token: UUID, work: Callable[[], Imported]) -> Imported:
    """Let the next one in, whatever came of it."""
    try:
        return work()
    finally:
        cache.delete(_key("run", token))


def _read(content: bytes, name: str) -> AnswerFile:
    table = sheets.certain(sheets.read_table(content, name=name))
    return AnswerFile(name, table, sheets.match_columns(table))


def _key(kind: str, token: UUID) -> str:
    return f"consent-{kind}-{token}"


def _write(kind: str, token: UUID, data: bytes) -> None:
    cache.set(_key(kind, token), encrypt(data, _key(kind, token)), KEPT_SECONDS)


def _load(kind: str, token: UUID) -> bytes | None:
    sealed = cache.get(_key(kind, token))
    try:
        return decrypt(sealed, _key(kind, token)) if sealed else None
    except SecretUnreadable:  # the keys were replaced meanwhile: as good as gone
        return None
