"""How a database is kept from a plan that it takes for good and that is not."""

from typing import Any

from django.db.models import Func


class Unhelped(Func):
    """A column as SQLite reads it when it may not look it up in an index; PostgreSQL knows better by itself."""

    template, arity = "%(expressions)s", 1

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)
