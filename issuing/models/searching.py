"""Columns that are searched by the beginning of a name, fast on every database and in every collation."""

from typing import Any

from django.db import models
from django.db.models.lookups import Lookup

from issuing.validators import search_form

LONGEST = 300
_BEYOND = "\U0010ffff"


class NameKey(models.CharField):
    """A name of the row as it is searched for, made anew whenever the column is written by saving.

    `QuerySet.update` does not make it: whoever changes the name so writes `search_key` of it too, and whoever blanks
    the name blanks it.

    Args:
        source (str): the column it is made of.
    """

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs |= {"max_length": LONGEST, "blank": True, "default": "", "editable": False}
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        found = search_key(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, found)
        return found

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def search_key(text: str) -> str:
    """The form of a name by which it is looked up, as `NameKey` keeps it."""
    return search_form(text)[:LONGEST]


@NameKey.register_lookup
class Begins(Lookup):
    """`first_key__begins="zo"`: by the index, unlike `startswith`, which SQLite answers by reading every row."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", (*given, self.rhs, *given, f"{self.rhs}{_BEYOND}")

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        pattern = self.rhs.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        return f"{column} LIKE %s", (*given, f"{pattern}%")
