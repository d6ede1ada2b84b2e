"""Triggers for what no constraint can hold: history that is only added to, identities that never change.

Installed after every migrate, because a rebuilt table loses them.
"""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

_IDENTITY = ("issuance_id", "number", "connection_id", "secret_version", "worker", "claimed_at")
_FILLED_ONCE = ("slot_at", "outcome", "effect", "ended_at", "status_code", "assertion_id")


def _changed(names: Iterable[str]) -> list[str]:
    return [f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names]


_ATTEMPT_CHANGED = " OR ".join(
    _changed(_IDENTITY)
    + [f"(OLD.outcome <> '' AND {change})" for change in _changed(_FILLED_ONCE)]
    + ["(OLD.outcome <> '' AND NEW.detail <> '' AND OLD.detail <> NEW.detail)"]
    + ["(OLD.outcome <> '' AND NEW.answer IS NOT NULL AND OLD.answer IS DISTINCT FROM NEW.answer)"]
)

_WORDS = ("statement_id", "language", "body", "sha256")
_VERSION = ("provider_id", "badge_id", "version", "kind", "is_minor", "published_at")
_SAID = ("decision", "text_id", "route", "giver", "decided_at", "recorded_by_id")

# A reason that staff typed may name a learner: erasing takes it away, and nothing else of an act ever changes.
_DETAILS_DIFFER = "details differ by more than a reason"
_ACT_CHANGED = " OR ".join([*_changed(("at", "actor_id", "verb", "subject", "subject_uuid")), _DETAILS_DIFFER])
_WITHOUT_REASON = {
    "sqlite": "json(NEW.details) IS NOT json_remove(OLD.details, '$.reason')",
    "postgresql": "NEW.details IS DISTINCT FROM OLD.details - 'reason'",
}

# table, when, refused where (SQL condition), sentence
RULES = (
    ("issuing_attempt", "DELETE", "", "an attempt is never deleted"),
    ("issuing_attempt", "UPDATE", _ATTEMPT_CHANGED, "an attempt is filled in once"),
    ("issuing_auditevent", "DELETE", "", "an audit event is never deleted"),
    ("issuing_auditevent", "UPDATE", _ACT_CHANGED, "an audit event is never changed"),
    ("issuing_consenttext", "UPDATE", " OR ".join(_changed(_WORDS)), "published words never change"),
    ("issuing_consentstatement", "UPDATE", " OR ".join(_changed(_VERSION)), "a published version never changes"),
    ("issuing_consentrecord", "UPDATE", " OR ".join(_changed(_SAID)), "an answer is never changed"),
    ("issuing_provider", "UPDATE", " OR ".join(_changed(("host", "navigatr_id"))), "an organisation is never another"),
    ("issuing_badge", "UPDATE", " OR ".join(_changed(("provider_id", "navigatr_id"))), "a badge is never another"),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in place, anew where it stands already."""
    with connection.cursor() as cursor:
        remove(connection)
        for table, when, condition, sentence in RULES:
            for statement in _statements(connection.vendor, table, when, condition, sentence):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away: for a table that must be emptied, as between tests."""
    with connection.cursor() as cursor:
        for table, when, _, _ in RULES:
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, when)}{on_table}")


def _name(table: str, when: str) -> str:
    return f"{table}_{when.lower()}_refused"


def _statements(vendor: str, table: str, when: str, condition: str, sentence: str) -> list[str]:
    name = _name(table, when)
    on_row = f"BEFORE {when} ON {table} FOR EACH ROW"
    condition = condition.replace(_DETAILS_DIFFER, _WITHOUT_REASON[vendor])
    if vendor == "sqlite":
        guard = f" WHEN {condition.replace('IS DISTINCT FROM', 'IS NOT')}" if condition else ""
        return [f"CREATE TRIGGER {name} {on_row}{guard} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"]
    guard = f" WHEN ({condition})" if condition else ""
    body = f"BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} {on_row}{guard} EXECUTE FUNCTION {name}()",
    ]
