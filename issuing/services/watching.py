"""Looks at everything the program stands on and says, a line each, whether it holds or what to do."""

import shutil
import smtplib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import run_checks
from django.core.mail import get_connection
from django.db import Error as DatabaseError
from django.db import connection as database
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from issuing import queries
from issuing.exceptions import IssuingError
from issuing.models import Connection, ConsentLink, InstanceKey
from issuing.navigatr.channel import Call, Channel
from issuing.navigatr.client import NavigatrClient
from issuing.navigatr.config import is_loopback
from issuing.services import connections, erasure

LEAST_FREE_BYTES = 200 * 2**20
DATABASE_CLOCK_SECONDS = 2.0
NAVIGATR_CLOCK_SECONDS = 10.0
TCP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing.

    Args:
        name (str): the thing, in a word or two.
        ok (bool | None): None where it could not be told.
        says (str): how it is, or what to do; never a secret.
    """

    name: str
    ok: bool | None
    says: str


def examine() -> Iterator[Finding]:
    """Look at one thing after another, each as it is asked for; what needs the database is left out without it."""
    state = _database()
    yield state
    yield _settings(with_database=bool(state.ok))
    if state.ok:
        yield from _keys()
        yield _clock()
        yield _worker()
    yield _disk()
    yield _proxy()
    accounts = list(Connection.objects.in_use().select_related("pace").order_by("name")) if state.ok else []
    yield from _navigatr(accounts)
    yield from map(_owner, accounts)
    if state.ok and not accounts:
        yield Finding("token", False, "No Navigatr account is connected. Connect one with manage.py connect.")
    yield _mail()
    yield _backup()
    if state.ok:
        yield from _erasures()


def _database() -> Finding:
    try:
        executor = MigrationExecutor(database)
        left = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        says = f"It does not answer ({type(error).__name__}). Check DATABASE_URL and that it runs."
        return Finding("database", False, says)
    if left:
        return Finding("database", False, f"{left} migrations are not applied. Run manage.py migrate.")
    return Finding("database", True, f"{database.display_name} answers, and every migration is applied.")


def _settings(*, with_database: bool) -> Finding:
    messages = run_checks(databases=["default"] if with_database else None)
    found = [f"{message.msg} {message.hint or ''}".strip() for message in messages if message.is_serious()]
    return Finding("settings", not found, " ".join(found) or "All system checks pass.")


def _keys() -> Iterator[Finding]:
    """Whether every stored secret can be read with the present keys."""
    secrets = [("the key of addresses", key.secret) for key in InstanceKey.objects.all()]
    for account in Connection.objects.all():
        kept = (account.secret, account.access_token)
        secrets += [(f"the login of {account.name}", secret) for secret in kept if secret is not None]
    if newest := ConsentLink.objects.order_by("-pk").first():
        secrets.append(("the learners' links", newest.secret))
    unreadable = []
    for what, secret in secrets:
        try:
            secret.reveal()
        except IssuingError as error:
            unreadable.append(Finding("keys", False, f"Not to be read: {what}. {error}"))
    yield from unreadable or [Finding("keys", True, f"All {len(secrets)} stored secrets can be read.")]


def _clock() -> Finding:
    ahead = time.time() - queries.database_time()
    if abs(ahead) > DATABASE_CLOCK_SECONDS:
        says = f"This machine's clock is {_seconds(ahead)} the database's. Let both be set by NTP."
        return Finding("clock", False, says)
    return Finding("clock", True, "This machine and the database agree.")


def _worker() -> Finding:
    worker = queries.worker(timezone.now())
    if worker.seen_at is None:
        return Finding("worker", False, "No background worker has ever answered. Start manage.py supervise.")
    age = (worker.now - worker.seen_at).total_seconds()
    if worker.is_away:
        says = f"The background worker last answered {age:.0f} s ago. See that manage.py supervise runs, and its log."
        return Finding("worker", False, says)
    says = f"The background worker answered {age:.0f} s ago."
    if worker.back_since and worker.away_from:
        gone, back = (f"{timezone.localtime(at):%H:%M}" for at in (worker.away_from, worker.back_since))
        says += f" It was away from {gone} to {back}, while badges waited."
    return Finding("worker", True, says)


def _disk() -> Finding:
    folder = next(path for path in (settings.VAR_DIR, *settings.VAR_DIR.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    says = f"{free // 2**20} MB are free below {folder}."
    if free < LEAST_FREE_BYTES:
        return Finding("disk", False, f"{says} Make room: at least 200 MB are needed.")
    return Finding("disk", True, says)


def _proxy() -> Finding:
    if settings.NAVIGATR_CA_BUNDLE and not Path(settings.NAVIGATR_CA_BUNDLE).exists():
        return Finding("proxy", False, "The file that NAVIGATR_CA_BUNDLE names is not there.")
    if not settings.NAVIGATR_PROXY:
        return Finding("proxy", True, "None is set; Navigatr is called directly.")
    try:
        parts = urlsplit(settings.NAVIGATR_PROXY)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        return Finding("proxy", False, "NAVIGATR_PROXY is not an address like http://proxy.example.org:3128")
    try:
        socket.create_connection((host, port), TCP_SECONDS).close()
    except OSError as error:
        says = f"{host}, port {port}, cannot be reached ({type(error).__name__}). Check NAVIGATR_PROXY."
        return Finding("proxy", False, says)
    return Finding("proxy", True, f"{host}, port {port}, takes connections.")


def _navigatr(accounts: list[Connection]) -> Iterator[Finding]:
    """One call without a token for each account; where there is none yet, for each host that may be called."""
    if accounts:
        yield from (_answers(account.base_url, account) for account in accounts)
    else:
        yield from (_answers(_base_url(host), None) for host in settings.NAVIGATR_HOSTS)


def _base_url(host: str) -> str:
    return f"{'http' if is_loopback(urlsplit(f'//{host}').hostname or '') else 'https'}://{host}/v1"


def _answers(base_url: str, account: Connection | None) -> Finding:
    host = urlsplit(base_url).netloc
    if account and queries.rest_left(account.pace, queries.database_time()):
        return Finding("Navigatr", None, f"{host} was not asked: {account.name} rests for a while.")
    try:
        with Channel.open(connections.config(base_url)) as channel:
            if account:
                connections.wait_for_slot(account.pk)
            seen = channel.send(Call("GET", "/user_detail/0"))
    except IssuingError as error:
        return Finding("Navigatr", False, f"{host}: {error}")
    if seen.status_code is None:
        return Finding("Navigatr", False, f"{host}: {seen.error}")
    return _date(host, seen.headers.get("date", ""))


def _date(host: str, header: str) -> Finding:
    """It answers; what it was told without a token does not matter, only when it thinks that was."""
    try:
        ahead = time.time() - parsedate_to_datetime(header).timestamp()
    except ValueError:
        return Finding("Navigatr", True, f"{host} answers; it does not say the time.")
    if abs(ahead) > NAVIGATR_CLOCK_SECONDS:
        says = f"{host} answers, but this machine's clock is {_seconds(ahead)} its. Let it be set by NTP."
        return Finding("Navigatr", False, says)
    return Finding("Navigatr", True, f"{host} answers, and its clock agrees.")


def _owner(account: Connection) -> Finding:
    if account.is_stopped:
        says = (
            f"{account.name} is stopped: {account.get_stop_reason_display()}. Give it a token with manage.py connect."
        )
        return Finding("token", False, says)
    if queries.rest_left(account.pace, queries.database_time()):
        return Finding("token", None, f"The token of {account.name} was not tried: the account rests for a while.")
    try:
        owner = connections.read(account, NavigatrClient.user)
    except IssuingError as error:
        return Finding("token", False, f"{account.name}: {error}")
    if str(owner.id) != account.navigatr_user_id:
        says = f"The token of {account.name} is now another's, {owner.name}. Connect it anew with manage.py connect."
        return Finding("token", False, says)
    return Finding("token", True, f"The token of {account.name} is good and belongs to {owner.name}.")


def _mail() -> Finding:
    if settings.IS_PRACTICE:
        return Finding("mail", True, f"Practice: each e-mail becomes a file in {settings.EMAIL_FILE_PATH}.")
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        says = "No e-mail leaves this machine. Set EMAIL_URL, such as smtp+tls://user:password@mail.example.org:587"
        return Finding("mail", False, says)
    where = f"{settings.EMAIL_HOST}, port {settings.EMAIL_PORT}"
    try:
        with get_connection(timeout=TCP_SECONDS):
            return Finding("mail", True, f"{where}, takes e-mail from us.")
    except (OSError, smtplib.SMTPException) as error:
        return Finding("mail", False, f"{where}, does not take our e-mail ({type(error).__name__}). Check EMAIL_URL.")


def _backup() -> Finding:
    if settings.IS_PRACTICE:
        return Finding("backup", True, "Practice data need none.")
    return Finding(
        "backup", None, "No backup is known. Keep copies of the database and of .env, apart from each other."
    )


def _erasures() -> Iterator[Finding]:
    """Said only where something is to be done."""
    try:
        count = erasure.missing()
    except IssuingError as error:
        yield Finding("erasures", False, f"{error} It lists who was erased; put it back from a backup.")
        return
    if count:
        says = f"{count} who were erased are listed beside the database and not in it. Was a backup restored? Run "
        yield Finding("erasures", False, f"{says}manage.py reapply_erasures before anybody signs in.")


def _seconds(ahead: float) -> str:
    return f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'}"
