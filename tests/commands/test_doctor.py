"""`manage.py doctor`: each thing well, each thing not, and no secret in any line."""

import json
import shutil
import socketserver
import threading
import time
from collections import namedtuple
from collections.abc import Iterator
from datetime import timedelta
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from issuing import queries
from issuing.models import Connection, Heartbeat, Pace
from issuing.practice import PracticeServer
from issuing.services import watching
from tests.factories import TOKEN, make_connection

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def _shared_cache(settings: Settings, tmp_path: Path) -> None:
    """As in earnest; the other tests have one of their own."""
    kind = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": kind, "LOCATION": tmp_path}}


@pytest.fixture
def account(practice: PracticeServer) -> Connection:
    return make_connection(practice.base_url, name="Main", navigatr_user_id="7")


@pytest.fixture
def well(account: Connection, settings: Settings) -> Connection:
    """Nothing is wrong."""
    settings.IS_PRACTICE = True
    Heartbeat.objects.create(name="canary", answered_at=timezone.now())
    return account


def doctor(*arguments: str) -> int:
    try:
        call_command("doctor", *arguments)
    except SystemExit as end:
        return int(str(end.code))
    return 0


def found(name: str) -> list[tuple[bool | None, str]]:
    return [(finding.ok, finding.says) for finding in watching.examine() if finding.name == name]


def test_doctor_says_ok_to_everything_when_all_is_well(well: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        f"ok  {name}"
        for name in (
            "database", "settings", "keys", "clock", "worker", "disk", "proxy", "Navigatr", "token", "mail", "backup"
        )
    ]  # fmt: skip


def test_doctor_ends_with_one_when_something_is_to_be_done(
    well: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    Heartbeat.objects.all().delete()
    assert doctor() == 1
    assert "!!  worker: No background worker has ever answered. Start manage.py supervise.\n" in capsys.readouterr().out


def test_doctor_writes_json_alone_on_standard_output(well: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor("--json") == 0
    said = capsys.readouterr()
    value = json.loads(said.out)
    assert (value["ok"], len(value["findings"]), value["findings"][0]["name"]) == (True, 11, "database")
    assert said.err.count("ok  ") == 11


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_doctor_never_prints_a_secret(
    well: Connection, settings: Settings, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    settings.NAVIGATR_PROXY = "http://proxy-user:proxy-password@127.0.0.1:9"
    settings.EMAIL_HOST_PASSWORD = "mail-password"
    doctor(*arguments)
    said = "".join(capsys.readouterr())
    secrets = [TOKEN, "proxy-user", "proxy-password", "mail-password", settings.SECRET_KEY, *settings.ENCRYPTION_KEYS]
    assert [secret for secret in secrets if secret in said] == []


# The database and what is in it


def test_database_is_not_well_when_it_does_not_answer(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    def away(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(watching, "MigrationExecutor", away)
    settings.NAVIGATR_HOSTS = []
    findings = list(watching.examine())
    says = "It does not answer (OperationalError). Check DATABASE_URL and that it runs."
    assert findings[0] == watching.Finding("database", False, says)
    assert [finding.name for finding in findings[1:]] == ["settings", "disk", "proxy", "mail", "backup"]


def test_database_is_not_well_when_a_migration_is_missing() -> None:
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    assert found("database") == [(False, "1 migrations are not applied. Run manage.py migrate.")]


def test_settings_are_not_well_when_a_check_refuses(settings: Settings) -> None:
    settings.WORKERS = 1
    assert found("settings") == [
        (False, "WORKERS is 1; there must be two at least. One is kept free of sending, so that checks and mail go on.")
    ]


def test_keys_are_not_well_when_a_secret_cannot_be_read(account: Connection, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    (key, login) = found("keys")
    assert (key[0], key[1].split(". ")[0]) == (False, "Not to be read: the key of addresses")
    assert (login[0], login[1].split(". ")[0]) == (False, "Not to be read: the login of Main")


def test_clock_is_not_well_when_the_database_has_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "database_time", lambda: time.time() + 30)
    assert found("clock") == [(False, "This machine's clock is 30 s behind the database's. Let both be set by NTP.")]


@pytest.mark.parametrize(("seconds", "ok"), [(119, True), (130, False)])
def test_worker_is_well_while_it_answers(seconds: int, ok: bool) -> None:
    Heartbeat.objects.create(name="canary", answered_at=timezone.now() - timedelta(seconds=seconds))
    ((is_well, says),) = found("worker")
    assert (is_well, f"answered {seconds} s ago" in says) == (ok, True)


def test_worker_that_came_back_says_how_long_it_was_away() -> None:
    now = timezone.now()
    Heartbeat.objects.create(name="canary", answered_at=now, since=now, away_from=now - timedelta(minutes=7))
    ((is_well, says),) = found("worker")
    assert (is_well, "It was away from " in says) == (True, True)


# This machine and the ways out of it


@pytest.mark.parametrize(("free_mb", "ok"), [(200, True), (199, False)])
def test_disk_is_well_while_there_is_room(monkeypatch: pytest.MonkeyPatch, free_mb: int, ok: bool) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2**40, 0, free_mb * 2**20))
    ((is_well, says),) = found("disk")
    assert (is_well, says.split(" ")[0]) == (ok, str(free_mb))


def test_proxy_is_well_when_it_takes_connections(practice: PracticeServer, settings: Settings) -> None:
    settings.NAVIGATR_PROXY = f"http://user:password@127.0.0.1:{practice.port}"
    assert found("proxy") == [(True, f"127.0.0.1, port {practice.port}, takes connections.")]


def test_proxy_is_not_well_when_it_cannot_be_reached(settings: Settings) -> None:
    settings.NAVIGATR_PROXY = "http://user:password@127.0.0.1:9"
    settings.NAVIGATR_HOSTS = []
    says = "127.0.0.1, port 9, cannot be reached (ConnectionRefusedError). Check NAVIGATR_PROXY."
    assert found("proxy") == [(False, says)]


def test_proxy_is_not_well_when_the_certificates_are_missing(settings: Settings) -> None:
    settings.NAVIGATR_CA_BUNDLE = "/nowhere/ca.pem"
    settings.NAVIGATR_HOSTS = []
    assert found("proxy") == [(False, "The file that NAVIGATR_CA_BUNDLE names is not there.")]


# Navigatr


def test_navigatr_is_asked_without_an_account_when_none_is_connected(practice: PracticeServer) -> None:
    host = f"127.0.0.1:{practice.port}"
    assert found("Navigatr") == [(True, f"{host} answers, and its clock agrees.")]
    assert found("token") == [(False, "No Navigatr account is connected. Connect one with manage.py connect.")]


def test_navigatr_is_not_well_when_nobody_listens(settings: Settings) -> None:
    settings.NAVIGATR_HOSTS = ["127.0.0.1:9"]
    make_connection("http://127.0.0.1:9/v1")
    ((is_well, says),) = found("Navigatr")
    assert (is_well, says.split(": ")[:2]) == (False, ["127.0.0.1:9", "Navigatr could not be reached"])


def test_navigatr_is_not_asked_while_the_account_rests(account: Connection) -> None:
    Pace.objects.update(rests_until=time.time() + 60)
    assert [ok for ok, _ in found("Navigatr") + found("token")] == [None, None]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, (True, "host answers, and its clock agrees.")),
        (-9, (True, "host answers, and its clock agrees.")),
        (-61, (False, "host answers, but this machine's clock is 61 s ahead of its. Let it be set by NTP.")),
        (61, (False, "host answers, but this machine's clock is 61 s behind its. Let it be set by NTP.")),
    ],
)
def test_navigatr_clock_is_compared_with_ours(seconds: int, expected: tuple[bool, str], monkeypatch: Any) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    finding = watching._date("host", formatdate(1_800_000_000 + seconds, usegmt=True))
    assert (finding.ok, finding.says) == expected


def test_navigatr_may_leave_the_time_out() -> None:
    assert watching._date("host", "").says == "host answers; it does not say the time."


def test_token_is_well_when_it_belongs_to_whom_it_did(account: Connection) -> None:
    assert found("token") == [(True, "The token of Main is good and belongs to Olivia Owner.")]


def test_token_is_not_well_when_it_is_anothers_by_now(account: Connection) -> None:
    Connection.objects.update(navigatr_user_id="8")
    says = "The token of Main is now another's, Olivia Owner. Connect it anew with manage.py connect."
    assert found("token") == [(False, says)]


def test_token_is_not_well_when_navigatr_refuses_it(practice: PracticeServer) -> None:
    make_connection(practice.base_url, name="Main", token="practice-pat-nobody")
    ((is_well, says),) = found("token")
    assert (is_well, says.startswith("Main: ")) == (False, True)


def test_token_is_not_tried_when_the_account_is_stopped(account: Connection) -> None:
    Connection.objects.update(stop_reason="token_refused", stopped_at=timezone.now())
    says = "Main is stopped: Navigatr refused the access token. Give it a token with manage.py connect."
    assert found("token") == [(False, says)]


# Mail and backup


class PostOffice(socketserver.StreamRequestHandler):
    """Greets, and is polite until it is left."""

    def handle(self) -> None:
        self.wfile.write(b"220 hello\r\n")
        while (line := self.rfile.readline()) and not line.startswith(b"QUIT"):
            self.wfile.write(b"250 yes\r\n")
        self.wfile.write(b"221 bye\r\n")


@pytest.fixture
def post_office(settings: Settings) -> Iterator[int]:
    with socketserver.TCPServer(("127.0.0.1", 0), PostOffice) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_PORT = server.server_address[1]
        yield int(settings.EMAIL_PORT)
        server.shutdown()


def test_mail_is_well_when_the_server_takes_us(post_office: int) -> None:
    assert found("mail") == [(True, f"127.0.0.1, port {post_office}, takes e-mail from us.")]


def test_mail_is_not_well_when_nobody_listens(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 9
    says = "127.0.0.1, port 9, does not take our e-mail (ConnectionRefusedError). Check EMAIL_URL."
    assert found("mail") == [(False, says)]


def test_mail_is_not_well_when_it_goes_nowhere(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert [ok for ok, _ in found("mail")] == [False]


def test_backup_is_said_to_be_unknown() -> None:
    assert [(ok, says.split(". ")[0]) for ok, says in found("backup")] == [(None, "No backup is known")]
