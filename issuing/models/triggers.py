"""Triggers that keep history append-only. Installed after every migrate, because a rebuilt table loses them."""

from django.db.backends.base.base import BaseDatabaseWrapper

_IDENTITY = ("issuance_id", "number", "connection_id", "secret_version", "worker", "claimed_at")
_FILLED_ONCE = ("slot_at", "outcome", "effect", "ended_at", "status_code", "assertion_id")

_ATTEMPT_CHANGED = " OR ".join(
    [f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _IDENTITY]
    + [f"(OLD.outcome <> '' AND OLD.{name} IS DISTINCT FROM NEW.{name})" for name in _FILLED_ONCE]
    + ["(OLD.outcome <> '' AND NEW.detail <> '' AND OLD.detail <> NEW.detail)"]
)

# table, when, refused where (SQL condition), sentence
RULES = (
    ("issuing_attempt", "DELETE", "", "an attempt is never deleted"),
    ("issuing_attempt", "UPDATE", _ATTEMPT_CHANGED, "an attempt is filled in once"),
    ("issuing_auditevent", "DELETE", "", "an audit event is never deleted"),
    ("issuing_auditevent", "UPDATE", "", "an audit event is never changed"),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place, anew where it stands already."""
    with connection.cursor() as cursor:
        remove(connection)
        for table, when, condition, sentence in RULES:
            for statement in _statements(connection.vendor, table, when, condition, sentence):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for table, when, _, _ in RULES:
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, when)}{on_table}")


def _name(table: str, when: str) -> str:
    return f"{table}_{when.lower()}_refused"


def _statements(vendor: str, table: str, when: str, condition: str, sentence: str) -> list[str]:
    name = _name(table, when)
    on_row = f"BEFORE {when} ON {table} FOR EACH ROW"
    if vendor == "sqlite":
        guard = f" WHEN {condition.replace('IS DISTINCT FROM', 'IS NOT')}" if condition else ""
        return [f"CREATE TRIGGER {name} {on_row}{guard} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"]
    guard = f" WHEN ({condition})" if condition else ""
    body = f"BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} {on_row}{guard} EXECUTE FUNCTION {name}()",
    ]
