"""Keeps files that prove an answer: put by, encrypted, while it is checked, and kept with it once it is recorded."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from issuing import queries
from issuing.enums import EvidenceKind
from issuing.exceptions import InvalidInput
from issuing.fields import decrypt, encrypt
from issuing.models import ConsentEvidence, ConsentRecord
from issuing.services.consent import shelf
from issuing.validators import clean_text

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_NAME: Final = 200

_STARTS: Final = {
    b"%PDF-": EvidenceKind.PDF,
    b"\x89PNG\r\n\x1a\n": EvidenceKind.PNG,
    b"\xff\xd8\xff": EvidenceKind.JPEG,
}


@dataclass(frozen=True, slots=True)
class ProvingFile:
    """A file as it was handed in."""

    name: str
    kind: EvidenceKind
    content: bytes


def checked(*, content: bytes, name: str) -> ProvingFile:
    """The file, if it is one that is kept; what it is, its first bytes say.

    Raises:
        InvalidInput: it is empty, larger than five megabytes, or neither a PDF nor a picture.
    """
    if not content:
        raise InvalidInput("This file is empty. Choose another.")
    if len(content) > MAX_BYTES:
        raise InvalidInput("This file is larger than 5 MB. Scan it in a lower quality, or note where it is kept.")
    kind = next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)
    if kind is None:
        raise InvalidInput(
            "This is neither a PDF nor a picture (PNG or JPEG). Save it as PDF, or note where it is kept."
        )
    return ProvingFile(" ".join(clean_text(name).split())[:MAX_NAME] or "file", kind, content)


def put_by(*, content: bytes, name: str) -> UUID:
    """Put a file by for an hour, encrypted, while the answer it proves is checked; what it is asked for by.

    Raises:
        InvalidInput: as for `checked`.
    """
    file, token = checked(content=content, name=name), uuid4()
    data = json.dumps({"name": file.name}).encode() + b"\n" + file.content
    shelf.put(_key(token), data)
    return token


def found(token: UUID) -> ProvingFile | None:
    """A file that is put by; None once its hour is over."""
    data = shelf.look(_key(token))
    if data is None:
        return None
    head, _newline, content = data.partition(b"\n")
    return checked(content=content, name=json.loads(head)["name"])


def attach(*, record: ConsentRecord, token: UUID) -> ConsentEvidence:
    """Keep a file with the answer it proves, in the caller's transaction.

    Raises:
        InvalidInput: its hour is over.
    """
    return _kept(token, record)


def share(*, records: Collection[ConsentRecord], token: UUID) -> ConsentEvidence:
    """Keep one file with all the answers it proves, in the transaction that recorded them.

    Raises:
        InvalidInput: its hour is over.
    """
    kept = _kept(token, None)
    for part in queries.batched([one.pk for one in records]):
        ConsentRecord.objects.filter(pk__in=part).update(shared_evidence=kept)
    return kept


def _kept(token: UUID, record: ConsentRecord | None) -> ConsentEvidence:
    file = found(token)
    if file is None:
        raise InvalidInput("The file was put by for an hour only. Choose it again; nothing was recorded.")
    uuid = uuid4()
    transaction.on_commit(lambda: shelf.drop(_key(token)))
    return ConsentEvidence.objects.create(
        uuid=uuid,
        record=record,
        name=file.name,
        kind=file.kind,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        sealed=encrypt(file.content, str(uuid)),
    )


def content_of(evidence: ConsentEvidence) -> bytes:
    """The file itself.

    Raises:
        SecretUnreadable: the keys do not fit.
    """
    return decrypt(bytes(evidence.sealed), str(evidence.uuid))


def _key(token: UUID) -> str:
    return f"consent-evidence-{token}"
