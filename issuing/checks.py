"""Settings that would break a promise are refused before anything runs; each check has an id, a sentence and a hint."""

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from issuing.navigatr.config import is_loopback
from issuing.workflow.pace import Rate

LEAST_SETTLE_SECONDS = 240
LEAST_TASK_SECONDS = 180
TASK_RESERVE_SECONDS = 120
"""How much longer than the read time-out a task may take: its budget, the call, and recording what came of it."""
LEAST_WORKERS = 2
KEYLESS = "keyless"
VENDORS = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
OWN_CACHES = ("locmem.LocMemCache", "dummy.DummyCache")
SYNCHRONOUS_FULL = 2
"""What SQLite calls FULL; EXTRA, one more, does as well."""


@register
def keys(**_: Any) -> list[CheckMessage]:
    """Without keys only the commands that touch no data get this far."""
    if KEYLESS in (settings.SECRET_KEY, *settings.ENCRYPTION_KEYS):
        hint = "`make run` and `make live` write both into .env; or set them in the environment."
        return [Warning("SECRET_KEY and ENCRYPTION_KEYS are not both set.", hint=hint, id="issuing.W001")]
    if settings.ENCRYPTION_KEYS and all(map(_is_fernet, settings.ENCRYPTION_KEYS)):
        return []
    hint = 'Make one with: python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
    return [Error("ENCRYPTION_KEYS holds something that is not a Fernet key.", hint=hint, id="issuing.E001")]


@register
def task_times(**_: Any) -> list[CheckMessage]:
    """A task must end before it is cut off, and be over before django-q2 would deliver it again."""
    found: list[CheckMessage] = []
    timeout, retry = settings.Q_CLUSTER["timeout"], settings.Q_CLUSTER["retry"]
    least = max(LEAST_TASK_SECONDS, settings.NAVIGATR_READ_TIMEOUT + TASK_RESERVE_SECONDS)
    if timeout < least:
        text = f"Q_CLUSTER's timeout is {timeout} s; with this NAVIGATR_READ_TIMEOUT a task may take {least:g} s."
        found.append(Error(text, hint="Leave it to settings.py to work out.", id="issuing.E002"))
    if retry <= 3 * timeout:
        text = f"Q_CLUSTER's retry is {retry} s; it must be more than three times the timeout of {timeout} s."
        found.append(Error(text, hint="Else a task that still runs is delivered again.", id="issuing.E003"))
    return found


@register
def settle_time(**_: Any) -> list[CheckMessage]:
    """A look that comes too early finds nothing yet, and a badge would be sent twice."""
    real = [host for host in settings.NAVIGATR_HOSTS if not is_loopback(urlsplit(f"//{host}").hostname or "")]
    if not real or settings.NAVIGATR_SETTLE_SECONDS >= LEAST_SETTLE_SECONDS:
        return []
    text = f"NAVIGATR_SETTLE_SECONDS is {settings.NAVIGATR_SETTLE_SECONDS:g}; it must be 240 or more."
    hint = "Less is allowed only where every host in NAVIGATR_HOSTS is this machine itself."
    return [Error(text, hint=hint, id="issuing.E004")]


@register
def rate(**_: Any) -> list[CheckMessage]:
    if _is_rate(settings.NAVIGATR_RATE):
        return []
    text = f"NAVIGATR_RATE is {settings.NAVIGATR_RATE!r}, which is not a limit."
    return [Error(text, hint="Write calls/seconds: 5/2 is five calls every two seconds.", id="issuing.E005")]


@register
def email_rate(**_: Any) -> list[CheckMessage]:
    if _is_rate(settings.EMAIL_RATE):
        return []
    text = f"EMAIL_RATE is {settings.EMAIL_RATE!r}, which is not a limit."
    return [Error(text, hint="Write e-mails/seconds: 30/60 is thirty e-mails a minute.", id="issuing.E011")]


@register
def reminder_days(**_: Any) -> list[CheckMessage]:
    days = settings.CONSENT_REMINDER_DAYS
    if all(day > 0 for day in days) and list(days) == sorted(set(days)):
        return []
    text = f"CONSENT_REMINDER_DAYS is {days!r}; it must be days after the first e-mail, each later than the one before."
    return [Error(text, hint="7,14 reminds after one week and after two; empty: never.", id="issuing.E012")]


@register
def workers(**_: Any) -> list[CheckMessage]:
    if settings.WORKERS >= LEAST_WORKERS and settings.Q_CLUSTER["workers"] >= LEAST_WORKERS:
        return []
    text = f"WORKERS is {settings.WORKERS}; there must be two at least."
    hint = "One is kept free of sending, so that checks and mail go on."
    return [Error(text, hint=hint, id="issuing.E006")]


@register
def database_kind(**_: Any) -> list[CheckMessage]:
    engine = connections["default"].settings_dict["ENGINE"]
    if engine in VENDORS:
        return []
    hint = "DATABASE_URL begins with sqlite:/// or postgres://"
    return [Error(f"The database is {engine}; only SQLite and PostgreSQL are tried.", hint=hint, id="issuing.E007")]


@register
def sqlite_options(**_: Any) -> list[CheckMessage]:
    """What every connection asks of SQLite; `sqlite_in_force` looks whether it was granted."""
    database = connections["default"].settings_dict
    if database["ENGINE"] != VENDORS[0]:
        return []
    options = database.get("OPTIONS", {})
    asked = options.get("init_command", "").upper().replace(" ", "")
    wanted = ("JOURNAL_MODE=WAL", "SYNCHRONOUS=FULL")
    if options.get("transaction_mode") == "IMMEDIATE" and all(pragma in asked for pragma in wanted):
        return []
    text = "SQLite is not asked for WAL, synchronous=FULL and IMMEDIATE transactions."
    return [Error(text, hint="A claim must be on the disk before its call is made.", id="issuing.E008")]


@register(Tags.database)
def sqlite_in_force(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Whether this very file has what was asked for. Runs with `migrate`, `check --database default` and `doctor`."""
    connection = connections["default"]
    if "default" not in (databases or ()) or connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    if journal == "wal" and synchronous >= SYNCHRONOUS_FULL:
        return []
    text = f"SQLite runs with journal_mode={journal} and synchronous={synchronous} in place of WAL and FULL."
    hint = "Put the database file on a local disk: network file systems do not allow it."
    return [Error(text, hint=hint, id="issuing.E009")]


@register
def shared_cache(**_: Any) -> list[CheckMessage]:
    backend = str(settings.CACHES["default"]["BACKEND"])
    if not backend.endswith(OWN_CACHES):
        return []
    hint = "Use the file-based cache, or REDIS_URL: a process that stops tells the senders through it."
    return [Error(f"{backend} is not shared between processes.", hint=hint, id="issuing.E010")]


def _is_rate(text: str) -> bool:
    try:
        return math.isfinite(Rate.parse(text).seconds)
    except ValueError:
        return False


def _is_fernet(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
