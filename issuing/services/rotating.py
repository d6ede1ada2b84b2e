"""Encrypts what is stored anew with the first of ENCRYPTION_KEYS, so that the others can be taken away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import models, transaction

from issuing.exceptions import SecretUnreadable
from issuing.fields import Encrypted, SealedField, decrypt, encrypt, is_current

AT_A_TIME: Final = 100
FILES_AT_A_TIME: Final = 1
"""Each may have ten megabytes."""

Row = tuple[int, str, bytes]
Column = tuple[type[models.Model], Any]


@dataclass(slots=True)
class Rotated:
    """What became of one column.

    Args:
        name (str): of the model and the field.
        renewed (int): encrypted anew.
        current (int): the first key had encrypted them already.
        unreadable (list[str]): uuids of the rows whose value no key fits.
    """

    name: str
    renewed: int = 0
    current: int = 0
    unreadable: list[str] = field(default_factory=list)


def columns() -> list[Column]:
    """Every column that keeps something encrypted, found by what its field is."""
    every = ((model, one) for model in apps.get_models() for one in model._meta.concrete_fields)
    return [(model, one) for model, one in every if isinstance(one, Encrypted)]


def rotate() -> Iterator[Rotated]:
    """Go through every column; again and again, and while the worker runs, it does no harm.

    A few rows are one transaction, each locked and read once more before it is written, so that a token that is
    replaced meanwhile stays. Waits for no lock: what is just being written is left. Broken off, what was done stays.
    """
    for column in columns():
        yield _rotate(column)


def left() -> int:
    """How many values still need another key than the first."""
    return sum(not is_current(token) for column in columns() for part in _parts(column) for _pk, _uuid, token in part)


def _rotate(column: Column) -> Rotated:
    done = Rotated(_name(column))
    for part in _parts(column):
        old = [pk for pk, _uuid, token in part if not is_current(token)]
        done.current += len(part) - len(old)
        if old:
            _renew(column, old, done)
    return done


def _renew(column: Column, ids: list[int], done: Rotated) -> None:
    model, kept_in = column
    with transaction.atomic():
        free = model._default_manager.select_for_update(skip_locked=True, no_key=True).filter(pk__in=ids)
        locked = list(free.order_by("pk").values_list("pk", flat=True))
        for pk, uuid, token in _rows(column, pk__in=locked):
            try:
                anew = encrypt(decrypt(token, uuid), uuid)
            except SecretUnreadable:
                done.unreadable.append(uuid)
            else:
                model._default_manager.filter(pk=pk).update(**{kept_in.name: kept_in.stored(anew)})
                done.renewed += 1


def _name(column: Column) -> str:
    model, kept_in = column
    return f"{model._meta.model_name}.{kept_in.name}"


def _parts(column: Column) -> Iterator[list[Row]]:
    """All rows, a few at a time, in the order of their keys."""
    size, after = FILES_AT_A_TIME if isinstance(column[1], SealedField) else AT_A_TIME, 0
    while rows := _rows(column, size, pk__gt=after):
        after = rows[-1][0]
        yield rows


def _rows(column: Column, most: int | None = None, **which: Any) -> list[Row]:
    """Key, uuid and encrypted value of those rows that have one."""
    model, kept_in = column
    found = model._default_manager.filter(**which, **{f"{kept_in.name}__isnull": False}).order_by("pk")
    raw = found.annotate(_raw=kept_in.raw()).values_list("pk", "uuid", "_raw")[:most]
    return [(pk, str(uuid), _bytes(token)) for pk, uuid, token in raw]


def _bytes(token: str | bytes | memoryview) -> bytes:
    return token.encode() if isinstance(token, str) else bytes(token)
