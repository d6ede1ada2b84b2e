"""The list of who was erased, as lines of JSON: beside the database, so that it outlives a backup that is restored."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from issuing.exceptions import InvalidInput
from issuing.models import Erasure, User

FILE_NAME = "erasures.jsonl"


def beside() -> Path:
    """Where the list stands beside the database."""
    return Path(settings.VAR_DIR) / FILE_NAME


def append(erasure: Erasure) -> None:
    """Add one to the list beside the database."""
    path = beside()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line(erasure)}\n")


def rewrite() -> None:
    """Write the whole list beside the database anew, after `take_in` has read it."""
    path = beside()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text("".join(f"{one}\n" for one in lines()), encoding="utf-8")
    fresh.replace(path)


def line(erasure: Erasure) -> str:
    """One erasure as a line; nothing in it names the person."""
    by = erasure.erased_by
    told = {
        "learner": str(erasure.learner_uuid),
        "email_keys": erasure.email_keys,
        "entries": erasure.entries,
        "erased_at": erasure.erased_at.isoformat(),
        "erased_by": by.username if by else "",
        "identity_note": erasure.identity_note,
    }
    return json.dumps(told)


def lines() -> Iterator[str]:
    """The whole list of the database."""
    for erasure in Erasure.objects.select_related("erased_by").order_by("pk").iterator():
        yield line(erasure)


def missing() -> int:
    """How many of the list beside the database it does not know: those erased after a backup that was restored.

    Raises:
        InvalidInput: the list cannot be read.
    """
    try:
        text = beside().read_text("utf-8")
    except FileNotFoundError:
        return 0
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{beside()} cannot be read.") from error
    return len(_unknown(text.splitlines()))


def take_in(text: Iterable[str]) -> int:
    """Add what the database does not know yet; returns how many.

    Raises:
        InvalidInput: a line is none of such a list; nothing was added.
    """
    new = _unknown(text)
    Erasure.objects.bulk_create(Erasure(**one) for one in new.values())
    return len(new)


def _unknown(text: Iterable[str]) -> dict[UUID, dict[str, Any]]:
    """The lines of which the database has none yet, as values of it."""
    told = [_read(number, one) for number, one in enumerate(text, start=1) if one.strip()]
    known = set(Erasure.objects.values_list("learner_uuid", flat=True))
    return {one["learner_uuid"]: one for one in told if one["learner_uuid"] not in known}


def _read(number: int, text: str) -> dict[str, Any]:
    try:
        return _values(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"Line {number} is not from a list of erasures; nothing was done.") from error


def _values(told: Any) -> dict[str, Any]:
    keys, erased_at = [str(key) for key in told["email_keys"]], datetime.fromisoformat(told["erased_at"])
    if not all(keys) or not keys or erased_at.tzinfo is None:
        raise ValueError
    return {
        "learner_uuid": UUID(str(told["learner"])),
        "email_keys": keys,
        "entries": [str(UUID(str(one))) for one in told["entries"]],
        "erased_at": erased_at,
        "erased_by": User.objects.filter(username=told["erased_by"]).first(),
        "identity_note": str(told["identity_note"])[:500] or "unknown",
    }
